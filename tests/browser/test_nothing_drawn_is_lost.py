"""What a worker drew survives a reload, a dead line and a second tab; and it is handed in once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in, wait_until
from tests.browser.line import Line

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


def draw(page: Page, x: float, y: float) -> int:
    """Returns how many marks there are with this one."""
    wanted = marks(page) + 1
    Stage(page, WIDTH_PX, HEIGHT_PX).finger_drag((x, y), (x + 150, y + 120))
    shows(page, wanted)
    return wanted


def marks(page: Page) -> int:
    """The number on the button that lists the marks."""
    return int(page.locator(".wb-list-button").inner_text())


def shows(page: Page, wanted: int) -> None:
    expect(page.locator(".wb-list-button")).to_have_text(str(wanted))


def handed_in(page: Page) -> set[str]:
    return {one["id"] for one in api(page, "/me/submissions")["items"]}


def test_a_draft_survives_a_reload_with_its_history(phone: Page, demo: Demo) -> None:
    begin(phone, demo)
    found = marks(phone)
    draw(phone, 100, 100)
    assert draw(phone, 500, 400) == found + 2
    expect(phone.locator(".wb-saved")).to_have_text(re.compile("^Saved"))
    phone.reload()
    at_the_image(phone)
    shows(phone, found + 2)
    undo, redo = phone.get_by_role("button", name="Undo"), phone.get_by_role("button", name="Redo")
    undo.tap()
    undo.tap()
    shows(phone, found)
    expect(undo).to_be_disabled()
    redo.tap()
    redo.tap()
    shows(phone, found + 2)


def test_an_answer_given_offline_arrives_once(phone_on_a_line: Page, line: Line, demo: Demo) -> None:
    phone = phone_on_a_line
    begin(phone, demo)
    before, drawn = handed_in(phone), draw(phone, 300, 500)
    line.cut(phone.context)
    phone.get_by_role("button", name="Submit").tap()
    expect(phone.get_by_text(re.compile(r"Offline\.|could not reach")).first).to_be_visible()
    phone.wait_for_timeout(10_000)
    line.mend(phone.context)
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
    expect(phone.locator(".wb-saved")).to_have_text("Saved")
    other = phone.context.new_page()
    other.goto(path)
    at_the_image(other)
    before = handed_in(phone)
    shows(other, marks(phone))
    phone.get_by_role("button", name="Submit").tap()
    wait_until(phone, lambda: handed_in(phone) - before)
    # The other tab has heard of it and lies before the next task: there is nothing left to hand in twice.
    other.bring_to_front()
    shows(other, 0)
    assert len(handed_in(phone) - before) == 1


def test_what_one_tab_draws_the_other_shows(phone: Page, demo: Demo) -> None:
    path = begin(phone, demo)
    other = phone.context.new_page()
    other.goto(path)
    at_the_image(other)
    phone.bring_to_front()
    drawn = draw(phone, 250, 350)
    wait_until(other, lambda: marks(other) == drawn)


def test_an_expired_session_keeps_the_answer_until_one_signs_in_again(phone: Page, demo: Demo) -> None:
    path = begin(phone, demo)
    before, drawn = handed_in(phone), draw(phone, 400, 200)
    cookies = phone.context.cookies()
    phone.context.clear_cookies(name="tagwork_session")
    phone.get_by_role("button", name="Submit").tap()
    expect(phone.get_by_text("Your answers are kept on this device").first).to_be_visible()
    phone.goto("/offline/")
    expect(phone.get_by_text("1 answer waits to be sent")).to_be_visible()
    phone.context.add_cookies(cookies)
    phone.goto(path)
    made = wait_until(phone, lambda: handed_in(phone) - before)
    assert len(api(phone, f"/me/submissions/{made.pop()}")["annotations"]) == drawn


def test_who_signs_out_in_one_tab_and_goes_on_in_another_loses_nothing(phone: Page, demo: Demo) -> None:
    path = begin(phone, demo)
    draw(phone, 200, 450)
    expect(phone.locator(".wb-saved")).to_have_text("Saved")
    before = handed_in(phone)
    other = phone.context.new_page()
    other.goto("/help/")
    other.locator("details.menu summary").tap()
    other.get_by_role("button", name="Sign out").tap()
    # Everything is at the server, so nothing is asked, and what this device keeps is wiped.
    expect(other.get_by_text("You are signed out")).to_be_visible()
    phone.bring_to_front()
    drawn = draw(phone, 450, 450)
    expect(phone.locator(".wb-saved")).to_have_text("Saved here")
    phone.get_by_role("button", name="Submit").tap()
    expect(phone.get_by_text("Your answers are kept on this device").first).to_be_visible()
    phone.close()
    account = demo.account("ana")
    sign_in(other, account["email"], account["password"])
    other.goto(path)
    made = wait_until(other, lambda: handed_in(other) - before)
    assert len(api(other, f"/me/submissions/{made.pop()}")["annotations"]) == drawn


def test_without_a_line_the_site_says_what_waits_and_what_it_earns(
    phone_on_a_line: Page, line: Line, demo: Demo
) -> None:
    phone = phone_on_a_line
    begin(phone, demo)
    draw(phone, 150, 300)
    phone.wait_for_function("() => navigator.serviceWorker.controller !== null")
    before = handed_in(phone)
    line.cut(phone.context)
    phone.get_by_role("button", name="Submit").tap()
    expect(phone.locator(".wb-toast", has_text="Answer sent")).to_be_visible()
    # On the disk a moment after that is said (tests/chaos has what is killed sooner).
    phone.wait_for_timeout(1_500)
    phone.goto("/earnings/")
    expect(phone.get_by_role("heading", name="On this device")).to_be_visible()
    # Whatever the browser believes of its network: the server does not answer.
    expect(phone.get_by_text("There is no connection right now")).to_be_visible()
    expect(phone.get_by_role("button", name="Send now")).to_be_disabled()
    expect(phone.get_by_text("1 answer waits to be sent")).to_be_visible()
    expect(phone.get_by_text("if all of it is accepted")).to_contain_text("$0.0")
    line.mend(phone.context)
    expect(phone.get_by_role("button", name="Send now")).to_be_enabled()
    phone.get_by_role("button", name="Send now").tap()
    expect(phone.get_by_text("Nothing waits on this device")).to_be_visible()
    assert len(handed_in(phone) - before) == 1


def test_signing_out_asks_while_something_waits_and_wipes_when_nothing_does(phone: Page, demo: Demo) -> None:
    begin(phone, demo)
    draw(phone, 350, 150)
    expect(phone.locator(".wb-saved")).to_have_text("Saved")
    phone.context.route("**/submit", lambda route: route.abort())
    phone.get_by_role("button", name="Submit").tap()
    # The toast is there for 0.8 s, which a busy machine passes over; this stays for as long as the answer waits.
    expect(phone.get_by_text("1 answer on its way")).to_be_visible()
    phone.goto("/help/")
    phone.locator("details.menu summary").tap()
    phone.get_by_role("button", name="Sign out").tap()
    expect(phone.get_by_role("heading", name="Before you sign out")).to_be_visible()
    expect(phone.get_by_text("1 answer waits to be sent")).to_be_visible()
    phone.context.unroute_all()
    phone.get_by_role("button", name="Send now").tap()
    expect(phone.get_by_text("Nothing waits on this device")).to_be_visible()
    phone.get_by_role("button", name="Sign out", exact=True).tap()
    phone.wait_for_url(lambda url: "/accounts/logout" not in url)
    left = phone.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert not [name for name in left if name.startswith("tagwork-")]
