"""The rules in force are changed by an operator, whatever page or script asks."""

import pytest

from tagwork.kit import audit, settings
from tagwork.kit.errors import Forbidden
from tagwork.people.operations.change_setting import change_setting
from tests.builders import people

pytestmark = pytest.mark.django_db
NAME = "quality.appeal_days"


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
