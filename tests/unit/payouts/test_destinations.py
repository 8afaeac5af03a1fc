import uuid
from datetime import timedelta

import pytest

from tagwork.kit.errors import NotFound
from tagwork.kit.models import OutboxEvent
from tagwork.payouts import policy
from tagwork.payouts.errors import AddressNotPayable, MethodNotOffered
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.queries import destinations_of
from tests.builders import people
from tests.unit.payouts.conftest import CASHADDR, LEGACY_CASH, LITECOIN, SECOND_LITECOIN, set_policy

pytestmark = pytest.mark.django_db


def test_it_keeps_what_was_typed_and_the_normal_form() -> None:
    kept = add_destination(people.worker(), "bch", LEGACY_CASH)
    assert (kept.typed, kept.address, kept.network, kept.title) == (LEGACY_CASH, CASHADDR, "main", "Bitcoin Cash")
    assert OutboxEvent.objects.filter(topic="destination.added").count() == 1


def test_the_first_can_be_used_at_once_and_a_later_one_after_three_days() -> None:
    worker = people.worker()
    first = add_destination(worker, "ltc", LITECOIN)
    second = add_destination(worker, "ltc", SECOND_LITECOIN)
    assert first.usable_from == first.created_at
    assert second.usable_from - second.created_at == timedelta(hours=72)


def test_the_same_once_more_is_the_same() -> None:
    worker = people.worker()
    assert add_destination(worker, "bch", CASHADDR) == add_destination(worker, "bch", CASHADDR)
    # Another text for it changes nothing either.
    assert add_destination(worker, "bch", LEGACY_CASH).typed == CASHADDR
    assert len(destinations_of(worker)) == 1


@pytest.mark.parametrize("address", ["", "x", " " + LITECOIN, CASHADDR, "tltc1q9awqm4ah2lmettm3hnhgqtssvz527jxg"])
def test_it_refuses_what_cannot_be_paid(address: str) -> None:
    with pytest.raises(AddressNotPayable):
        add_destination(people.worker(), "ltc", address)


@pytest.mark.parametrize("method", ["manual", "paypal", ""])
def test_it_refuses_a_method_that_is_not_offered(method: str) -> None:
    with pytest.raises(MethodNotOffered):
        add_destination(people.worker(), method, LITECOIN)


def test_the_network_in_force_decides() -> None:
    set_policy(policy.NETWORK, "regtest")
    with pytest.raises(AddressNotPayable):
        add_destination(people.worker(), "ltc", LITECOIN)
    assert add_destination(people.worker(), "ltc", "rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k").network == "regtest"


def test_a_removed_one_is_gone_and_once_more_does_nothing() -> None:
    worker = people.worker()
    kept = add_destination(worker, "ltc", LITECOIN)
    remove_destination(worker, kept.id)
    remove_destination(worker, kept.id)
    assert destinations_of(worker) == []
    assert OutboxEvent.objects.filter(topic="destination.removed").count() == 1


def test_a_removed_one_that_is_added_again_waits_like_a_new_one() -> None:
    worker = people.worker()
    first = add_destination(worker, "ltc", LITECOIN)
    remove_destination(worker, first.id)
    again = add_destination(worker, "ltc", LITECOIN)
    assert again.id != first.id
    assert again.usable_from > again.created_at


def test_it_refuses_a_stranger() -> None:
    kept = add_destination(people.worker(), "ltc", LITECOIN)
    for stranger in (people.second_worker(), people.outsider(), people.operator()):
        with pytest.raises(NotFound):
            remove_destination(stranger, kept.id)
        assert destinations_of(stranger) == []
    with pytest.raises(NotFound):
        remove_destination(people.worker(), uuid.uuid4())
