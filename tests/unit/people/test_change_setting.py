"""The rules in force are changed by an operator, whatever page or script asks."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from pytest_django import Settings

from tagwork.kit import audit, outbox, settings
from tagwork.kit.errors import Forbidden, NotFound, WrongState
from tagwork.kit.models import SettingProposal
from tagwork.kit.settings import BadSetting
from tagwork.notices.models import Notice
from tagwork.people.operations.change_setting import change_setting
from tagwork.people.operations.decide_setting import decide_setting
from tests.builders import people

pytestmark = pytest.mark.django_db
NAME = "quality.appeal_days"
LIMIT = "payouts.second_operator_from_micros"


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    settings.forget()
    yield
    settings.forget()


def proposed(value: int = 1_000_000_000) -> UUID:
    proposal = change_setting(people.operator(), LIMIT, value)
    assert proposal is not None
    return proposal.pk


def limit() -> int:
    settings.forget()
    return int(settings.in_force(LIMIT))


def test_an_operator_changes_a_setting_in_their_own_name() -> None:
    change_setting(people.operator(), NAME, 21)
    settings.forget()
    assert settings.in_force(NAME) == 21
    [entry] = audit.entries(action="setting.changed")
    assert (entry.actor, entry.detail) == (str(people.operator().pk), {"value": 21})


def test_nobody_else_does() -> None:
    for stranger in (people.worker(), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            change_setting(stranger, NAME, 21)
    assert settings.history(NAME) == []


def test_the_rooms_own_check_still_holds() -> None:
    with pytest.raises(settings.BadSetting):
        change_setting(people.operator(), NAME, -1)
    with pytest.raises(settings.UnknownSetting):
        change_setting(people.operator(), "quality.nothing", 1)


def test_what_takes_two_is_in_force_only_when_another_operator_agrees() -> None:
    key = proposed()
    assert limit() == 500_000_000
    with pytest.raises(Forbidden):
        decide_setting(people.operator(), key, is_accepted=True)
    for _ in range(2):
        decide_setting(people.second_operator(), key, is_accepted=True)
    assert limit() == 1_000_000_000
    assert [entry.actor for entry in audit.entries(subject=f"setting:{LIMIT}")] == [
        str(people.second_operator().pk),
        str(people.operator().pk),
    ]
    with pytest.raises(WrongState):
        decide_setting(people.second_operator(), key, is_accepted=False)


def test_a_newer_proposal_takes_the_place_of_an_older_one() -> None:
    older, newer = proposed(600_000_000), proposed(700_000_000)
    with pytest.raises(WrongState):
        decide_setting(people.second_operator(), older, is_accepted=True)
    decide_setting(people.second_operator(), newer, is_accepted=True)
    assert limit() == 700_000_000


def test_a_dropped_proposal_changes_nothing_and_its_author_may_drop_it() -> None:
    decide_setting(people.operator(), proposed(), is_accepted=False)
    assert limit() == 500_000_000 and settings.proposals() == []


def test_strangers_decide_nothing_and_an_unknown_proposal_is_not_found() -> None:
    key = proposed()
    for stranger in (people.worker(), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            decide_setting(stranger, key, is_accepted=True)
    with pytest.raises(NotFound):
        decide_setting(people.second_operator(), uuid4(), is_accepted=True)
    assert limit() == 500_000_000


def test_the_database_keeps_what_was_proposed() -> None:
    key = proposed()
    with pytest.raises(DatabaseError), transaction.atomic():
        SettingProposal.objects.filter(pk=key).update(value=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SettingProposal.objects.all().delete()


def test_the_other_operators_are_told() -> None:
    people.second_operator()
    proposed()
    while outbox.deliver():
        pass
    [notice] = Notice.objects.filter(kind="setting")
    assert notice.person == people.second_operator() and notice.link == f"/operator/settings/{LIMIT}/"


def test_two_exchanges_at_least_are_asked_where_exchanges_are_asked(settings: Settings) -> None:
    settings.ASKS_EXCHANGES = True
    for too_few in ([], ["kraken"]):
        with pytest.raises(BadSetting):
            change_setting(people.operator(), "payouts.rate_sources", too_few)
    assert change_setting(people.operator(), "payouts.rate_sources", ["kraken", "coinbase"]) is not None
