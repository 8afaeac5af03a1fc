"""A moderator without a mouse compares two answers, says where one is wrong, and corrects the other."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import as_person, make_project
from tests.browser.conftest import Demo
from tests.browser.hands import api, sign_in, wait_until
from tests.browser.test_a_rejection_is_appealed import tab_to
from tests.browser.test_draw_every_kind import picture

pytestmark = pytest.mark.browser

CARS = {"labels": [{"name": "car", "kinds": ["box"]}]}
BOTH_FOUND = {"id": "1", "kind": "box", "label": "car", "box": [40, 40, 100, 80]}
EXTRA = {"id": "2", "kind": "box", "label": "car", "box": [240, 200, 60, 50]}


def hand_in(demo: Demo, name: str, project: str, annotations: list[dict[str, Any]]) -> str:
    with as_person(demo, name) as worker:
        version = worker.get(f"/work/projects/{project}/guideline").json()["version"]
        read = worker.post(f"/work/projects/{project}/guideline/acknowledge", json={"version": version})
        assert read.status_code < 300, read.text
        [task] = worker.post(f"/work/projects/{project}/claim", json={"count": 1}).json()["assignments"]
        made = worker.post(
            f"/work/assignments/{task['id']}/submit",
            json={"annotations": annotations, "active_seconds": 5},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
        assert made.status_code == 201, made.text
        return str(made.json()["submission"]["id"])


def open_case(page: Page, submission: str) -> None:
    page.goto(f"/moderation/submission/{submission}/")
    expect(page.get_by_role("heading", name="Compare with answer A")).to_be_visible()
    expect(page.locator("[role=application]")).to_be_visible()
    page.wait_for_timeout(500)


def width_of(page: Page) -> float:
    """Of the photograph on the screen, in px, also where it reaches beyond the stage."""
    layer = page.locator("[role=application] > canvas").first
    return float(layer.evaluate("one => one.getBoundingClientRect().width"))


def receipt(demo: Demo, name: str, submission: str) -> dict[str, Any]:
    with as_person(demo, name) as worker:
        return worker.get(f"/me/submissions/{submission}").json()  # type: ignore[no-any-return]


def test_answers_are_compared_commented_rejected_and_corrected_by_keyboard(
    desktop: Page, phone: Page, demo: Demo
) -> None:
    project = make_project(demo, CARS, [picture()], overlap=2)
    ana = hand_in(demo, "ana", project, [BOTH_FOUND, EXTRA])
    ben = hand_in(demo, "ben", project, [BOTH_FOUND])
    account = demo.account("max")
    sign_in(desktop, account["email"], account["password"])
    keyboard = desktop.keyboard

    open_case(desktop, ana)
    expect(desktop.locator(".wb-finding-row")).to_have_count(2)
    whole = width_of(desktop)
    expect(desktop.locator(".wb-deck")).to_contain_text("1 difference")
    expect(desktop.locator(".wb-finding-row").nth(1)).to_contain_text("IoU 100%")
    for key, look in (("2", "The other"), ("3", "Difference"), ("1", "This answer")):
        keyboard.press(key)
        expect(desktop.get_by_role("radio", name=look)).to_be_checked()
    keyboard.press("n")
    expect(desktop.get_by_role("radio", name="Difference")).to_be_checked()
    expect(desktop.locator("[aria-current=true]")).to_contain_text("Too much")
    # The finding of 60 x 50 px fills the stage: the whole image would show it at a third of that at most.
    assert width_of(desktop) > 2 * whole

    keyboard.press("c")
    expect(desktop.locator(".wb-notices")).to_contain_text("Set a point or draw a box")
    tab_to(desktop, "[role=application]")
    keyboard.press("Space")
    note = desktop.get_by_label("Comment 1")
    expect(note).to_be_focused()
    expect(desktop.locator(".wb-foot")).to_contain_text("Write a text for each comment")
    keyboard.type("There is nothing here.")
    keyboard.press("Control+Enter")
    expect(desktop.get_by_role("button", name="Comment (1)")).to_be_visible()

    keyboard.press("m")
    expect(desktop.locator(".wb-deck")).to_contain_text("Mark is set")
    expect(desktop.locator(".wb-notices")).to_contain_text("to somebody else")
    expect(desktop.get_by_role("radio", name="Something is marked that is no object")).to_be_checked()
    tab_to(desktop, "select.wb-input")
    keyboard.type("c1")
    expect(desktop.locator(".wb-foot .wb-danger")).to_be_enabled()
    keyboard.press("Control+Enter")
    wait_until(desktop, lambda: receipt(demo, "ana", ana)["state"] == "rejected")
    verdict = receipt(demo, "ana", ana)["verdict"]
    assert verdict["reason_code"] == "extra_object"
    # The box, and a hundredth of the image's longer side (360 px) around it.
    assert verdict["mark"]["box"] == pytest.approx([236.4, 196.4, 67.2, 57.2])
    [comment] = verdict["comments"]
    # Where the keyboard's crosshair stands at first: in the middle of the image.
    assert comment["text"] == "There is nothing here." and comment["mark"]["point"] == pytest.approx([180, 150], abs=1)

    desktop.goto(f"/moderation/submission/{ben}/")
    expect(desktop.locator("[role=application]")).to_be_visible()
    # What this moderator judged is nothing to compare with.
    expect(desktop.get_by_text("Compare with")).to_have_count(0)
    desktop.wait_for_timeout(500)
    keyboard.press("e")
    expect(desktop.locator(".wb-foot .wb-primary")).to_be_disabled()
    tab_to(desktop, "[role=application]")
    desktop.wait_for_timeout(300)
    keyboard.press("Tab")
    keyboard.press("Shift+ArrowRight")
    expect(desktop.get_by_role("button", name="Approve with correction")).to_be_enabled()
    keyboard.press("Control+Enter")
    wait_until(desktop, lambda: receipt(demo, "ben", ben)["state"] == "approved")
    paid = receipt(demo, "ben", ben)
    assert paid["paid_micros"] == paid["amount_micros"] == 30_000
    assert paid["annotations"][0]["box"] == BOTH_FOUND["box"]
    assert paid["correction"]["annotations"][0]["box"][0] > 50

    account = demo.account("ana")
    sign_in(phone, account["email"], account["password"])
    phone.goto(f"/work/submissions/{ana}/")
    expect(phone.locator("main")).to_contain_text("1. There is nothing here.")
    expect(phone.get_by_label("Comments", exact=True)).to_be_checked()
    # The mark, the comment, and what parted from nothing else: the receipt goes through them.
    expect(phone.locator(".wb-deck")).to_contain_text("The verdict speaks of 2 places")
    whole = width_of(phone)
    phone.get_by_role("button", name="Show the next place").tap()
    expect(phone.locator(".wb-deck")).to_contain_text("Place 1 of 2")
    assert width_of(phone) > 2 * whole
    phone.keyboard.press("d")
    expect(phone.locator(".wb-look-panel")).to_be_visible()
    assert api(phone, f"/me/submissions/{ana}")["correction"] is None
