"""Whatever a payment service tells or is asked, told and asked again after each step of a payout: nothing changes."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.kit.models import OutboxEvent
from tagwork.ledger.models import Account, Journal, Posting
from tagwork.payouts.models import ProviderBatch, ProviderItem, ProviderNotice, Withdrawal, WithdrawalEvent
from tagwork.payouts.operations.receive_notice import receive_notice
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tests.builders import people
from tests.builders.payoneer import FakePayoneer, fake_payoneer
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
TIMES = 2
KINDS = {"SUCCESS": "SUCCEEDED", "RETURNED": "RETURNED", "UNCLAIMED": "UNCLAIMED", "FAILED": "FAILED",
         "REVERSED": "RETURNED"}  # fmt: skip


def snapshot() -> list[Any]:
    return [
        sorted(Account.objects.values_list("kind", "owner", "balance_micros")),
        sorted(Withdrawal.objects.values_list("id", "state", "version", "txid")),
        sorted(ProviderBatch.objects.values_list("id", "state", "provider_id", "is_in_doubt", "total_cents")),
        sorted(ProviderItem.objects.values_list("id", "status", "transaction_id", "fee_micros")),
        *(table.objects.count() for table in (Journal, Posting, ProviderNotice, WithdrawalEvent, OutboxEvent)),
    ]


def poll(method: str = "paypal") -> None:
    ProviderBatch.objects.update(look_at=clock.now())
    assert run_by_provider(method).name in ("done", "waiting")


@pytest.mark.parametrize(
    ("way", "end"),
    [
        (("SUCCESS",), "confirmed"),
        (("UNCLAIMED", "RETURNED"), "failed"),
        (("FAILED",), "failed"),
        (("SUCCESS", "REVERSED"), "returned"),
    ],
)
def test_after_each_step_every_earlier_message_and_look_changes_nothing(
    paypal: FakePayPal, way: tuple[str, ...], end: str
) -> None:
    made = approved_to("ana@example.org", 10_000_000, 1, "paypal")
    row = Withdrawal.objects.get(id=made.id)
    poll()
    messages: list[tuple[dict[str, str], bytes]] = []
    for number, status in enumerate(way):
        paypal.settle(made.id, status)
        kind = f"PAYMENT.PAYOUTS-ITEM.{KINDS[status]}"
        body, headers = paypal.webhook(f"WH-{number}", kind, payout_batch_id="BATCH1")
        assert receive_notice("paypal", headers, body) == "taken"
        messages.append((headers, body))
        advance(minutes=11)
        poll()
        _again(row, messages)
    row.refresh_from_db()
    assert row.state == end
    if end != "confirmed":
        operator = people.operator()
        refund_withdrawal(operator, row.id)
        _again(row, messages)
        before = snapshot()
        for _ in range(TIMES):
            refund_withdrawal(operator, row.id)
        assert snapshot() == before


@pytest.fixture
def payoneer(db: None, settings: Settings) -> Iterator[FakePayoneer]:
    set_policy("payouts.destination_cooldown_seconds", 0)
    with fake_payoneer() as fake:
        settings.PAYONEER = fake.settings()
        yield fake


@pytest.mark.parametrize(
    ("way", "end"),
    [
        (("Transferred",), "confirmed"),
        (("Pending Payee", "Cancelled"), "failed"),
        (("Transferred", "Cancelled"), "returned"),
    ],
)
def test_after_each_word_of_payoneer_every_earlier_message_and_look_changes_nothing(
    payoneer: FakePayoneer, way: tuple[str, ...], end: str
) -> None:
    made = approved_to("ana-1", 25_000_000, 1, "payoneer")
    row = Withdrawal.objects.get(id=made.id)
    poll("payoneer")
    messages: list[tuple[dict[str, str], bytes]] = []
    for number, word in enumerate(way):
        payoneer.of(made.id).status = word
        body, headers = payoneer.webhook(made.id, f"nonce-{number}")
        assert receive_notice("payoneer", headers, body) == "taken"
        messages.append((headers, body))
        advance(minutes=1)  # a signature is believed for five minutes
        poll("payoneer")
        _again(row, messages, "payoneer")
    row.refresh_from_db()
    assert (row.state, payoneer.posts) == (end, 1)
    if end != "confirmed":
        refund_withdrawal(people.operator(), row.id)
        _again(row, messages, "payoneer")


def _again(row: Withdrawal, messages: list[tuple[dict[str, str], bytes]], method: str = "paypal") -> None:
    before = snapshot()
    for _ in range(TIMES):
        for headers, body in reversed(messages):
            receive_notice(method, headers, body)
        poll(method)
        review_withdrawal(row.id)
        again = request_withdrawal(row.worker, row.destination_id, row.amount_micros, row.idempotency_key)
        assert again.id == row.id
    assert snapshot() == before
