"""What strangers may read before they sign up: help, rules, terms, privacy."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from tagwork.kit import settings as versioned
from tests.builders import people

pytestmark = pytest.mark.django_db
PAGES = ["/help/", "/rules/", "/terms/", "/privacy/"]


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


class Anchors(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named: dict[str, Any] = dict(attrs)
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "a":
            self.links.append(named["href"])


@pytest.mark.parametrize("path", PAGES)
def test_anyone_may_read_it_and_every_page_leads_to_it(client: Client, path: str) -> None:
    assert words(client, path)
    assert f'href="{path}"' in client.get("/").content.decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["stranger", "worker"])
def test_every_link_on_it_resolves_down_to_the_paragraph(client: Client, path: str, who: str) -> None:
    if who == "worker":
        client.force_login(people.worker())
    found = Anchors(client.get(path).content.decode())
    assert len(found.ids) == len(set(found.ids))
    for link in found.links:
        target, _, fragment = link.partition("#")
        answer = client.get(target or path)
        assert answer.status_code in (200, 302), link
        if fragment:
            assert fragment in Anchors(answer.content.decode()).ids, link


def test_the_terms_tell_the_numbers_of_the_design(client: Client) -> None:
    text = words(client, "/terms/")
    for promise in (
        "judged it after 72 hours",
        "adds 72 hours",
        "within 14 days",
        "They have 3 business days",
        "10 appeals open",
        "Litecoin $0.50 (fee none)",
        "Bitcoin Cash $0.50 (fee none)",
        "daily at 06:00 UTC",
        "$2.00 per 1,000",
        "$3.00 an hour",
        "at most 14 days",
        "Money first.",
        "No use of rejected answers.",
    ):
        assert promise in text, promise


def test_the_rules_tell_how_an_answer_passes_and_what_follows(client: Client) -> None:
    text = words(client, "/rules/")
    for rule in (
        "the expected one by at least 0.5",
        "boxes overlap by at least 0.7, outlines and masks by 0.75",
        "One in 3 of your first 30 tasks of a kind, one in 10 after that",
        "Up to 15 % of your last 100",
        "90 % right of the last 100 checked",
        "95 % right of the last 500 checked",
        "below 80 %",
        "below 70 %",
        "below 60 %: 3 days",
        "more than 20 % of a moderator’s verdicts in 24 hours",
    ):
        assert rule in text, rule


@pytest.mark.parametrize(
    ("name", "value", "path", "shown"),
    [
        ("quality.auto_approve_hours", 48, "/terms/", "judged it after 48 hours"),
        ("quality.appeal_days", 21, "/rules/", "within 21 days"),
        ("quality.appeal_business_days", 5, "/help/", "At most 5 business days"),
        ("payouts.ltc.minimum_micros", 750_000, "/help/", "$0.75 (Litecoin)"),
        ("payouts.ltc.fee_micros", 20_000, "/terms/", "Litecoin $0.50 (fee $0.02)"),
        ("payouts.methods", ["bch"], "/help/", "The least is $0.50 (Bitcoin Cash)."),
        ("standing.pause_days", 4, "/rules/", "below 60 %: 4 days"),
    ],
)
def test_a_changed_setting_is_what_the_page_tells(client: Client, name: str, value: Any, path: str, shown: str) -> None:
    assert shown not in words(client, path)
    versioned.change(name, value, by="test")
    versioned.forget()
    assert shown in words(client, path)


def test_the_help_answers_every_question_of_the_five_groups(client: Client) -> None:
    """The number of questions in each group of the document the project was asked to implement."""
    page = client.get("/help/").content.decode()
    counts = {
        group: len(re.findall("<summary>", part))
        for group, part in re.findall(r'<section id="(\w+)">(.*?)</section>', page, re.S)
    }
    assert counts == {"tutorial": 6, "tasks": 9, "moderation": 9, "compensation": 5, "withdrawals": 6}


def test_who_is_asked_to_agree_can_read_what(client: Client) -> None:
    client.force_login(people.worker())
    page = client.get("/profile/").content.decode()
    assert re.search(r'name="terms_accepted".*?<a href="/terms/" target="_blank">', page, re.S)
