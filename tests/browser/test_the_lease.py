"""The time a task is held: calm until the last two minutes, kept by one tap or key, its end said, late work paid. And
a line that comes above the image moves nothing under a finger that draws."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import approve
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, wait_until
from tests.browser.test_nothing_is_dropped import (
    BOXES,
    HEIGHT_PX,
    WIDTH_PX,
    at_work,
    draw,
    project_for,
    saved_at_the_server,
    submit,
)

pytestmark = pytest.mark.browser

HELD = re.compile("This task is held for you for")


@pytest.fixture(scope="module")
def boxes(demo: Demo) -> str:
    return project_for(demo, BOXES, 8, base_micros=20_000, seconds=20)


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    yield request.getfixturevalue(request.param)


def on_the_table(page: Page) -> dict[str, str]:
    """The task that was drawn on, once the server has the drawing."""
    saved_at_the_server(page)
    held = api(page, "/work/assignments?state=leased")["items"]
    found: dict[str, str] = next(one for one in held if one["draft"] and one["project_id"] in page.url)
    return found


def draw_one(page: Page, x: float, y: float) -> None:
    if page.evaluate("navigator.maxTouchPoints") > 0:
        draw(page, x, y)
    else:
        Stage(page, WIDTH_PX, HEIGHT_PX).mouse_drag((x, y), (x + 70, y + 60))
    saved_at_the_server(page)


def test_a_lease_is_kept_by_one_press_in_its_last_two_minutes(page: Page, demo: Demo, boxes: str) -> None:
    at_work(page, demo, boxes)
    draw_one(page, 40, 40)
    expect(page.get_by_text(HELD)).to_be_hidden()
    task = on_the_table(page)
    # A lease is 10 minutes here: of them 1.7 are left.
    demo.advance_hours(8.3 / 60)
    draw_one(page, 40, 150)
    expect(page.get_by_text(HELD)).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith(f"{task['id']}/heartbeat")) as kept:
        page.get_by_role("button", name="Keep it").press("Enter")
    assert kept.value.json()["lease_expires_at"] > task["lease_expires_at"]
    expect(page.get_by_text(HELD)).to_be_hidden()
    expect(page.get_by_role("application")).to_be_focused()


def test_a_lease_that_can_be_held_no_longer_says_so_and_late_work_is_paid(phone: Page, demo: Demo) -> None:
    # Ten times 400 s are more than the hour that a lease may last: it begins as long as it can be.
    at_work(phone, demo, project_for(demo, BOXES, 2, base_micros=400_000, seconds=400))
    draw_one(phone, 40, 40)
    demo.advance_hours(58.4 / 60)
    draw_one(phone, 40, 150)
    expect(phone.get_by_text(HELD)).to_be_visible()
    # A heartbeat may have told it already.
    if (keep := phone.get_by_role("button", name="Keep it")).count():
        keep.tap()
    expect(phone.get_by_text("It cannot be held longer")).to_be_visible()
    expect(phone.get_by_role("button", name="Keep it")).to_be_hidden()
    demo.advance_hours(2 / 60)
    draw_one(phone, 200, 150)
    expect(phone.get_by_text("The time for this task is over")).to_be_visible()
    handed = submit(phone).json()["submission"]
    assert handed["late"]
    expect(phone.get_by_text("The time for this task is over")).to_be_hidden()
    approve(demo, handed["id"])
    receipt = wait_until(
        phone, lambda: (one := api(phone, f"/me/submissions/{handed['id']}"))["state"] == "approved" and one
    )
    assert len(receipt["annotations"]) == 3


def test_a_line_above_the_image_moves_nothing_under_a_finger_that_draws(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    stage = Stage(phone, WIDTH_PX, HEIGHT_PX)
    (x0, y0), (x1, y1) = stage.at(50, 60), stage.at(150, 180)
    stage._touch("touchStart", x0, y0)
    stage._touch("touchMove", (x0 + x1) / 2, (y0 + y1) / 2)
    # Any line would do; this one needs no waiting.
    phone.evaluate("dispatchEvent(new Event('offline'))")
    expect(phone.get_by_text("Offline. Answers wait")).to_be_visible()
    phone.wait_for_timeout(200)
    assert Stage(phone, WIDTH_PX, HEIGHT_PX).top == pytest.approx(stage.top, abs=0.5)
    stage._touch("touchMove", x1, y1)
    phone.wait_for_timeout(100)
    stage.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    # Then it is shown whole again, lower by half of what the line takes.
    wait_until(phone, lambda: Stage(phone, WIDTH_PX, HEIGHT_PX).top > stage.top + 5)
    [box] = on_the_table(phone)["draft"]["annotations"]  # type: ignore[index, call-overload]
    assert box["box"] == pytest.approx([50, 60, 100, 120], abs=1)
    phone.evaluate("dispatchEvent(new Event('online'))")
    wait_until(phone, lambda: abs(Stage(phone, WIDTH_PX, HEIGHT_PX).top - stage.top) < 0.5)
