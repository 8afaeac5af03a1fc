"""A pen beside a hand: the pen draws, the palm never does, fingers move the view, the button at the side rubs out."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage
from tests.browser.test_draw_every_kind import begin, by_kind, draft, picture

pytestmark = pytest.mark.browser

SCHEMA = {"labels": [{"name": "ball", "kinds": ["box"]}]}


class Pen:
    def __init__(self, stage: Stage, button: str = "left") -> None:
        self.stage, self.button = stage, button
        self.buttons = {"left": 1, "right": 2}[button]

    def _send(self, kind: str, x: float, y: float, **more: Any) -> None:
        left, top = self.stage.at(x, y)
        event = {"type": kind, "x": left, "y": top, "pointerType": "pen", **more}
        self.stage.touch.send("Input.dispatchMouseEvent", event)

    def down(self, x: float, y: float) -> None:
        self._send("mouseMoved", x, y)
        self._send("mousePressed", x, y, button=self.button, buttons=self.buttons, clickCount=1, force=0.5)

    def move(self, x: float, y: float) -> None:
        self._send("mouseMoved", x, y, button=self.button, buttons=self.buttons, force=0.5)

    def up(self, x: float, y: float) -> None:
        self._send("mouseReleased", x, y, button=self.button, buttons=0, clickCount=1)


def test_a_palm_never_marks_while_a_pen_draws_and_its_button_rubs_out(phone: Page, demo: Demo) -> None:
    stage = begin(phone, demo, make_project(demo, SCHEMA, [picture()]))
    pen = Pen(stage)
    # The palm comes first and begins a box; the pen withdraws it.
    stage._touch("touchStart", *stage.at(30, 250))
    stage._touch("touchMove", *stage.at(80, 280))
    pen.down(210, 130)
    pen.move(260, 180)
    # It slides on and goes while the pen draws.
    stage._touch("touchMove", *stage.at(120, 290))
    stage.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    pen.move(320, 240)
    pen.up(320, 240)
    # Right after the pen a touch is still the hand that held it.
    stage.finger_drag((40, 30), (180, 90))
    [box] = by_kind(draft(phone), "box")
    assert box["box"] == pytest.approx([210, 130, 110, 110], abs=0.7)

    # Later a finger moves the view, which is zoomed in so that there is something to move; nothing is drawn.
    phone.get_by_role("button", name="Zoom in").click()
    phone.wait_for_timeout(900)
    shown = phone.locator("[role=application]").screenshot()
    stage.finger_drag((100, 100), (200, 160))
    assert phone.locator("[role=application]").screenshot() != shown
    assert [one["box"] for one in by_kind(draft(phone), "box")] == [box["box"]]

    phone.get_by_role("button", name="Show the whole image").click()
    phone.wait_for_timeout(500)
    rubber = Pen(stage, "right")
    rubber.down(210, 180)
    rubber.up(210, 180)
    phone.locator(".wb-stage").get_by_text("0 marks").wait_for()
    assert by_kind(draft(phone), "box") == []
