"""Every kind of shape by finger, mouse and keyboard: what reached the server is what was drawn."""

import math
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage
from tests.browser.test_draw_every_kind import begin, by_kind, draft, hand_in, picture, press, reload

pytestmark = pytest.mark.browser

TURN_ARM_PX = 32
SCHEMA: dict[str, Any] = {
    "labels": [
        {
            "name": "ball",
            "kinds": ["box", "ellipse"],
            "attributes": [
                {"name": "seen", "type": "multiple", "options": ["left", "right", "back"]},
                {"name": "state", "type": "choice", "options": ["whole", "torn"], "default": "whole"},
            ],
        },
        {"name": "leaf", "kinds": ["polygon"]},
        {"name": "lane", "kinds": ["polyline"]},
        {"name": "dot", "kinds": ["point"]},
        {
            "name": "pose",
            "kinds": ["skeleton"],
            "keypoints": ["head", "hand", "foot"],
            "edges": [["head", "hand"], ["hand", "foot"]],
        },
        {"name": "sign", "kinds": ["box", "text"], "languages": ["ar", "en"], "direction": "rtl"},
    ],
    "tags": [{"name": "light", "options": ["bright", "dark"]}],
    "attributes": [
        {"name": "blurred", "type": "boolean"},
        {"name": "people", "type": "number", "default": 0},
        {"name": "remark", "type": "text", "required": False},
    ],
}
LEAF = [(60, 150), (150, 140), (170, 230), (90, 260)]
HOLE = [(100, 170), (140, 170), (120, 215)]
LANE = [(20, 280), (120, 270), (230, 285), (340, 265)]
POSE = [(290, 30), (250, 70), (310, 100)]


def turned_by(stage: Stage, centre: tuple[float, float], half_height: float, degrees: float) -> Any:
    """Where the grip for turning stands at 0 degrees, and where it must be brought."""
    arm = half_height + TURN_ARM_PX / stage.scale
    t = math.radians(degrees)
    return (centre[0], centre[1] - arm), (centre[0] + arm * math.sin(t), centre[1] - arm * math.cos(t))


def answers(annotations: list[dict[str, Any]]) -> dict[str, Any]:
    [said] = by_kind(annotations, "attributes")
    return dict(said["attributes"])


def seen(annotations: list[dict[str, Any]]) -> dict[str, int]:
    """Visibility by keypoint."""
    [pose] = by_kind(annotations, "skeleton")
    return {name: place[2] for name, place in pose["skeleton"].items()}


def field_of(page: Page, label: str) -> Locator:
    """The list of marks stands twice in the page, for the narrow and the wide view; one of them is shown."""
    return page.get_by_label(label).locator("visible=true").first


def about_the_ball(page: Page) -> None:
    """The questions of the selected mark."""
    page.get_by_role("group", name="seen").get_by_text("back", exact=True).first.click()
    page.get_by_role("group", name="seen").get_by_text("left", exact=True).first.click()


def test_a_finger_draws_every_shape(phone: Page, demo: Demo) -> None:
    stage = begin(phone, demo, make_project(demo, SCHEMA, [picture()]))
    press(phone, "Turned box")
    stage.finger_drag((210, 150), (320, 220))
    stage.finger_drag(*turned_by(stage, (265, 185), 35, 30))
    about_the_ball(phone)
    press(phone, "Ellipse")
    stage.finger_drag((220, 40), (330, 90))
    stage.finger_drag(*turned_by(stage, (275, 65), 25, 60))
    about_the_ball(phone)

    press(phone, "leaf")
    for place in [*LEAF, LEAF[0]]:
        stage.finger_tap(*place)
    press(phone, "Hole")
    for place in [*HOLE, HOLE[0]]:
        stage.finger_tap(*place)
    drawn = by_kind(draft(phone), "polygon")[0]["polygon"]
    for ring, wanted in zip(drawn, [LEAF, HOLE], strict=True):
        assert np.array(ring) == pytest.approx(np.array(wanted), abs=0.7)
    # A finger drags a vertex of the hole; the list fills the hole, and undo cuts it out again.
    stage.finger_drag(HOLE[2], (130, 200))
    field_of(phone, "Hole 1").select_option("filled")
    assert len(by_kind(draft(phone), "polygon")[0]["polygon"]) == 1
    press(phone, "Undo")

    press(phone, "lane")
    for place in [*LANE, LANE[-1]]:
        stage.finger_tap(*place)
    press(phone, "dot")
    stage.finger_tap(200, 110)
    press(phone, "pose")
    for place in POSE:
        stage.finger_tap(*place)
    # A tap on a keypoint of the selected skeleton says that it is covered.
    stage.finger_tap(*POSE[1])
    field_of(phone, "foot").select_option("absent")

    press(phone, "sign")
    stage.finger_drag((40, 30), (180, 90))
    field = phone.get_by_role("textbox", name="Text in this mark")
    assert (field.get_attribute("dir"), field.get_attribute("lang")) == ("rtl", "ar")
    field.fill("قف")
    field.press("Enter")
    press(phone, "Select")
    phone.get_by_text("bright", exact=True).tap()
    field_of(phone, "blurred").check()
    field_of(phone, "people").fill("2")
    field_of(phone, "people").blur()

    kept = draft(phone)
    reload(phone)
    given = hand_in(phone)["annotations"]
    [box, sign] = by_kind(given, "box")
    assert box["box"] == pytest.approx([210, 150, 110, 70], abs=1)
    assert box["angle_degrees"] == pytest.approx(30, abs=1.5)
    assert box["attributes"] == {"seen": ["left", "back"], "state": "whole"}
    assert sign["box"] == pytest.approx([40, 30, 140, 60], abs=1)
    [ellipse] = by_kind(given, "ellipse")
    assert ellipse["ellipse"][:4] == pytest.approx([275, 65, 55, 25], abs=1)
    assert ellipse["ellipse"][4] == pytest.approx(60, abs=1.5)
    [polygon] = by_kind(given, "polygon")
    assert np.array(polygon["polygon"][0]) == pytest.approx(np.array(LEAF), abs=0.7)
    assert np.array(polygon["polygon"][1]) == pytest.approx(np.array([*HOLE[:2], (130, 200)]), abs=1)
    assert np.array(by_kind(given, "polyline")[0]["polyline"]) == pytest.approx(np.array(LANE), abs=0.7)
    assert by_kind(given, "point")[0]["point"] == pytest.approx([200, 110], abs=0.7)
    [pose] = by_kind(given, "skeleton")
    assert pose["skeleton"]["head"] == pytest.approx([*POSE[0], 2], abs=0.7)
    assert pose["skeleton"]["hand"] == pytest.approx([*POSE[1], 1], abs=0.7)
    assert "foot" not in pose["skeleton"]
    [text] = by_kind(given, "text")
    assert (text["text"], text["language"], text["direction"]) == ("قف", "ar", "rtl")
    assert answers(given) == {"blurred": True, "people": 2}
    # Nothing was moved between the screen and the server.
    for kind in ("box", "ellipse", "polygon", "polyline", "point"):
        assert [one[kind] for one in by_kind(given, kind)] == [one[kind] for one in by_kind(kept, kind)]


def test_a_mouse_draws_every_shape(desktop: Page, demo: Demo) -> None:
    stage = begin(desktop, demo, make_project(demo, SCHEMA, [picture()]))

    def click(x: float, y: float) -> None:
        desktop.mouse.click(*stage.at(x, y))
        desktop.wait_for_timeout(400)

    press(desktop, "Turned box")
    stage.mouse_drag((210, 150), (320, 220))
    stage.mouse_drag(*turned_by(stage, (265, 185), 35, 330))
    about_the_ball(desktop)
    press(desktop, "leaf")
    for place in [*LEAF, LEAF[0]]:
        click(*place)
    press(desktop, "Hole")
    for place in [*HOLE, HOLE[0]]:
        click(*place)
    press(desktop, "lane")
    for place in LANE:
        click(*place)
    desktop.keyboard.press("Enter")
    press(desktop, "dot")
    click(200, 110)
    press(desktop, "pose")
    for place in POSE:
        click(*place)
    click(*POSE[2])
    press(desktop, "sign")
    stage.mouse_drag((40, 30), (180, 90))
    field = desktop.get_by_role("textbox", name="Text in this mark")
    field.fill("STOP")
    field.press("Enter")
    field_of(desktop, "Language of the text").select_option("en")
    field_of(desktop, "Direction of the text").select_option("ltr")
    assert (field.get_attribute("dir"), field.get_attribute("lang")) == ("ltr", "en")
    desktop.get_by_text("dark", exact=True).click()
    field_of(desktop, "remark").fill("a remark")
    field_of(desktop, "remark").blur()
    given = hand_in(desktop)["annotations"]
    assert by_kind(given, "box")[0]["box"] == pytest.approx([210, 150, 110, 70], abs=0.6)
    assert by_kind(given, "box")[0]["angle_degrees"] == pytest.approx(330, abs=0.6)
    [polygon] = by_kind(given, "polygon")
    for ring, wanted in zip(polygon["polygon"], [LEAF, HOLE], strict=True):
        assert np.array(ring) == pytest.approx(np.array(wanted), abs=0.6)
    assert np.array(by_kind(given, "polyline")[0]["polyline"]) == pytest.approx(np.array(LANE), abs=0.6)
    assert by_kind(given, "point")[0]["point"] == pytest.approx([200, 110], abs=0.6)
    assert seen(given) == {"head": 2, "hand": 2, "foot": 1}
    [text] = by_kind(given, "text")
    assert (text["text"], text["language"], text["direction"]) == ("STOP", "en", "ltr")
    assert answers(given) == {"blurred": False, "people": 0, "remark": "a remark"}


def test_the_keyboard_alone_draws_every_shape(desktop: Page, demo: Demo) -> None:
    schema = SCHEMA | {"labels": [one for one in SCHEMA["labels"] if one["name"] != "sign"], "attributes": []}
    stage = begin(desktop, demo, make_project(demo, schema, [picture()]))
    keys = desktop.keyboard
    desktop.locator("[role=application]").focus()
    centre, step = (180.0, 150.0), 10 / stage.scale

    def walk(right: int, down: int) -> None:
        for _ in range(abs(right)):
            keys.press("ArrowRight" if right > 0 else "ArrowLeft")
        for _ in range(abs(down)):
            keys.press("ArrowDown" if down > 0 else "ArrowUp")

    # The crosshair begins in the middle of the view, which is the middle of the image.
    keys.press("u")
    walk(1, 0)
    walk(-1, 0)
    keys.press("Enter")
    walk(8, 6)
    keys.press("Enter")
    for key in (".", ".", ">"):
        keys.press(key)
    [box] = by_kind(draft(desktop), "box")
    assert box["box"] == pytest.approx([*centre, 8 * step, 6 * step], abs=0.6)
    assert box["angle_degrees"] == 17
    about_the_ball(desktop)
    desktop.locator("[role=application]").focus()

    keys.press("p")
    # Away from the image and back, the crosshair begins in the middle again.
    place = list(centre)
    corners = [(-12, 2), (8, 0), (0, 8)]
    ring = []
    for right, down in corners:
        walk(right, down)
        place = [place[0] + right * step, place[1] + down * step]
        ring.append(tuple(place))
        keys.press("Space")
    keys.press("Enter")
    [polygon] = by_kind(draft(desktop), "polygon")
    assert np.array(polygon["polygon"][0]) == pytest.approx(np.array(ring), abs=0.6)
    keys.press("l")
    walk(-3, 0)
    keys.press("Space")
    walk(0, 9)
    keys.press("Space")
    keys.press("Enter")
    assert len(by_kind(draft(desktop), "polyline")[0]["polyline"]) == 2
    keys.press("k")
    walk(2, -16)
    keys.press("Space")
    keys.press("j")
    for _ in range(3):
        walk(5, 1)
        keys.press("Space")
    # Tab takes up the mark just made, Enter its grips: the first keypoint becomes a covered one.
    keys.press("Tab")
    keys.press("Enter")
    keys.press("x")
    press(desktop, "Select")
    desktop.get_by_text("dark", exact=True).click()
    given = hand_in(desktop)["annotations"]
    assert sorted(one["kind"] for one in given) == ["box", "point", "polygon", "polyline", "skeleton", "tag"]
    assert seen(given) == {"head": 1, "hand": 2, "foot": 2}
