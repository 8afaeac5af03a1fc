"""The main job on a phone-sized touch screen: a stranger signs up, learns, earns a cent and sees it; nobody helps."""

import re
import uuid

from playwright.sync_api import Page, expect
from shapely import Polygon

from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in

PASSWORD = "a long and unusual password"


def sign_up(page: Page, demo: Demo) -> str:
    email = f"stranger-{uuid.uuid4().hex[:8]}@example.test"
    page.goto("/accounts/signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.press("input[name=password1]", "Enter")
    page.wait_for_url(re.compile("confirm-email"))
    page.goto("/demo/mail/")
    page.get_by_role("link").filter(has_text=re.compile("[Cc]onfirm")).first.tap()
    page.get_by_role("link", name=re.compile("http")).first.tap()
    page.get_by_role("button", name=re.compile("[Cc]onfirm")).tap()
    page.wait_for_url(lambda url: "confirm-email" not in url)
    page.wait_for_load_state("networkidle")
    return email


def complete_profile(page: Page) -> None:
    page.goto("/profile/")
    page.fill("input[name=display_name]", "Sam")
    page.select_option("select[name=country]", "KE")
    page.check("input[name=languages][value=en]")
    page.select_option("select[name=time_zone]", "Africa/Nairobi")
    page.check("input[name=is_adult]")
    page.check("input[name=terms_accepted]")
    page.get_by_role("button", name="Save").tap()
    expect(page.locator("body")).to_contain_text("100")


def answer_lesson_item(page: Page, item: dict) -> None:
    image = item["images"][0]
    if not item["expected"]:
        page.get_by_role("button", name="Nothing to mark").tap()
    for one in item["expected"]:
        if one["kind"] == "tag":
            page.get_by_role("button", name=one["label"], exact=True).tap()
            continue
        stage = Stage(page, image["width"], image["height"])
        if one["kind"] == "box":
            x, y, width, height = one["box"]
            stage.finger_drag((x, y), (x + width, y + height))
        else:
            # The tips and the bends, as the lesson says (Douglas-Peucker at 8 px).
            corners = list(Polygon(one["polygon"][0]).simplify(8).exterior.coords)[:-1]
            for x, y in corners:
                stage.finger_tap(x, y)
            stage.finger_tap(*corners[0])


def pass_lesson(page: Page, lesson_id: str) -> None:
    lesson = api(page, f"/tutorial/lessons/{lesson_id}")
    page.goto(f"/tutorial/{lesson_id}/")
    page.get_by_role("button", name=re.compile("^(Start|Go on)$")).tap()
    for number, item in enumerate(lesson["items"], start=1):
        expect(page.locator("body")).to_contain_text(f"{number} of {len(lesson['items'])}")
        page.wait_for_timeout(600)
        answer_lesson_item(page, item)
        if item["expected"]:
            page.get_by_role("button", name="Check").tap()
        expect(page.locator(".wb-coach.wb-notice-good")).to_be_visible()
        page.get_by_role("button", name=re.compile("^(Next|Finish)$")).tap()
    expect(page.locator("body")).to_contain_text(re.compile("Lesson done|Tutorial done"))


def test_a_stranger_signs_up_learns_works_and_is_paid(phone: Page, demo: Demo) -> None:
    email = sign_up(phone, demo)
    if "/accounts/login" in phone.url:
        sign_in(phone, email, PASSWORD)
    complete_profile(phone)

    # The gate holds before the tutorial is passed.
    project = next(one for one in api(phone, "/work/projects")["items"] if one["name"] == "Ground surfaces")
    assert project["blocked_by"] == "tutorial_required"
    for lesson in ("classification", "detection", "segmentation"):
        pass_lesson(phone, lesson)
    assert api(phone, "/tutorial")["passed"]

    # Read the guideline once, then one tap answers and advances.
    phone.goto(f"/work/{project['id']}/")
    phone.get_by_role("button", name=re.compile("read", re.I)).tap()
    for made in range(1, 4):
        choice = phone.get_by_role("button", name="gravel", exact=True)
        choice.wait_for()
        phone.wait_for_timeout(700)
        choice.tap()
        expect_submissions(phone, made)
    assert api(phone, "/me/balance")["pending_micros"] == 3 * 2_500

    # Nobody says otherwise for 72 hours: the timer pays, and the gold among them is judged by then as well.
    demo.advance_hours(73)
    deadline = 60
    while deadline and api(phone, "/me/balance")["pending_micros"]:
        phone.wait_for_timeout(1000)
        deadline -= 1
    balance = api(phone, "/me/balance")
    approved = [one for one in api(phone, "/me/submissions")["items"] if one["state"] == "approved"]
    assert balance == {"pending_micros": 0, "main_micros": 2_500 * len(approved), "held_micros": 0}


def expect_submissions(page: Page, wanted: int) -> None:
    for _ in range(20):
        if len(api(page, "/me/submissions")["items"]) >= wanted:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"fewer than {wanted} answers reached the server")
