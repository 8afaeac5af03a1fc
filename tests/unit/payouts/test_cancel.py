import uuid

import pytest

from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.queries import held_micros, timeline, timeline_of
from tests.builders import people
from tests.unit.payouts.conftest import approved, main_micros, requested

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def test_the_worker_takes_it_back_once() -> None:
    worker = people.worker()
    withdrawal = requested(worker)
    cancelled = cancel_withdrawal(worker, withdrawal.id)
    assert (cancelled.state, cancelled.can_cancel) == ("cancelled", False)
    assert cancel_withdrawal(worker, withdrawal.id) == cancelled
    assert (main_micros(worker), held_micros(worker)) == (1_000_000, 0)


def test_it_can_be_taken_back_while_approved_or_held() -> None:
    worker = people.worker()
    cancel_withdrawal(worker, approved(worker, key="key-1").id)
    held = approved(worker, key="key-2")
    hold_withdrawal(people.operator(), held.id, "looking")
    cancel_withdrawal(worker, held.id)
    assert main_micros(worker) == 2_000_000


def test_once_an_operator_committed_it_is_too_late() -> None:
    worker = people.worker()
    withdrawal = approved(worker)
    mark_signed(people.operator(), withdrawal.id)
    with pytest.raises(WrongState):
        cancel_withdrawal(worker, withdrawal.id)
    assert (main_micros(worker), held_micros(worker)) == (0, 1_000_000)


def test_an_operator_cancels_with_a_note_and_the_worker_is_not_told_who() -> None:
    worker, operator = people.worker(), people.operator()
    withdrawal = requested(worker)
    with pytest.raises(Invalid):
        cancel_withdrawal(operator, withdrawal.id)
    cancel_withdrawal(operator, withdrawal.id, "the address belongs to a closed exchange")
    assert timeline_of(worker, withdrawal.id)[-1].actor == "operator"
    assert timeline(withdrawal.id)[-1].actor == str(operator.id)
    assert main_micros(worker) == 1_000_000


def test_it_refuses_a_stranger() -> None:
    withdrawal = requested(people.worker())
    for stranger in (people.second_worker(), people.moderator(), people.outsider()):
        with pytest.raises(NotFound):
            cancel_withdrawal(stranger, withdrawal.id, "mine now")
    with pytest.raises(NotFound):
        cancel_withdrawal(people.worker(), uuid.uuid4())
