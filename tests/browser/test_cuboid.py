"""A cuboid as a finger, a mouse and the keyboard draw it: both faces reach the server to the pixel."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage
from tests.browser.test_draw_every_kind import begin, by_kind, draft, hand_in, picture, press, reload

pytestmark = pytest.mark.browser

SCHEMA = {"labels": [{"name": "crate", "kinds": ["cuboid"]}]}
FRONT = [(60, 150), (140, 150), (140, 230), (60, 230)]
# Seen from the right and above: 90 to the right, 50 up.
BACK = [(150, 100), (230, 100), (230, 180), (150, 180)]


def faces(annotations: list[dict[str, Any]]) -> Any:
    [one] = by_kind(annotations, "cuboid")
    return np.array(one["cuboid"])


def test_a_finger_draws_a_cuboid_and_changes_its_depth(phone: Page, demo: Demo) -> None:
    stage = begin(phone, demo, make_project(demo, SCHEMA, [picture()]))
    stage.finger_drag(FRONT[0], FRONT[2])
    # The front alone is no answer yet; the back is pulled out of it by the corner nearest to the finger.
    stage.finger_drag(FRONT[1], BACK[1])
    assert faces(draft(phone)) == pytest.approx(np.array([FRONT, BACK]), abs=0.7)
    # The grip in the middle of the back: 30 px further to the right.
    stage.finger_drag((190, 140), (220, 140))
    deeper = np.array([FRONT, [(x + 30, y) for x, y in BACK]])
    assert faces(draft(phone)) == pytest.approx(deeper, abs=0.9)
    kept = faces(draft(phone))
    stage = reload(phone)
    press(phone, "Undo")
    assert faces(draft(phone)) == pytest.approx(np.array([FRONT, BACK]), abs=0.7)
    press(phone, "Redo")
    assert (faces(hand_in(phone)["annotations"]) == kept).all()


def test_a_mouse_draws_a_cuboid_by_three_clicks_and_a_drag(desktop: Page, demo: Demo) -> None:
    stage = begin(desktop, demo, make_project(demo, SCHEMA, [picture()]))
    for place in (FRONT[0], FRONT[2], BACK[1]):
        desktop.mouse.click(*stage.at(*place))
        desktop.wait_for_timeout(400)
    # A corner of the back, further away than perspective would have it.
    stage.mouse_drag(BACK[2], (250, 190))
    wanted = np.array([FRONT, [*BACK[:2], (250, 190), BACK[3]]])
    assert faces(hand_in(desktop)["annotations"]) == pytest.approx(wanted, abs=0.6)


def test_the_keyboard_alone_draws_a_cuboid(desktop: Page, demo: Demo) -> None:
    stage: Stage = begin(desktop, demo, make_project(demo, SCHEMA, [picture()]))
    keys = desktop.keyboard
    desktop.locator("[role=application]").focus()
    step = 10 / stage.scale
    for way in ("ArrowRight ArrowLeft", "ArrowRight " * 6 + "ArrowDown " * 5, "ArrowRight " * 3 + "ArrowUp " * 2):
        for key in way.split():
            keys.press(key)
        keys.press("Enter")
    # The crosshair begins in the middle of the image; the back is pulled by its bottom right corner.
    x, y, right, down = 180.0, 150.0, 6 * step, 5 * step
    front = np.array([(x, y), (x + right, y), (x + right, y + down), (x, y + down)])
    assert faces(draft(desktop)) == pytest.approx(np.array([front, front + np.array([3 * step, -2 * step])]), abs=0.6)
