"""The test card: what it says of a screen, and that it is honest about what a page cannot know."""

from itertools import pairwise

import pytest
from django.test import Client

from tagwork.web.worker.screen import DARK_DOTS, GREYS, LIGHT_DOTS, ScreenForm, findings

pytestmark = pytest.mark.django_db

GOOD = {"dark": "5", "light": "4", "blue": "4", "yellow": "7", "night": "no", "text": "14"}


def kinds(**changed: str) -> list[str]:
    return [finding.kind for finding in findings(GOOD | changed)]


def test_the_greys_go_from_black_to_white_in_even_steps() -> None:
    assert (GREYS[0], GREYS[-1], len(GREYS)) == (0, 255, 16)
    assert {after - before for before, after in pairwise(GREYS)} == {17}
    assert len(DARK_DOTS) != len(LIGHT_DOTS)


def test_it_says_that_a_good_screen_is_good() -> None:
    assert kinds() == ["good", "good", "good"]
    # The faintest dot of each square may be lost in daylight.
    assert kinds(dark="4", light="3") == ["good", "good", "good"]


@pytest.mark.parametrize(("dark", "light"), [("3", "4"), ("5", "2"), ("0", "0"), ("6", "4"), ("5", "5")])
def test_it_says_when_greys_are_lost_or_imagined(dark: str, light: str) -> None:
    assert kinds(dark=dark, light=light) == ["warn", "good", "good"]


@pytest.mark.parametrize("changed", [{"night": "yes"}, {"blue": "0"}, {"blue": "1"}, {"yellow": "0"}])
def test_it_says_when_blue_is_weak_or_night_colours_are_on(changed: dict[str, str]) -> None:
    assert kinds(**changed) == ["good", "warn", "good"]


def test_it_says_when_text_is_too_small() -> None:
    assert kinds(text="16") == ["good", "good", "warn"]


def test_answers_become_a_result_on_the_page(client: Client) -> None:
    page = client.get("/screen-test/", GOOD | {"back": "/work/pr_x/"}).content.decode()
    assert "data-screen-tested" in page and page.count("note--good") == 3
    assert '<a class="button button--primary" href="/work/pr_x/">' in page
    assert ScreenForm(GOOD).is_valid()


def test_without_all_answers_there_is_no_result(client: Client) -> None:
    page = client.get("/screen-test/", {"dark": "5"}).content.decode()
    assert "data-screen-tested" not in page and "errorlist" in page


def test_it_says_that_no_page_can_see_night_colours(client: Client) -> None:
    page = client.get("/screen-test/").content.decode()
    assert "No web page can see whether they are on" in page
    assert "errorlist" not in page and "data-screen-tested" not in page


@pytest.mark.parametrize("back", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)"])
def test_it_leads_back_to_this_site_only(client: Client, back: str) -> None:
    page = client.get("/screen-test/", GOOD | {"back": back}).content.decode()
    assert "data-screen-tested" in page and "Back to work" not in page


def test_the_tips_and_the_tutorial_lead_to_it(client: Client) -> None:
    assert 'href="/screen-test/"' in client.get("/quality-tips/").content.decode()
