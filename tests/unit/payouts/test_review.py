import pytest

from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.payouts import policy
from tagwork.payouts.console import alarms
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.release_held import release_held, release_waited
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_approved import review_approved
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import counts_by_state, operator_queue, timeline, withdrawal_of
from tests.builders import people
from tests.unit.payouts.conftest import (
    CASHADDR,
    LEGACY_CASH,
    SECOND_LITECOIN,
    advance,
    approved,
    deliver,
    destination,
    fund,
    requested,
    set_policy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def test_an_ordinary_request_is_approved_by_the_background_process() -> None:
    worker = people.worker()
    withdrawal = requested(worker)
    deliver()
    assert withdrawal_of(worker, withdrawal.id).state == "approved"
    assert [entry.actor for entry in timeline(withdrawal.id)] == [str(worker.id), "rule"]


def test_a_second_review_changes_nothing() -> None:
    withdrawal = approved(people.worker())
    assert review_withdrawal(withdrawal.id) == "approved"
    assert len(timeline(withdrawal.id)) == 2


def test_a_destination_that_another_account_uses_is_held_however_it_is_written() -> None:
    other = people.second_worker()
    remove_destination(other, add_destination(other, "bch", LEGACY_CASH).id)
    worker = people.worker()
    fund(worker, 1_000_000)
    withdrawal = request_withdrawal(worker, add_destination(worker, "bch", CASHADDR).id, 500_000, "key-1")
    assert review_withdrawal(withdrawal.id) == "held"
    view = withdrawal_of(worker, withdrawal.id)
    assert view.hold_reasons == ("shared_destination",)
    assert view.hold_texts[0].startswith("Another account")


def test_much_within_a_day_is_held_and_a_day_later_it_is_not() -> None:
    worker = people.worker()
    set_policy(policy.DAY_LIMIT_MICROS, 1_500_000)
    fund(worker, 3_000_000)
    kept = destination(worker)
    states = []
    for number in range(2):
        withdrawal = request_withdrawal(worker, kept.id, 1_000_000, f"key-{number}")
        states.append(review_withdrawal(withdrawal.id))
    advance(hours=24, seconds=1)
    states.append(review_withdrawal(request_withdrawal(worker, kept.id, 1_000_000, "key-3").id))
    assert states == ["approved", "held", "approved"]


def test_a_cancelled_one_does_not_count_towards_the_day() -> None:
    worker = people.worker()
    set_policy(policy.DAY_LIMIT_MICROS, 1_500_000)
    fund(worker, 1_000_000)
    kept = destination(worker)
    for number in range(3):
        withdrawal = request_withdrawal(worker, kept.id, 1_000_000, f"key-{number}")
        assert review_withdrawal(withdrawal.id) == "approved"
        cancel_withdrawal(worker, withdrawal.id)


def test_a_later_destination_holds_until_it_has_been_known_for_three_days() -> None:
    worker = people.worker()
    destination(worker)
    fund(worker, 1_000_000)
    withdrawal = request_withdrawal(worker, add_destination(worker, "ltc", SECOND_LITECOIN).id, 500_000, "key-1")
    assert review_withdrawal(withdrawal.id) == "held"
    advance(hours=71)
    assert release_waited() == 0
    advance(hours=1, seconds=1)
    assert release_waited() == 1
    assert withdrawal_of(worker, withdrawal.id).state == "approved"
    assert release_waited() == 0


def test_time_does_not_release_what_is_held_for_another_reason_too() -> None:
    worker = people.worker()
    destination(worker)
    set_policy(policy.DAY_LIMIT_MICROS, 0)
    fund(worker, 1_000_000)
    withdrawal = request_withdrawal(worker, add_destination(worker, "ltc", SECOND_LITECOIN).id, 500_000, "key-1")
    assert review_withdrawal(withdrawal.id) == "held"
    advance(hours=100)
    assert release_waited() == 0


def test_what_a_rule_holds_an_operator_holds_too_and_then_no_time_releases_it() -> None:
    worker, operator = people.worker(), people.operator()
    destination(worker)
    fund(worker, 1_000_000)
    withdrawal = request_withdrawal(worker, add_destination(worker, "ltc", SECOND_LITECOIN).id, 500_000, "key-1")
    assert review_withdrawal(withdrawal.id) == "held"
    for _ in range(2):
        view = hold_withdrawal(operator, withdrawal.id, "the worker wrote: not me")
        assert view.hold_reasons == ("new_destination", "by_operator")
    assert [entry.detail.get("note") for entry in timeline(withdrawal.id)] == [None, None, "the worker wrote: not me"]
    advance(hours=100)
    assert release_waited() == 0
    assert release_held(operator, withdrawal.id, "the worker is well").hold_reasons == ()


def test_an_operator_holds_and_releases_with_a_note() -> None:
    worker, operator = people.worker(), people.operator()
    withdrawal = approved(worker)
    assert hold_withdrawal(operator, withdrawal.id, "asked the worker").state == "held"
    hold_withdrawal(operator, withdrawal.id, "asked the worker")
    assert [view.id for view in operator_queue(["held"])] == [withdrawal.id]
    assert operator_queue(["held"], method="bch") == []
    released = release_held(operator, withdrawal.id, "answered")
    assert (released.state, released.hold_reasons) == ("approved", ())
    assert release_held(operator, withdrawal.id, "answered") == released
    assert [entry.to_state for entry in timeline(withdrawal.id)] == ["requested", "approved", "held", "approved"]
    counts = counts_by_state()
    assert (counts["approved"], counts["held"], len(counts)) == (1, 0, 11)


def test_only_operators_hold_and_release() -> None:
    withdrawal = approved(people.worker())
    for stranger in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        for act in (hold_withdrawal, release_held):
            with pytest.raises(Forbidden):
                act(stranger, withdrawal.id, "because")


def test_a_hold_needs_a_note_and_a_release_something_held() -> None:
    operator = people.operator()
    withdrawal = approved(people.worker())
    with pytest.raises(Invalid):
        hold_withdrawal(operator, withdrawal.id, "  ")
    with pytest.raises(WrongState):
        release_held(operator, withdrawal.id, "fine")


def test_it_refuses_an_unknown_withdrawal() -> None:
    with pytest.raises(NotFound):
        review_withdrawal(people.worker().id)


def test_what_was_approved_before_the_limit_was_lowered_is_held_for_two_people() -> None:
    worker, operator = people.worker(), people.operator()
    small = approved(worker, 999_999)
    fund(worker, 1_000_000)
    large = request_withdrawal(worker, destination(worker).id, 1_000_000, "key-2")
    assert (review_withdrawal(large.id), review_approved()) == ("approved", 0)
    set_policy(policy.SECOND_OPERATOR_FROM_MICROS, 1_000_000)
    assert (review_approved(), review_approved()) == (1, 0)
    assert withdrawal_of(worker, small.id).state == "approved"
    assert withdrawal_of(worker, large.id).hold_reasons == ("large_amount",)
    release_held(operator, large.id, "a known worker")
    # One person has agreed: it waits for the second, and is not held again.
    assert review_approved() == 0
    assert mark_signed(people.second_operator(), large.id).state == "signed"


def test_what_only_waited_for_a_new_destination_is_held_too_when_the_limit_was_lowered() -> None:
    set_policy(policy.COOLDOWN_SECONDS, 3600)
    worker = people.worker()
    fund(worker, 2_000_000)
    destination(worker)
    made = request_withdrawal(worker, destination(worker, SECOND_LITECOIN).id, 2_000_000, "key-1")
    assert review_withdrawal(made.id) == "held"
    set_policy(policy.SECOND_OPERATOR_FROM_MICROS, 2_000_000)
    advance(hours=1, seconds=1)
    assert (release_waited(), review_approved()) == (1, 1)
    assert withdrawal_of(worker, made.id).hold_reasons == ("large_amount",)


def to_act_on() -> dict[str, int]:
    return {one.code: one.count for one in alarms() if one.page == "withdrawals"}


def test_what_only_a_person_moves_is_an_alarm_until_it_is_moved() -> None:
    set_policy(policy.SECOND_OPERATOR_FROM_MICROS, 2_000_000)
    worker, operator = people.worker(), people.operator()
    large = requested(worker, 2_000_000)
    assert to_act_on() == {}
    review_withdrawal(large.id)
    assert to_act_on() == {"held": 1}
    release_held(operator, large.id, "a known worker")
    assert to_act_on() == {"second_operator": 1}
    mark_signed(people.second_operator(), large.id)
    assert to_act_on() == {}
    record_failed(people.second_operator(), large.id, "the coins went elsewhere")
    assert to_act_on() == {"to_refund": 1}
    refund_withdrawal(operator, large.id)
    assert to_act_on() == {}


def test_what_an_operator_or_only_time_holds_is_no_alarm() -> None:
    set_policy(policy.COOLDOWN_SECONDS, 3600)
    worker = people.worker()
    hold_withdrawal(people.operator(), approved(worker).id, "I look into it")
    fund(worker, 1_000_000)
    second = request_withdrawal(worker, destination(worker, SECOND_LITECOIN).id, 1_000_000, "key-2")
    assert review_withdrawal(second.id) == "held"
    assert to_act_on() == {}
