"""A model's suggestions on the image: accepted by a key, changed by hand, rejected, and left alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import as_person, make_project
from tests.browser.conftest import Demo
from tests.browser.test_draw_by_keys import focus_image, keys
from tests.browser.test_draw_every_kind import begin, draft, hand_in, picture, reload

pytestmark = pytest.mark.browser

SIGN_AND_BALL = {"labels": [{"name": "sign", "kinds": ["box"]}, {"name": "ball", "kinds": ["box"]}]}
BOXES = [[40, 30, 140, 60], [210, 130, 110, 110], [60, 140, 110, 120], [10, 270, 30, 20]]


def box(number: int) -> dict:
    label = "ball" if number == 1 else "sign"
    return {"id": str(number), "kind": "box", "label": label, "box": BOXES[number], "confidence": 0.9 - number / 10}


def test_what_is_accepted_or_changed_reaches_the_server_and_nothing_else_does(desktop: Page, demo: Demo) -> None:
    project = make_project(demo, SIGN_AND_BALL, [picture()])
    with as_person(demo, "cleo") as client:
        [task] = client.get(f"/projects/{project}/tasks").json()["items"]
        proposal = {"source": "detector-2", "annotations": [box(number) for number in range(4)]}
        given = client.post(f"/projects/{project}/tasks/{task['id']}/suggestions", json=proposal)
        assert given.status_code == 201, given.text
    begin(desktop, demo, project)
    marks = desktop.locator(".wb-inline-regions")
    expect(marks.get_by_text("4 suggestions are not decided.")).to_be_visible()
    expect(marks.get_by_text("Suggested by detector-2, 90% sure")).to_be_visible()

    focus_image(desktop)
    # The first press only goes to the first suggestion: nothing is accepted unseen. The second accepts it.
    keys(desktop, "a")
    expect(marks.get_by_text("4 suggestions are not decided.")).to_be_visible()
    duplicate = marks.get_by_role("button", name="Duplicate")
    expect(duplicate).to_be_disabled()
    keys(desktop, "a")
    expect(marks.get_by_text("3 suggestions are not decided.")).to_be_visible()
    # The second one is changed: an own mark from then on.
    keys(desktop, "Escape", "Tab", "Tab", "ArrowRight")
    expect(marks.get_by_text("Suggestion: detector-2, edited")).to_be_visible()
    # The third is rejected, brought back, and rejected again; the fourth is left alone. A reload changes none of this.
    keys(desktop, "Escape", "Escape", "a", "t", "Control+z", "t")
    expect(marks.get_by_text("1 suggestion is not decided.")).to_be_visible()
    assert len(draft(desktop)) == 3
    reload(desktop)
    expect(marks.get_by_text("1 suggestion is not decided.")).to_be_visible()

    receipt = hand_in(desktop)
    accepted, changed = receipt["annotations"]
    assert (accepted["label"], accepted["box"]) == ("sign", BOXES[0])
    assert changed["label"] == "ball" and changed["box"][0] > BOXES[1][0] and changed["box"][1:] == BOXES[1][1:]
    by = "suggestion:detector-2"
    assert receipt["assists"] == {
        accepted["id"]: {"by": by, "version": "1", "edited": False},
        changed["id"]: {"by": by, "version": "1", "edited": True},
    }
