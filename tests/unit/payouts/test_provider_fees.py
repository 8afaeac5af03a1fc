"""A payment service that says another fee after it was booked, against the strict PayPal: the books follow it."""

from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.ledger.models import Journal
from tagwork.ledger.operations.post import post, post_many
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import HOUSE, AccountRef, Kind
from tagwork.payouts import journals, rules
from tagwork.payouts.models import Difference, Freeze, ProviderBatch, ProviderItem
from tagwork.payouts.operations import provider_step
from tagwork.payouts.operations.provider_fees import booked_fees, fee_entries
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.run_by_provider import provider_of, run_by_provider
from tests.builders import people
from tests.builders.concurrency import at_once
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
ANA, BEN = "ana@example.org", "ben@example.org"
# $10 less 2 %: what leaves for each payee, beside the fee.
NET_MICROS = 9_800_000


def sent(address: str = ANA, number: int = 1) -> UUID:
    made = approved_to(address, 10_000_000, number, "paypal").id
    assert run_by_provider("paypal").name == "done"
    return made


def look() -> None:
    ProviderBatch.objects.update(look_at=clock.now())
    assert run_by_provider("paypal").name == "done"


def says(paypal: FakePayPal, withdrawal_id: UUID, status: str, fee: str) -> None:
    paypal.settle(withdrawal_id, status, fee)
    look()


def cost_micros() -> int:
    return -balance_micros(AccountRef(Kind.NETWORK_FEE, HOUSE))


def left_micros() -> int:
    return balance_micros(AccountRef(Kind.EXTERNAL_OUT, "method:paypal"))


def booked(withdrawal_id: UUID) -> dict[str, int]:
    return booked_fees("paypal", [withdrawal_id])[withdrawal_id]


def test_another_fee_is_booked_by_its_difference_up_and_down_and_the_comparison_agrees(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    assert (cost_micros(), left_micros()) == (250_000, NET_MICROS + 250_000)
    assert reconcile("paypal").outcome == "agrees"
    says(paypal, ana, "SUCCESS", "0.30")
    assert (cost_micros(), left_micros()) == (300_000, NET_MICROS + 300_000)
    assert reconcile("paypal").outcome == "agrees"
    says(paypal, ana, "SUCCESS", "0.25")
    assert (cost_micros(), left_micros()) == (250_000, NET_MICROS + 250_000)
    # The same words as at first, and yet a change of their own: each journal has a key.
    says(paypal, ana, "SUCCESS", "0.30")
    key = journals.provider_fee_key(ana)
    assert booked(ana) == {key: 250_000, f"{key}:1": 50_000, f"{key}:2": -50_000, f"{key}:3": 50_000}
    kinds = Journal.objects.filter(key__in=booked(ana)).order_by("key").values_list("kind", flat=True)
    assert list(kinds) == ["network_fee", *["network_fee_changed"] * 3]
    assert Journal.objects.get(key=f"{key}:2").detail["said_micros"] == 250_000
    assert reconcile("paypal").outcome == "agrees"
    assert not Difference.objects.exists() and not Freeze.objects.exists()


def test_the_same_fee_again_changes_nothing(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    says(paypal, ana, "SUCCESS", "0.30")
    count = Journal.objects.count()
    for _ in range(3):
        says(paypal, ana, "SUCCESS", "0.30")
    assert (Journal.objects.count(), cost_micros()) == (count, 300_000)


def test_a_fee_that_is_said_only_later_is_booked_then_and_one_that_is_given_back_is_none(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.00")
    assert booked(ana) == {}
    says(paypal, ana, "SUCCESS", "0.25")
    says(paypal, ana, "SUCCESS", "0.00")
    assert (cost_micros(), left_micros()) == (0, NET_MICROS)
    assert reconcile("paypal").outcome == "agrees"


def test_a_comparison_between_word_and_look_only_hastens_the_look(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    later = ProviderBatch.objects.get().look_at
    paypal.settle(ana, "SUCCESS", "0.30")
    advance(minutes=1)
    assert reconcile("paypal").outcome == "agrees"
    assert ProviderBatch.objects.get().look_at < later
    assert run_by_provider("paypal").name == "done"
    assert cost_micros() == 300_000
    assert reconcile("paypal").outcome == "agrees"


def test_an_estimate_before_it_is_paid_and_an_older_answer_after_it_book_nothing(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "PENDING", "0.20")
    assert (cost_micros(), ProviderItem.objects.get().fee_micros) == (0, 200_000)
    says(paypal, ana, "SUCCESS", "0.25")
    for status in ("PENDING", "UNCLAIMED", "ONHOLD"):
        says(paypal, ana, status, "0.00")
        assert (cost_micros(), ProviderItem.objects.get().fee_micros) == (250_000, 250_000)
        assert reconcile("paypal").outcome == "agrees"


def test_a_payout_that_came_back_keeps_its_fee_unless_that_comes_back_too(paypal: FakePayPal) -> None:
    ana, ben = sent(), sent(BEN, 2)
    says(paypal, ana, "SUCCESS", "0.25")
    says(paypal, ben, "SUCCESS", "0.25")
    says(paypal, ana, "REVERSED", "0.25")
    says(paypal, ben, "REVERSED", "0.00")
    assert (cost_micros(), left_micros()) == (250_000, 250_000)
    # Also after the worker has the money again.
    refund_withdrawal(people.operator(), ana)
    says(paypal, ana, "REVERSED", "0.00")
    assert (cost_micros(), left_micros()) == (0, 0)
    assert reconcile("paypal").outcome == "agrees"


def test_what_never_arrived_or_was_paid_after_all_has_no_fee_in_the_books(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "FAILED", "0.25")
    refund_withdrawal(people.operator(), ana)
    says(paypal, ana, "FAILED", "0.30")
    paypal.settle(ana, "SUCCESS", "0.30")
    ProviderBatch.objects.update(look_at=clock.now())
    assert run_by_provider("paypal").name == "frozen"
    assert (cost_micros(), booked(ana)) == (0, {})


def test_a_fee_journal_that_no_word_of_the_service_asks_for_is_named(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    assert reconcile("paypal").outcome == "agrees"
    forged = [journals.provider_fee_key(ana, number) for number in (1, 7)]
    for key in forged:
        post(key=key, kind="network_fee_changed", lines=journals.network_fee_lines("paypal", 5_000))
    # A look would book the first one back; the comparison comes before it.
    assert reconcile("paypal").outcome == "differs"
    found = Difference.objects.order_by("code").values_list("code", "subject", "books", "outside")
    assert list(found) == [("books_differ", forged[0], "5000", "0"), ("books_extra", forged[1], "5000", "0")]
    assert Freeze.objects.get().code == rules.RECONCILIATION


def test_what_was_booked_before_changes_were_followed_is_put_right_by_the_next_look(paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    ProviderItem.objects.update(fee_micros=300_000)  # as it was kept then, without a journal
    says(paypal, ana, "SUCCESS", "0.30")
    assert cost_micros() == 300_000
    assert reconcile("paypal").outcome == "agrees"


@pytest.mark.django_db(transaction=True)
def test_four_looks_at_once_book_one_change(transactional_db: None, paypal: FakePayPal) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    paypal.settle(ana, "SUCCESS", "0.30")
    ProviderBatch.objects.update(look_at=clock.now())
    assert set(at_once(lambda _: run_by_provider("paypal").name, 4)) <= {"done", "busy"}
    key = journals.provider_fee_key(ana)
    assert booked(ana) == {key: 250_000, f"{key}:1": 50_000}


@pytest.mark.django_db(transaction=True)
def test_the_row_alone_lets_one_change_in_where_two_look_past_each_other(
    transactional_db: None, paypal: FakePayPal
) -> None:
    ana = sent()
    says(paypal, ana, "SUCCESS", "0.25")
    paypal.settle(ana, "SUCCESS", "0.30")
    batch = ProviderBatch.objects.get()
    provider = provider_of("paypal")
    assert provider is not None and batch.provider_id is not None
    seen = provider.look_up(batch.provider_id, provider_step.lines_of(batch))
    assert seen is not None

    def book(_: int) -> int:
        with transaction.atomic():
            entries = fee_entries("paypal", [(row, seen.items[0]) for row in provider_step.withdrawals_of(batch)])
            post_many(entries)
        return len(entries)

    assert sorted(at_once(book, 2)) == [0, 1]
    assert cost_micros() == 300_000


def test_the_comparison_asks_the_ledger_no_more_often_for_many_batches(paypal: FakePayPal) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reconcile("paypal").outcome == "agrees"
        return sum('FROM "ledger_posting"' in one["sql"] for one in queries)

    def pay(*numbers: int) -> None:
        for number in numbers:
            says(paypal, sent(f"worker{number}@example.org", number), "SUCCESS", "0.25")

    pay(1)
    asked()  # the first comparison has nothing from before it
    pay(2)
    of_two_batches = asked()
    pay(3, 4, 5)
    assert ProviderBatch.objects.count() == 5 and asked() == of_two_batches > 0
