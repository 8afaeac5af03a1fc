"""What a worker drew survives a reload, a dead line and a second tab; and it is handed in once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in, wait_until

pytestmark = pytest.mark.browser

PROJECT = "Fruit on a table"
WIDTH_PX, HEIGHT_PX = 1000, 750


def begin(page: Page, demo: Demo) -> str:
    """At the bench of the project; returns its address."""
    account = demo.account("ana")
    sign_in(page, account["email"], account["password"])
    project = next(one for one in api(page, "/work/projects")["items"] if one["name"] == PROJECT)
    path = f"/work/{project['id']}/"
    page.goto(path)
    read = page.get_by_role("button", name="I have read it")
    stage = page.locator("[role=application]")
    expect(read.or_(stage).first).to_be_visible()
    if read.is_visible():
        read.tap()
    at_the_image(page)
    return path


def at_the_image(page: Page) -> None:
    page.locator("[role=application]").wait_for()
    page.wait_for_timeout(1000)


def draw(page: Page, x: float, y: float) -> None:
    Stage(page, WIDTH_PX, HEIGHT_PX).finger_drag((x, y), (x + 150, y + 120))


def marks(page: Page) -> int:
    """The number on the button that lists the marks."""
    return int(page.locator(".wb-list-button").inner_text())


def handed_in(page: Page) -> set[str]:
    return {one["id"] for one in api(page, "/me/submissions")["items"]}


def test_a_draft_survives_a_reload_with_its_history(phone: Page, demo: Demo) -> None:
    begin(phone, demo)
    found = marks(phone)
    draw(phone, 100, 100)
    draw(phone, 500, 400)
    assert marks(phone) == found + 2
    expect(phone.locator(".wb-saved")).to_have_text(re.compile("^Saved"))
    phone.reload()
    at_the_image(phone)
    assert marks(phone) == found + 2
    undo, redo = phone.get_by_role("button", name="Undo"), phone.get_by_role("button", name="Redo")
    undo.tap()
    undo.tap()
    assert marks(phone) == found
    expect(undo).to_be_disabled()
    redo.tap()
    redo.tap()
    assert marks(phone) == found + 2


def test_an_answer_given_offline_arrives_once(phone: Page, demo: Demo) -> None:
    begin(phone, demo)
    draw(phone, 300, 500)
    drawn, before = marks(phone), handed_in(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Submit").tap()
    expect(phone.get_by_text(re.compile(r"Offline\.|could not reach"))).to_be_visible(timeout=15_000)
    phone.wait_for_timeout(10_000)
    phone.context.set_offline(False)
    made = wait_until(phone, lambda: handed_in(phone) - before)
    at_the_image(phone)
    phone.wait_for_timeout(3000)
    made = handed_in(phone) - before
    assert len(made) == 1
    receipt = api(phone, f"/me/submissions/{made.pop()}")
    assert len(receipt["annotations"]) == drawn


def test_two_tabs_hand_in_once(phone: Page, demo: Demo) -> None:
    path = begin(phone, demo)
    draw(phone, 200, 150)
    expect(phone.locator(".wb-saved")).to_have_text("Saved", timeout=10_000)
    other = phone.context.new_page()
    other.goto(path)
    at_the_image(other)
    before = handed_in(phone)
    assert marks(other) == marks(phone)
    phone.get_by_role("button", name="Submit").tap()
    wait_until(phone, lambda: handed_in(phone) - before)
    other.bring_to_front()
    other.get_by_role("button", name="Submit").tap()
    other.wait_for_timeout(3000)
    assert len(handed_in(phone) - before) == 1
