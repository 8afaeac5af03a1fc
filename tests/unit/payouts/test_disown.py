import uuid

import pytest

from tagwork.kit.errors import NotFound
from tagwork.payouts import rules
from tagwork.payouts.links import disown_token, disowned_destination
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.disown_destination import disown_destination
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import destinations_of, withdrawal_of
from tests.builders import people
from tests.unit.payouts.conftest import LITECOIN, SECOND_LITECOIN, destination, fund, main_micros

pytestmark = pytest.mark.django_db


def test_what_waits_for_the_address_comes_back_and_the_address_goes() -> None:
    worker = people.worker()
    fund(worker, 2_000_000)
    first, second = destination(worker, LITECOIN), destination(worker, SECOND_LITECOIN)
    kept = request_withdrawal(worker, first.id, 500_000, "key-1")
    stopped = request_withdrawal(worker, second.id, 1_500_000, "key-2")
    assert review_withdrawal(stopped.id) == rules.HELD
    assert main_micros(worker) == 0
    disown_destination(second.id)
    assert main_micros(worker) == 1_500_000
    assert withdrawal_of(worker, stopped.id).state == rules.CANCELLED
    assert withdrawal_of(worker, kept.id).state == rules.REQUESTED
    assert [one.id for one in destinations_of(worker)] == [first.id]
    worker.refresh_from_db()
    assert not worker.has_usable_password()


def test_once_more_changes_nothing_also_not_a_new_password() -> None:
    worker = people.worker()
    added = destination(worker)
    disown_destination(added.id)
    worker.set_password("a new one, chosen by mail")
    worker.save()
    disown_destination(added.id)
    worker.refresh_from_db()
    assert worker.check_password("a new one, chosen by mail")


def test_whoever_removed_it_before_is_put_out_all_the_same() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    added = destination(worker)
    waiting = request_withdrawal(worker, added.id, 1_000_000, "key-1")
    cancel_withdrawal(worker, waiting.id)
    remove_destination(worker, added.id)
    disown_destination(added.id)
    worker.refresh_from_db()
    assert not worker.has_usable_password()


def test_what_came_out_of_a_batch_is_stopped_by_a_second_press_without_a_new_lock_out() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    added = destination(worker)
    paid = request_withdrawal(worker, added.id, 1_000_000, "key-1")
    review_withdrawal(paid.id)
    Withdrawal.objects.filter(id=paid.id).update(state=rules.BATCHED, version=2)
    disown_destination(added.id)
    Withdrawal.objects.filter(id=paid.id).update(state=rules.APPROVED, version=3)
    worker.set_password("a new one, chosen by mail")
    worker.save()
    disown_destination(added.id)
    worker.refresh_from_db()
    assert worker.check_password("a new one, chosen by mail")
    assert withdrawal_of(worker, paid.id).state == rules.CANCELLED


def test_what_is_being_paid_is_not_stopped() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    added = destination(worker)
    paid = request_withdrawal(worker, added.id, 1_000_000, "key-1")
    review_withdrawal(paid.id)
    Withdrawal.objects.filter(id=paid.id).update(state=rules.BATCHED, version=2)
    disown_destination(added.id)
    assert withdrawal_of(worker, paid.id).state == rules.BATCHED


def test_it_does_not_know_a_destination_that_never_was() -> None:
    with pytest.raises(NotFound):
        disown_destination(uuid.uuid4())


def test_the_link_carries_the_destination_and_no_other_text_is_believed() -> None:
    key = uuid.uuid4()
    token = disown_token(key)
    assert disowned_destination(token) == key
    assert disowned_destination(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert disowned_destination(str(key)) is None
