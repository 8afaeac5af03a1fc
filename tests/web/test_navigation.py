from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tagwork.people.models import Membership
from tagwork.web.icons import STROKES
from tagwork.web.navigation import ACCOUNT, AREAS, FOOTER, MORE, home_url, navigation_of
from tests.builders import people


def navigation(user: Any, path: str = "/profile/") -> Any:
    request = RequestFactory().get(path)
    request.user = user
    return navigation_of(request)


def test_every_link_has_a_picture_and_stands_once_in_its_place() -> None:
    for area in AREAS:
        names = [link.name for link in area.links + MORE[area.key]]
        assert len(names) == len(set(names)), area.key
        assert len(area.links) <= 5, "the phone's bottom bar holds five"
    links = [link for area in AREAS for link in (*area.links, *MORE[area.key])] + list(ACCOUNT)
    assert {link.icon for link in links} <= set(STROKES)
    assert all(link.text for link in FOOTER)


def test_a_stranger_has_no_navigation() -> None:
    assert navigation(AnonymousUser()) == ([], [], [])


@pytest.mark.django_db
def test_one_role_needs_no_switch_between_areas() -> None:
    worker = navigation(people.worker(), "/work/")
    assert [item.url for item in worker.items if item.is_current] == ["/work/"]
    assert worker.areas == []
    assert "/profile/" in [item.url for item in worker.more]


@pytest.mark.django_db
def test_two_roles_switch_and_the_page_decides_which_is_current() -> None:
    worker, client = people.worker(), people.client()
    Membership.objects.create(organisation=client.organisation, person=worker)
    shown = navigation(worker, "/work/")
    assert [item.is_current for item in shown.areas].count(True) == 1
    assert [item.text for item in shown.areas if item.is_current] == ["Work"]
    assert len(shown.areas) == 2


@pytest.mark.django_db
def test_somebody_without_a_role_lands_on_their_profile() -> None:
    assert home_url(people.person("nobody@example.test", is_worker=False)) == "/profile/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/operator/", "/operator/"),
        ("/operator/payouts/comparison/", "/operator/withdrawals/"),
        ("/operator/refunds/", "/operator/deposits/"),
    ],
)
def test_a_page_below_another_lights_up_its_link(path: str, current: str) -> None:
    assert [item.url for item in navigation(people.operator(), path).items if item.is_current] == [current]
