"""Withdrawals paid by Payoneer, against a stand-in where a repeated sending pays twice."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.kit.errors import Forbidden, WrongState
from tagwork.payouts import policy
from tagwork.payouts.console import alarms, service_batch_view
from tagwork.payouts.models import Difference, Freeze, ProviderBatch, ProviderNotice
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.receive_notice import receive_notice
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.run_by_provider import advance_by_provider, run_by_provider
from tagwork.payouts.operations.settle_provider_batch import give_up_provider_batch
from tagwork.payouts.queries import method_table, withdrawal_for_operator
from tagwork.payouts.rails import rails
from tests.builders import people
from tests.builders.payoneer import CLIENT_ID, LOSSES, PROGRAM, WEBHOOK_SECRET, FakePayoneer, Payout, fake_payoneer
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance, main_micros, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def payoneer(db: None, settings: Settings) -> Iterator[FakePayoneer]:
    set_policy("payouts.destination_cooldown_seconds", 0)
    with fake_payoneer() as fake:
        settings.PAYONEER = fake.settings()
        yield fake


def approved(payee: str = "ana-1", number: int = 1) -> UUID:
    return approved_to(payee, 25_000_000, number, "payoneer").id


def state(identifier: UUID) -> str:
    return withdrawal_for_operator(identifier).state


def look_again() -> str:
    advance(minutes=11)
    return run_by_provider("payoneer").name


def test_each_withdrawal_is_sent_once_and_booked_when_it_is_transferred(payoneer: FakePayoneer) -> None:
    ana, ben = approved(), approved("ben-2", 2)
    assert run_by_provider("payoneer").name == "done"
    assert (state(ana), payoneer.posts, str(payoneer.of(ana).sent["amount"])) == ("broadcast", 1, "25.00")
    payoneer.of(ana).status = "Transferred"
    payoneer.of(ben).status = "Pending Payee"
    assert look_again() == "done"
    assert (state(ana), state(ben)) == ("confirmed", "broadcast")
    payoneer.of(ben).status = "Cancelled"
    look_again()
    assert (state(ben), payoneer.posts) == ("failed", 1)
    refund_withdrawal(people.operator(), ben)
    assert main_micros(people.worker(2)) == 25_000_000
    assert reconcile("payoneer").outcome == "agrees"


@pytest.mark.parametrize("loss", LOSSES)
def test_an_unanswered_sending_is_never_repeated_only_asked_about(payoneer: FakePayoneer, loss: str) -> None:
    ana, operator = approved(), people.operator()
    payoneer.losses = [loss]
    assert run_by_provider("payoneer").name == "waiting"
    look_again()
    batch = ProviderBatch.objects.get()
    assert payoneer.posts == 1
    if loss.endswith("after"):
        assert (state(ana), batch.state, batch.is_in_doubt) == ("broadcast", "broadcast", False)
        return
    assert (state(ana), batch.attention) == ("signed", "")
    with pytest.raises(WrongState):
        give_up_provider_batch(operator, batch.id, "support says no")
    advance(hours=24)
    run_by_provider("payoneer")
    batch.refresh_from_db()
    assert (batch.attention, payoneer.posts) == ("unknown_to_service", 1)
    give_up_provider_batch(operator, batch.id, "support says it has none of these references")
    assert (state(ana), payoneer.payouts) == ("failed", [])


def test_while_nobody_can_sign_in_nothing_is_sent_and_nothing_in_doubt(
    payoneer: FakePayoneer, settings: Settings
) -> None:
    ana = approved()
    settings.PAYONEER = (payoneer.url, "http://127.0.0.1:9", *payoneer.settings()[2:])
    assert run_by_provider("payoneer").name == "waiting"
    batch = ProviderBatch.objects.get()
    assert (batch.attempted_at, batch.is_in_doubt, payoneer.posts) == (None, False, 0)
    settings.PAYONEER = payoneer.settings()
    assert look_again() == "done"
    assert (state(ana), payoneer.posts) == ("broadcast", 1)


def test_the_day_after_which_a_person_answers_begins_with_the_sending(
    payoneer: FakePayoneer, settings: Settings
) -> None:
    ana, operator = approved(), people.operator()
    settings.PAYONEER = (payoneer.url, "http://127.0.0.1:9", *payoneer.settings()[2:])
    run_by_provider("payoneer")
    advance(hours=23)
    settings.PAYONEER, payoneer.losses = payoneer.settings(), ["503_before"]
    assert run_by_provider("payoneer").name == "waiting"
    advance(hours=2)  # 25 after the signing
    run_by_provider("payoneer")
    batch = ProviderBatch.objects.get()
    assert (batch.is_in_doubt, batch.attention, service_batch_view(batch.id).row.may_give_up) == (True, "", False)
    with pytest.raises(WrongState):
        give_up_provider_batch(operator, batch.id, "support says no")
    advance(hours=22, minutes=1)
    run_by_provider("payoneer")
    batch.refresh_from_db()
    assert (batch.attention, service_batch_view(batch.id).row.may_give_up) == ("unknown_to_service", True)
    give_up_provider_batch(operator, batch.id, "support says it has none of these references")
    assert (state(ana), payoneer.posts) == ("failed", 1)


def test_a_refusal_freezes_and_is_not_sent_again_either(payoneer: FakePayoneer) -> None:
    ana = approved()
    payoneer.refusal = 400
    assert run_by_provider("payoneer").name == "frozen"
    payoneer.refusal = 0
    lift_freeze(people.operator(), Freeze.objects.get().id, "a field was wrong")
    look_again()
    assert (state(ana), payoneer.posts, ProviderBatch.objects.get().is_in_doubt) == ("signed", 1, True)


def given_up(payoneer: FakePayoneer) -> UUID:
    """A withdrawal whose batch a person gave up."""
    ana = approved()
    payoneer.losses = ["cut_before"]
    run_by_provider("payoneer")
    advance(hours=24)
    give_up_provider_batch(people.operator(), ProviderBatch.objects.get().id, "support has none of these references")
    return ana


def appear(payoneer: FakePayoneer, reference: UUID, status: str) -> None:
    """What was sent long ago turns up."""
    sent = {"client_reference_id": str(reference), "payee_id": "ana-1", "amount": Decimal("25.00"), "currency": "USD"}
    payoneer.payouts.append(Payout(sent, status))


@pytest.mark.parametrize("word", ["Transferred", "Pending"])
def test_what_turns_up_after_it_was_given_up_is_found_before_anybody_is_refunded(
    payoneer: FakePayoneer, word: str
) -> None:
    ana = given_up(payoneer)
    assert [one.code for one in alarms() if one.page == "service"] == []
    advance(days=1)
    assert run_by_provider("payoneer").name == "done"
    appear(payoneer, ana, word)
    assert run_by_provider("payoneer").name == "done"  # it is asked about once a day
    advance(days=1)
    assert run_by_provider("payoneer").name == "frozen"
    (found,) = Difference.objects.all()
    assert (found.code, found.subject, found.outside) == ("paid_after_all", str(ana), word)
    with pytest.raises(WrongState):
        refund_withdrawal(people.operator(), ana)
    assert (state(ana), ProviderBatch.objects.get().state) == ("failed", "failed")


def test_what_was_given_up_is_asked_about_for_half_a_year(payoneer: FakePayoneer) -> None:
    ana = given_up(payoneer)
    appear(payoneer, ana, "Cancelled")
    advance(days=179)
    assert run_by_provider("payoneer").name == "done"
    assert ProviderBatch.objects.get().is_watched
    advance(days=1, minutes=1)
    assert run_by_provider("payoneer").name == "done"
    assert not ProviderBatch.objects.get().is_watched
    assert state(ana) == "failed" and not Difference.objects.exists()


def test_a_message_about_a_batch_that_was_given_up_brings_one_look(payoneer: FakePayoneer) -> None:
    ana = given_up(payoneer)
    appear(payoneer, ana, "Cancelled")
    body, headers = payoneer.webhook(ana, "nonce-1")
    assert receive_notice("payoneer", headers, body) == "taken"
    run_by_provider("payoneer")
    assert ProviderBatch.objects.get().look_at > clock.now() + timedelta(hours=23)


def test_a_part_that_was_not_taken_is_waited_for_and_named(payoneer: FakePayoneer) -> None:
    ana, ben = approved(), approved("ben-2", 2)
    payoneer.losses = ["cut_after"]
    run_by_provider("payoneer")
    payoneer.payouts = [one for one in payoneer.payouts if one.sent["client_reference_id"] == str(ana)]
    look_again()
    payoneer.of(ana).status = "Transferred"
    look_again()
    assert (state(ana), state(ben), payoneer.posts) == ("confirmed", "broadcast", 1)
    batch, operator = ProviderBatch.objects.get(), people.operator()
    assert batch.attention == ""
    with pytest.raises(WrongState):
        record_failed(operator, ben, "support does not know it")
    advance(hours=24)
    assert run_by_provider("payoneer").detail == "items_missing"
    assert [(one.code, one.detail, one.subject) for one in alarms() if one.page == "service"] == [
        ("attention", "items_missing", batch.id)
    ]
    with pytest.raises(WrongState):
        record_failed(operator, ana, "it is listed, and confirmed")
    with pytest.raises(Forbidden):
        record_failed(people.worker(2), ben, "I never got it")
    record_failed(operator, ben, "support: no payment with this reference")
    record_failed(operator, ben, "support: no payment with this reference")
    advance(hours=1)
    assert run_by_provider("payoneer").name == "done"
    batch.refresh_from_db()
    assert (state(ben), batch.state, batch.attention, payoneer.posts) == ("failed", "confirmed", "", 1)
    refund_withdrawal(operator, ben)
    assert main_micros(people.worker(2)) == 25_000_000


def test_what_was_cancelled_after_it_was_transferred_comes_back(payoneer: FakePayoneer) -> None:
    ana = approved()
    run_by_provider("payoneer")
    for word, expected in (
        ("A Word Nobody Knows", "broadcast"),
        ("Transferred", "confirmed"),
        ("Pending", "confirmed"),
        ("Cancelled", "returned"),
    ):
        payoneer.of(ana).status = word
        advance(days=1)  # what has come to an end is looked at daily
        look_again()
        assert state(ana) == expected


def test_another_amount_freezes(payoneer: FakePayoneer) -> None:
    approved()
    run_by_provider("payoneer")
    payoneer.payouts[0].sent["amount"] *= 10
    assert look_again() == "frozen"


def test_another_program_is_never_sent_what_the_first_may_have(payoneer: FakePayoneer, settings: Settings) -> None:
    approved()
    payoneer.losses = ["cut_after"]
    run_by_provider("payoneer")
    settings.PAYONEER = (payoneer.url, payoneer.url, "another", CLIENT_ID, *payoneer.settings()[4:])
    look_again()
    assert (ProviderBatch.objects.get().attention, payoneer.posts) == ("other_account", 1)


def test_a_signed_message_hastens_the_look_once_and_moves_nothing_itself(payoneer: FakePayoneer) -> None:
    ana = approved()
    run_by_provider("payoneer")
    advance_by_provider()
    look_at = ProviderBatch.objects.get().look_at
    body, headers = payoneer.webhook(ana, "nonce-1")
    assert [receive_notice("payoneer", headers, body) for _ in range(2)] == ["taken", "taken"]
    assert (ProviderNotice.objects.count(), state(ana)) == (1, "broadcast")
    assert ProviderBatch.objects.get().look_at < look_at
    payoneer.of(ana).status = "Transferred"
    late, late_headers = payoneer.webhook(ana, "nonce-0")
    receive_notice("payoneer", late_headers, late)
    advance_by_provider()
    assert state(ana) == "confirmed"


def test_a_forged_old_or_strange_message_changes_nothing(payoneer: FakePayoneer, settings: Settings) -> None:
    ana = approved()
    run_by_provider("payoneer")
    body, headers = payoneer.webhook(ana, "nonce-1")
    old, old_headers = payoneer.webhook(ana, "nonce-2", age_seconds=301)
    assert receive_notice("payoneer", headers, body + b" ") == "refused"
    assert receive_notice("payoneer", old_headers, old) == "refused"
    assert receive_notice("payoneer", {"Authorization": "hmacauth a:b:c"}, body) == "refused"
    stranger, stranger_headers = payoneer.webhook("00000000-0000-7000-8000-000000000000", "nonce-3")
    assert receive_notice("payoneer", stranger_headers, stranger) == "unknown"
    assert receive_notice("payoneer", headers, b"[") == "unknown"
    settings.PAYONEER = (*payoneer.settings()[:5], "")  # no key: nothing is believed to be signed
    assert receive_notice("payoneer", headers, body) == "refused"
    assert not ProviderNotice.objects.exists()


def test_without_the_partner_s_credentials_it_is_not_offered(payoneer: FakePayoneer, settings: Settings) -> None:
    row = next(one for one in method_table(people.worker(1)) if one.name == "payoneer")
    assert (row.minimum_micros, row.cadence) == (20_000_000, "Mondays 06:00 UTC")
    settings.PAYONEER = ("https://api.payoneer.com", "https://login.payoneer.com", PROGRAM, "", "", WEBHOOK_SECRET)
    assert "payoneer" not in policy.offered_methods()
    assert run_by_provider("payoneer").name == "by_hand"


@pytest.mark.parametrize("text", ["", "a", "a b c", "ana@example.org", "x" * 31, "ana\n1"])
def test_what_is_no_payee_id_is_refused(text: str) -> None:
    assert not rails()["payoneer"].check_destination("", text).payable
