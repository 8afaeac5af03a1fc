"""Withdrawals paid by PayPal, against a stand-in that holds both sides to PayPal's OpenAPI document."""

import argparse
from datetime import datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from tagwork.jobs.commands import payouts
from tagwork.kit import clock
from tagwork.kit.errors import Forbidden, Invalid, WrongState
from tagwork.kit.locks import try_lock
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import HOUSE, AccountRef, Kind
from tagwork.payouts import policy, rules
from tagwork.payouts.console import alarms
from tagwork.payouts.errors import AddressNotPayable, BelowMinimum, MethodNotOffered
from tagwork.payouts.models import Difference, Freeze, ProviderBatch, ProviderItem, ProviderNotice, Run, Withdrawal
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.explain_difference import explain_difference
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.receive_notice import receive_notice
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.run_by_provider import advance_by_provider, run_by_provider
from tagwork.payouts.operations.settle_provider_batch import (
    adopt_provider_batch,
    ask_about_given_up,
    give_up_provider_batch,
)
from tagwork.payouts.operations.start_run import start_run
from tagwork.payouts.queries import method_table, withdrawal_for_operator
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.paypal.client import payout_request
from tagwork.payouts.rails.provider import PayoutLine
from tests.builders import people
from tests.builders.paypal import CLIENT_ID, LOSSES, SECRET, WEBHOOK_ID, FakePayPal
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance, fund, main_micros, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]
ANA, BEN = "ana@example.org", "ben@example.org"


def approved(address: str = ANA, amount_micros: int = 10_000_000, number: int = 1) -> UUID:
    return approved_to(address, amount_micros, number, "paypal").id


def state(withdrawal_id: UUID) -> str:
    return withdrawal_for_operator(withdrawal_id).state


def look_again() -> str:
    """After the longest pause between two looks."""
    advance(days=1, minutes=1)
    return run_by_provider("paypal").name


def house_micros(kind: Kind) -> int:
    return balance_micros(AccountRef(kind, HOUSE))


def test_it_pays_each_once_and_books_what_paypal_says(paypal: FakePayPal) -> None:
    ana, ben = approved(ANA), approved(BEN, 1_234_567, 2)
    assert run_by_provider("paypal").name == "done"
    batch = ProviderBatch.objects.get()
    assert (batch.state, batch.provider_id) == ("broadcast", "BATCH1")
    assert paypal.posts == [str(batch.id)]
    # 2 % of $10 is 0.20; 2 % of $1.234567 is $0.024691 rounded down, $1.209876 is left, $1.20 of it in whole cents.
    sent = {item.sent["receiver"]: item.sent["amount"]["value"] for item in paypal.only().items}
    assert sent == {ANA: "9.80", BEN: "1.20"}
    paypal.settle(ana, "SUCCESS")
    assert look_again() == "done"
    assert (state(ana), state(ben)) == ("confirmed", "broadcast")
    assert withdrawal_for_operator(ana).txid == paypal.item(ana).transaction_id
    paypal.settle(ben, "SUCCESS", fee="0.03")
    assert look_again() == "done"
    batch.refresh_from_db()
    assert (state(ben), batch.state) == ("confirmed", "confirmed")
    assert house_micros(Kind.WITHDRAWAL_FEE) == 200_000 + 24_691
    assert house_micros(Kind.ROUNDING) == 9_876
    assert house_micros(Kind.NETWORK_FEE) == -280_000
    before = Withdrawal.objects.get(id=ana).version
    assert look_again() == "done"
    assert Withdrawal.objects.get(id=ana).version == before
    assert len(paypal.posts) == 1


@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_answer_is_asked_for_under_the_same_id(paypal: FakePayPal, loss: str) -> None:
    ana = approved()
    paypal.losses = [loss]
    assert run_by_provider("paypal").name == "waiting"
    assert (state(ana), ProviderBatch.objects.get().is_in_doubt) == ("signed", True)
    assert look_again() == "done"
    assert (state(ana), ProviderBatch.objects.get().is_in_doubt) == ("broadcast", False)
    assert len(paypal.batches) == 1 and len(set(paypal.posts)) == 1 and len(paypal.posts) == 2
    paypal.settle(ana, "SUCCESS")
    look_again()
    assert paypal.paid_cents(ANA) == 980


def test_a_batch_is_stored_before_paypal_hears_of_it(paypal: FakePayPal, settings: Settings) -> None:
    ana = approved()
    settings.PAYPAL = ("http://127.0.0.1:1", CLIENT_ID, SECRET, WEBHOOK_ID)
    assert run_by_provider("paypal").name == "waiting"
    assert paypal.posts == []
    assert (state(ana), ProviderItem.objects.get().withdrawal_id) == ("signed", ana)
    with pytest.raises(WrongState):
        record_failed(people.operator(), ana, "it looks lost")


def test_another_account_is_never_sent_what_the_first_may_have(paypal: FakePayPal, settings: Settings) -> None:
    approved()
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    settings.PAYPAL = (paypal.url, "another-client", SECRET, WEBHOOK_ID)
    assert look_again() == "waiting"
    assert ProviderBatch.objects.get().attention == "other_account"
    assert len(paypal.posts) == 1


def test_after_25_days_a_person_adopts_or_gives_up(paypal: FakePayPal) -> None:
    ana, operator = approved(), people.operator()
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    with pytest.raises(WrongState):
        give_up_provider_batch(operator, batch.id, "not on the activity page")
    advance(days=25, minutes=1)
    assert run_by_provider("paypal").name == "waiting"
    batch.refresh_from_db()
    assert (batch.attention, len(paypal.posts)) == ("too_old_to_send", 1)
    with pytest.raises(Forbidden):
        adopt_provider_batch(people.worker(2), batch.id, "BATCH1", "found it")
    adopt_provider_batch(operator, batch.id, "BATCH1", "found on the activity page")
    adopt_provider_batch(operator, batch.id, "BATCH1", "found on the activity page")
    assert state(ana) == "broadcast"
    with pytest.raises(WrongState):
        give_up_provider_batch(operator, batch.id, "changed my mind")


def given_up(paypal: FakePayPal) -> tuple[UUID, UUID, ProviderBatch]:
    """Two payees of a batch that PayPal took in secret."""
    ana, ben = approved(), approved(BEN, number=2)
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    advance(days=26, minutes=1)
    run_by_provider("paypal")
    give_up_provider_batch(people.operator(), batch.id, "not on the activity page")
    batch.refresh_from_db()
    assert (batch.state, batch.is_watched) == ("failed", False)
    return ana, ben, batch


def test_a_given_up_batch_that_turns_up_names_whom_it_paid_and_nobody_of_them_is_refunded(paypal: FakePayPal) -> None:
    ana, ben, batch = given_up(paypal)
    operator = people.operator()
    refund_withdrawal(operator, ana)
    paypal.settle(ana, "SUCCESS")
    paypal.settle(ben, "FAILED")
    for _ in range(2):
        assert ask_about_given_up(operator, batch.id, "BATCH1", "on the activity page of May") == 1
    [found] = Difference.objects.all()
    assert (found.code, found.subject, found.books, found.outside) == (
        "paid_after_all",
        str(ana),
        "refunded",
        "SUCCESS",
    )
    assert Freeze.objects.get().code == "reconciliation"
    # Whom it never paid is refunded as ever.
    refund_withdrawal(operator, ben)
    assert (state(ana), state(ben), len(paypal.posts)) == ("refunded", "refunded", 1)
    batch.refresh_from_db()
    assert (batch.state, batch.provider_id, batch.is_watched) == ("failed", "BATCH1", True)
    # It is asked about daily from now on: what comes later is named, too.
    lift_freeze(operator, Freeze.objects.get().id, "I look into it")
    explain_difference(operator, found.id, "PayPal asks it back")
    assert look_again() == "done"
    paypal.settle(ben, "SUCCESS")
    assert look_again() == "frozen"
    assert Difference.objects.get(explained_at=None).subject == str(ben)


def test_what_still_waits_at_paypal_stops_its_refund(paypal: FakePayPal) -> None:
    ana, _, batch = given_up(paypal)
    paypal.settle(ana, "UNCLAIMED")
    assert ask_about_given_up(people.operator(), batch.id, "BATCH1", "found") == 2
    with pytest.raises(WrongState):
        refund_withdrawal(people.operator(), ana)


def test_a_given_up_batch_that_paypal_denied_paid_nobody(paypal: FakePayPal) -> None:
    ana, ben, batch = given_up(paypal)
    paypal.only().status = "DENIED"
    assert ask_about_given_up(people.operator(), batch.id, "BATCH1", "found") == 0
    assert not Difference.objects.exists() and not Freeze.objects.exists()
    for one in (ana, ben):
        refund_withdrawal(people.operator(), one)


def test_asking_again_is_for_operators_and_for_what_was_given_up_and_believes_paypal_alone(
    paypal: FakePayPal, settings: Settings
) -> None:
    other = approved(number=3)
    run_by_provider("paypal")
    first = ProviderBatch.objects.get()
    with pytest.raises(WrongState):
        ask_about_given_up(people.operator(), first.id, "BATCH1", "found")
    paypal.settle(other, "SUCCESS")
    paypal.losses = ["cut_before"]
    approved(BEN, number=2)
    run_by_provider("paypal")
    advance(days=26, minutes=1)
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get(state="signed")
    give_up_provider_batch(people.operator(), batch.id, "not on the activity page")
    for stranger in (people.worker(), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            ask_about_given_up(stranger, batch.id, "BATCH1", "found")
    with pytest.raises(Invalid):
        ask_about_given_up(people.operator(), batch.id, "BATCH1", " ")
    with pytest.raises(Invalid):
        ask_about_given_up(people.operator(), batch.id, "BATCH7", "found")
    with pytest.raises(WrongState):  # it is another one of ours
        ask_about_given_up(people.operator(), batch.id, "BATCH1", "found")
    with try_lock("payouts.paypal", 60), pytest.raises(WrongState):
        ask_about_given_up(people.operator(), batch.id, "BATCH1", "found")
    settings.PAYPAL = ("https://api-m.paypal.com", "", "", "")
    with pytest.raises(WrongState):
        ask_about_given_up(people.operator(), batch.id, "BATCH1", "found")
    batch.refresh_from_db()
    assert (batch.provider_id, batch.is_watched, Difference.objects.count()) == (None, False, 0)


def test_a_stranger_s_batch_is_not_adopted(paypal: FakePayPal) -> None:
    approved()
    run_by_provider("paypal")
    paypal.losses = ["cut_before"]
    approved(BEN, number=2)
    run_by_provider("paypal")
    second = ProviderBatch.objects.get(state="signed")
    with pytest.raises(WrongState):
        adopt_provider_batch(people.operator(), second.id, "BATCH1", "looks alike")
    assert state(second.withdrawals.get().id) == "signed"


def test_a_refused_batch_freezes_and_goes_out_unchanged_afterwards(paypal: FakePayPal) -> None:
    ana = approved()
    paypal.refusal = (400, "VALIDATION_ERROR")
    assert run_by_provider("paypal").name == "frozen"
    assert (state(ana), Freeze.objects.get().code) == ("signed", "provider_refused")
    assert look_again() == "frozen"
    paypal.refusal = None
    lift_freeze(people.operator(), Freeze.objects.get().id, "receiver list corrected at PayPal")
    assert look_again() == "done"
    assert (state(ana), len(set(paypal.posts)), len(paypal.batches)) == ("broadcast", 1, 1)


def test_a_batch_that_was_clearly_refused_can_be_given_up_and_is_refunded(paypal: FakePayPal) -> None:
    ana, operator = approved(), people.operator()
    paypal.refusal = (400, "VALIDATION_ERROR")
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    give_up_provider_batch(operator, batch.id, "PayPal's log shows it was refused")
    give_up_provider_batch(operator, batch.id, "PayPal's log shows it was refused")
    refund_withdrawal(operator, ana)
    assert (state(ana), main_micros(people.worker(1))) == ("refunded", 10_000_000)


def test_a_refusal_after_a_lost_answer_leaves_the_doubt(paypal: FakePayPal) -> None:
    approved()
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    paypal.refusal = (400, "VALIDATION_ERROR")
    assert look_again() == "frozen"
    with pytest.raises(WrongState):
        give_up_provider_batch(people.operator(), ProviderBatch.objects.get().id, "it says refused")


def test_too_little_money_at_paypal_is_waited_for(paypal: FakePayPal) -> None:
    ana = approved()
    paypal.balance_cents = 100
    assert run_by_provider("paypal").name == "waiting"
    assert (state(ana), ProviderBatch.objects.get().attention) == ("signed", "insufficient_funds")
    paypal.balance_cents = 100_000
    assert look_again() == "done"
    assert state(ana) == "broadcast"


def test_wrong_credentials_freeze(paypal: FakePayPal, settings: Settings) -> None:
    ana = approved()
    settings.PAYPAL = (paypal.url, CLIENT_ID, "wrong", WEBHOOK_ID)
    assert run_by_provider("paypal").name == "frozen"
    assert (state(ana), Freeze.objects.get().code, paypal.posts) == ("signed", "provider_login", [])


@pytest.mark.parametrize("end", ["FAILED", "BLOCKED", "RETURNED", "REFUNDED"])
def test_what_never_arrived_is_failed_and_refunded(paypal: FakePayPal, end: str) -> None:
    ana = approved()
    run_by_provider("paypal")
    paypal.settle(ana, "UNCLAIMED")
    look_again()
    assert state(ana) == "broadcast"
    paypal.settle(ana, end)
    look_again()
    assert state(ana) == "failed"
    refund_withdrawal(people.operator(), ana)
    assert main_micros(people.worker(1)) == 10_000_000


@pytest.mark.parametrize("end", ["REVERSED", "REFUNDED", "RETURNED"])
def test_what_came_back_after_it_arrived_is_returned(paypal: FakePayPal, end: str) -> None:
    ana = approved()
    run_by_provider("paypal")
    paypal.settle(ana, "SUCCESS")
    look_again()
    paypal.settle(ana, end)
    look_again()
    assert state(ana) == "returned"
    refund_withdrawal(people.operator(), ana)
    assert main_micros(people.worker(1)) == 10_000_000
    look_again()
    assert state(ana) == "refunded"


def test_an_older_answer_moves_nothing_back(paypal: FakePayPal) -> None:
    ana = approved()
    run_by_provider("paypal")
    for status in ("SUCCESS", "PENDING", "UNCLAIMED", "ONHOLD"):
        paypal.settle(ana, status)
        look_again()
        assert state(ana) == "confirmed"


def test_paid_after_it_was_failed_freezes_before_anybody_is_refunded(paypal: FakePayPal) -> None:
    ana, ben = approved(), approved(BEN, number=2)
    run_by_provider("paypal")
    paypal.settle(ana, "FAILED")
    look_again()
    paypal.settle(ana, "SUCCESS")
    paypal.settle(ben, "SUCCESS")
    assert look_again() == "frozen"
    assert (state(ana), state(ben), Freeze.objects.get().code) == ("failed", "confirmed", "reconciliation")


def test_what_was_paid_after_all_is_not_refunded_before_somebody_has_explained_it(paypal: FakePayPal) -> None:
    ana, operator = approved(), people.operator()
    run_by_provider("paypal")
    paypal.settle(ana, "FAILED")
    look_again()
    paypal.settle(ana, "SUCCESS")
    look_again()
    lift_freeze(operator, Freeze.objects.get().id, "I look into it")
    # Lifted before it was explained: payouts go on, the difference stays open, and nobody is refunded meanwhile.
    assert [look_again(), look_again()] == ["done", "done"]
    (found,) = Difference.objects.all()
    assert (found.code, found.subject, found.books, found.outside) == ("paid_after_all", str(ana), "failed", "SUCCESS")
    with pytest.raises(WrongState):
        refund_withdrawal(operator, ana)
    assert reconcile("paypal").open == 1
    explain_difference(operator, found.id, "PayPal's support: an error of theirs, nothing arrived")
    assert look_again() == "done"
    refund_withdrawal(operator, ana)
    assert look_again() == "done"
    assert (state(ana), main_micros(people.worker(1)), Freeze.objects.count()) == ("refunded", 10_000_000, 1)


def test_a_denied_batch_fails_everybody_in_it(paypal: FakePayPal) -> None:
    ana, ben = approved(), approved(BEN, number=2)
    run_by_provider("paypal")
    paypal.only().status = "DENIED"
    del paypal.only().items[1]
    look_again()
    assert (state(ana), state(ben)) == ("failed", "failed")


def test_a_batch_with_a_stranger_in_it_freezes(paypal: FakePayPal) -> None:
    ana = approved()
    run_by_provider("paypal")
    paypal.settle(ana, "SUCCESS")
    paypal.only().items[0].sent["amount"]["value"] = "98.00"
    assert look_again() == "frozen"
    assert state(ana) == "broadcast"


def test_an_expired_token_is_fetched_anew(paypal: FakePayPal) -> None:
    client = rails()["paypal"].provider
    assert client is not None
    provider = client()
    assert provider is not None
    assert provider.look_up("NONE", []) is None
    paypal.token = "A21AAother"
    assert provider.look_up("NONE", []) is None


def test_a_message_hastens_the_look_and_moves_nothing_itself(paypal: FakePayPal) -> None:
    ana = approved()
    run_by_provider("paypal")
    assert advance_by_provider() == 0
    look_at = ProviderBatch.objects.get().look_at
    body, headers = paypal.webhook("WH-2", "PAYMENT.PAYOUTS-ITEM.SUCCEEDED", payout_batch_id="BATCH1")
    assert receive_notice("paypal", headers, body) == "taken"
    assert state(ana) == "broadcast"
    assert ProviderBatch.objects.get().look_at < look_at
    # It says succeeded; PayPal itself says unclaimed, and that is what counts.
    paypal.settle(ana, "UNCLAIMED")
    advance_by_provider()
    assert state(ana) == "broadcast"
    paypal.settle(ana, "SUCCESS")
    assert receive_notice("paypal", headers, body) == "taken"
    assert ProviderNotice.objects.count() == 1
    late, late_headers = paypal.webhook("WH-1", "PAYMENT.PAYOUTS-ITEM.UNCLAIMED", payout_batch_id="BATCH1")
    assert receive_notice("paypal", late_headers, late) == "taken"
    advance_by_provider()
    assert state(ana) == "confirmed"


def test_a_forged_message_changes_nothing_and_a_stranger_s_is_not_even_asked_about(paypal: FakePayPal) -> None:
    approved()
    run_by_provider("paypal")
    look_at = ProviderBatch.objects.get().look_at
    body, headers = paypal.webhook("WH-9", "PAYMENT.PAYOUTSBATCH.SUCCESS", payout_batch_id="BATCH1")
    assert receive_notice("paypal", headers, body.replace(b"1.5", b"9.5")) == "refused"
    assert receive_notice("paypal", {}, body) == "refused"
    asked = paypal.asked_to_verify
    other, other_headers = paypal.webhook("WH-8", "PAYMENT.PAYOUTSBATCH.SUCCESS", payout_batch_id="OTHER")
    for nonsense in (other, b"", b"[]", b"{", b'{"resource": 1}', b"[" * 100_000):
        assert receive_notice("paypal", other_headers, nonsense) == "unknown"
    assert receive_notice("ltc", headers, body) == "unknown"
    assert (paypal.asked_to_verify, ProviderNotice.objects.count()) == (asked, 0)
    assert ProviderBatch.objects.get().look_at == look_at


def test_the_run_is_weekly_once_and_a_missed_one_is_made_up_for(paypal: FakePayPal) -> None:
    now = datetime.fromisoformat("2026-11-18T12:00:00+00:00")  # a Wednesday
    advance(seconds=(now - clock.now()).total_seconds())
    worker = people.worker(1)
    row = next(one for one in method_table(worker) if one.name == "paypal")
    assert (row.next_run_at.isoformat(), row.cadence) == ("2026-11-23T06:00:00+00:00", "Mondays 06:00 UTC")
    assert (row.minimum_micros, row.fee_micros, row.fee_percent) == (1_000_000, 0, "2")
    ana = approved()
    assert advance_by_provider() == 1
    assert str(Run.objects.get().date) == "2026-11-16"
    approved(BEN, number=2)
    assert advance_by_provider() == 0
    advance(days=4, hours=18)  # Monday 06:00
    assert advance_by_provider() == 1
    assert state(ana) == "broadcast"
    assert len(paypal.batches) == 2


def test_a_large_amount_waits_for_the_second_operator(paypal: FakePayPal) -> None:
    set_policy("payouts.second_operator_from_micros", 20_000_000)
    made = approved(ANA, 10_000_000)
    set_policy("payouts.second_operator_from_micros", 5_000_000)
    run_by_provider("paypal")
    assert state(made) == "approved"


def test_without_credentials_it_is_not_offered(settings: Settings) -> None:
    settings.PAYPAL = ("https://api-m.paypal.com", "", "", "")
    assert "paypal" not in policy.offered_methods()
    with pytest.raises(MethodNotOffered):
        add_destination(people.worker(1), "paypal", ANA)
    assert run_by_provider("paypal").name == "by_hand"


def test_an_amount_of_less_than_a_cent_is_refused(paypal: FakePayPal) -> None:
    set_policy("payouts.paypal.minimum_micros", 0)
    worker = people.worker(1)
    fund(worker, 1_000_000)
    to = add_destination(worker, "paypal", ANA)
    with pytest.raises(BelowMinimum):
        request_withdrawal(worker, to.id, 10_000, "key-1")


@pytest.mark.parametrize(
    "text",
    ["", "ana", "ana@", "@example.org", "ana@example", "a b@example.org", "ana@example.org ", "ana@exa\u0301mple.org",
     "ana@@example.org", "ana@-example.org", ".ana@example.org", "ana..b@example.org", "a" * 65 + "@example.org",
     "ana@" + "e" * 60 + "." + "x" * 63 + ".org", "ana@example.org\n", "<ana@example.org>"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not rails()["paypal"].check_destination("", text).payable


def test_the_same_address_in_capitals_is_the_same_payee(paypal: FakePayPal) -> None:
    check = rails()["paypal"].check_destination("", "Ana.B+pay@Mail.Example.org")
    assert (check.payable, check.payee) == (True, "ana.b+pay@mail.example.org")
    with pytest.raises(AddressNotPayable):
        add_destination(people.worker(1), "paypal", "ana@example")


def test_the_request_is_written_as_the_document_says(paypal: FakePayPal) -> None:
    # The fake's fixture fails on whatever the document lacks; these are the amounts' spellings.
    lines = [PayoutLine("w", ANA, cents) for cents in (1, 100, 123_456_789)]
    values = [item["amount"]["value"] for item in payout_request("b", lines)["items"]]
    assert values == ["0.01", "1.00", "1234567.89"]


def test_the_database_keeps_batch_and_item(paypal: FakePayPal) -> None:
    approved()
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    for change in ({"provider_id": "BATCH2"}, {"total_cents": 1}, {"state": "signed"}, {"state": "failed"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ProviderBatch.objects.filter(id=batch.id).update(**change)
    for item_change in ({"cents": 1}, {"receiver": BEN}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ProviderItem.objects.filter(batch=batch).update(**item_change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Withdrawal.objects.update(provider_batch=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProviderItem.objects.all().delete()


def test_every_meaning_leads_where_the_machine_allows() -> None:
    for old in rules.STATES:
        for meaning in ("paid", "not_paid", "waiting"):
            new = rules.following_state(old, meaning)
            assert new is None or rules.may_move(old, new)


def test_operators_see_what_needs_a_person_and_settle_it_by_command(
    paypal: FakePayPal, capsys: pytest.CaptureFixture[str]
) -> None:
    ana, operator = approved(), people.operator()
    paypal.losses = ["cut_after"]
    run_by_provider("paypal")
    advance(days=26, minutes=1)
    run_by_provider("paypal")
    batch = ProviderBatch.objects.get()
    found = [(one.detail, one.subject) for one in alarms() if one.code == "attention"]
    assert found == [("too_old_to_send", batch.id)]

    def command(*words: str) -> int:
        parser = argparse.ArgumentParser()
        payouts.add_arguments(parser)
        return payouts.run(parser.parse_args(list(words)))

    who = ("--operator", operator.email, "--note", "found on the activity page")
    assert command("adopt", str(batch.id), "BATCH7", *who) == 1
    assert "knows no such batch" in capsys.readouterr().err
    assert command("adopt", str(batch.id), "BATCH1", *who) == 0
    assert state(ana) == "broadcast"
    assert command("give-up", str(batch.id), *who) == 1
    assert command("adopt", str(batch.id), "BATCH1", "--operator", "nobody@example.org", "--note", "x") == 1


def test_an_operator_s_wish_is_run_by_the_background(paypal: FakePayPal) -> None:
    advance_by_provider()
    ana = approved()
    assert advance_by_provider() == 0
    start_run(people.operator(), "paypal")
    start_run(people.operator(), "paypal")
    assert advance_by_provider() == 1
    assert state(ana) == "broadcast"
