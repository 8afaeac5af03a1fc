"""Runners beside each other, on connections of their own: one batch, one sending."""

import pytest

from tagwork.payouts.models import ProviderBatch, Reconciliation
from tagwork.payouts.operations.receive_notice import receive_notice
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tests.builders.concurrency import at_once
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]


def test_four_runners_send_each_withdrawal_once(paypal: FakePayPal) -> None:
    for number in range(1, 4):
        approved_to(f"worker{number}@example.org", 5_000_000, number, "paypal")
    paypal.losses = ["cut_after"]
    names = at_once(lambda _: run_by_provider("paypal").name, 4)
    assert set(names) <= {"done", "waiting", "busy"} and set(names) != {"busy"}
    assert (ProviderBatch.objects.count(), len(paypal.batches), len(paypal.only().items)) == (1, 1, 3)


def test_one_message_twice_at_once_is_kept_once(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 5_000_000, 1, "paypal")
    run_by_provider("paypal")
    body, headers = paypal.webhook("WH-1", "PAYMENT.PAYOUTSBATCH.SUCCESS", payout_batch_id="BATCH1")
    assert at_once(lambda _: receive_notice("paypal", headers, body), 4) == ["taken"] * 4


def test_four_daily_comparisons_at_once_are_one(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 5_000_000, 1, "paypal")
    run_by_provider("paypal")
    outcomes = at_once(lambda _: reconcile("paypal", is_daily=True).outcome, 4)
    assert set(outcomes) <= {"agrees", "busy", "done"} and outcomes.count("agrees") == 1
    assert Reconciliation.objects.count() == 1
