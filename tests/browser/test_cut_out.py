"""The server's help, from the client's switch to the dataset: a box by a finger, a proposal, an answer."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tagwork.core.masks import decode, mask_of_json
from tests.browser.client import approve, as_person, make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, sign_in
from tests.browser.test_draw_every_kind import (
    HEIGHT_PX,
    WIDTH_PX,
    at_the_image,
    begin,
    by_kind,
    draft,
    hand_in,
    picture,
)

pytestmark = pytest.mark.browser
BALL = {"labels": [{"name": "ball", "kinds": ["mask"]}]}
# The ball of the picture lies in (210, 130) to (320, 240).
CENTRE, RADIUS = (265, 185), 55


def ball() -> Any:
    """By the equation of the circle, at pixel centres."""
    x, y = np.meshgrid(np.arange(WIDTH_PX) + 0.5, np.arange(HEIGHT_PX) + 0.5)
    return (x - CENTRE[0]) ** 2 + (y - CENTRE[1]) ** 2 <= RADIUS**2


def agreement(mask: dict[str, Any]) -> float:
    found = decode(mask_of_json(mask))
    return float((found & ball()).sum() / (found | ball()).sum())


def switch_on(page: Page, demo: Demo, project: str) -> None:
    cleo = demo.account("cleo")
    sign_in(page, cleo["email"], cleo["password"])
    page.goto(f"/projects/{project}/settings/")
    choice = page.get_by_label("Help from the server with painted areas")
    expect(choice).to_have_value("")
    expect(page.get_by_text("It costs you no money.")).to_be_visible()
    choice.select_option("grabcut")
    page.locator("main form.card").first.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(choice).to_have_value("grabcut")


def take_up(page: Page) -> Stage:
    """The tool in the hand; the brush's slider has gone by then, and the image has its place."""
    tool = page.get_by_role("button", name="Cut out")
    tool.click()
    expect(tool).to_have_attribute("aria-pressed", "true")
    return at_the_image(page)


def test_what_the_server_proposed_and_a_finger_accepted_is_what_reaches_it(
    phone: Page, another: Any, demo: Demo
) -> None:
    project = make_project(demo, BALL, [picture(), picture()])
    client = another("desktop")
    switch_on(client, demo, project)
    begin(phone, demo, project)
    stage = take_up(phone)
    with phone.expect_response("**/assist") as asked:
        stage.finger_drag((200, 120), (330, 250))
    answer = asked.value.json()
    assert answer["by"] == "grabcut" and agreement(answer["mask"]) > 0.95

    # What is shown is a proposal: no part of the answer, and the draft says so.
    chosen = phone.locator(".wb-inline-selected")
    expect(chosen.get_by_text("Proposed: Cut out by the server")).to_be_visible()
    [proposed] = by_kind(draft(phone), "mask")
    assert proposed["mask"] == answer["mask"] and "suggestion" in proposed
    chosen.get_by_role("button", name="Accept").click()
    expect(phone.get_by_role("button", name="1 mark")).to_be_visible()
    receipt = hand_in(phone)
    [mark] = receipt["annotations"]
    # To the character: the same run lengths left the server, were shown, and came back.
    assert mark["mask"] == answer["mask"]
    note = {"by": "grabcut", "version": answer["version"], "edited": False}
    assert receipt["assists"] == {mark["id"]: note}

    # Without a line the device answers, more roughly, and says so.
    stage = take_up(phone)
    phone.route("**/assist", lambda route: route.abort())
    stage.finger_drag((200, 120), (330, 250))
    expect(phone.get_by_text("No connection: this proposal was made on your device")).to_be_visible()
    phone.unroute("**/assist")
    chosen.get_by_role("button", name="Accept").click()
    receipt_of_device = hand_in(phone)
    [rough] = receipt_of_device["annotations"]
    assert agreement(rough["mask"]) > 0.85
    assert receipt_of_device["assists"] == {rough["id"]: {"by": "cutout", "version": "1", "edited": False}}

    # The worker and the client read it in plain words.
    words = f"With help: Cut out by the server (GrabCut), version {answer['version']}"
    phone.goto(f"/work/submissions/{receipt['id']}/")
    expect(phone.get_by_text(words)).to_be_attached()
    approve(demo, receipt["id"])
    client.goto(f"/projects/{project}/answers/")
    expect(client.get_by_text(words.replace("With help: ", "With help: 1 × "))).to_be_visible()


def test_a_project_without_the_switch_offers_nothing_of_it(phone: Page, demo: Demo) -> None:
    project = make_project(demo, BALL, [picture()])
    begin(phone, demo, project)
    expect(phone.get_by_role("button", name="Wand")).to_be_visible()
    expect(phone.get_by_role("button", name="Cut out")).to_have_count(0)
    with as_person(demo, "ben") as worker:
        [task] = [
            one for one in worker.get("/work/assignments?state=leased").json()["items"] if one["project_id"] == project
        ]
        assert task["server_assist"] is None
        refused = worker.post(f"/work/assignments/{task['id']}/assist", json={"box": [200, 120, 130, 130]})
        assert (refused.status_code, refused.json()["code"]) == (409, "assist_off")
