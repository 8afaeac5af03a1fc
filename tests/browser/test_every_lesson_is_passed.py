"""Each lesson beyond the gate is passed by touch and keyboard in the real workbench, and the server says so.

What to draw comes from the lesson itself: it tells the truth, for that is how it teaches.
"""

import re
import warnings
from typing import Any

import numpy as np
from playwright.sync_api import Page, expect
from pycocotools import mask as coco
from shapely import LineString, Point, Polygon
from shapely.affinity import rotate

from tagwork.core.scenes.truth import border
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in

LESSONS = ["points", "lines", "transcription", "turned-boxes", "ellipses", "skeletons", "masks", "custom"]
# Of the turning grip above a shape (workbench/src/model/frame.ts).
TURN_ARM_PX = 32


def outline_of(mask: dict[str, Any]) -> Polygon:
    with warnings.catch_warnings():
        # pycocotools' own array does not know NumPy 2's `copy` yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        bitmap = np.ascontiguousarray(coco.decode(mask)).astype(bool)
    return Polygon(border(bitmap))


def draw(page: Page, stage: Stage, one: dict[str, Any]) -> None:
    kind = one["kind"]
    if kind == "tag":
        page.locator(".wb-group .wb-chip:visible", has_text=one["label"]).tap()
    elif kind == "point":
        stage.finger_tap(*one["point"])
    elif kind == "skeleton":
        for x, y, _ in one["skeleton"].values():
            stage.finger_tap(x, y)
    elif kind == "polyline":
        # Farther apart than a fingertip: a tap beside the last point ends the line.
        line = LineString(one["polyline"])
        parts = int(line.length // 110)
        corners = [line.interpolate(part / parts, normalized=True).coords[0] for part in range(parts + 1)]
        for x, y in corners:
            stage.finger_tap(x, y)
        page.locator("[role=application]").press("Enter")
    elif kind == "box" and not one.get("angle_degrees"):
        draw_frame(page, stage, one["box"], 0)
    elif kind == "box":
        page.get_by_role("button", name="Turned box").tap()
        draw_frame(page, stage, one["box"], one["angle_degrees"])
    elif kind == "ellipse":
        cx, cy, radius_x, radius_y, degrees = one["ellipse"]
        draw_frame(page, stage, [cx - radius_x, cy - radius_y, 2 * radius_x, 2 * radius_y], degrees)
    elif kind == "mask":
        paint(page, stage, outline_of(one["mask"]))
    elif kind == "text":
        field = page.locator("textarea:visible").first
        field.fill(one["text"])
        field.press("Enter")
        # The page has come close to what is read: back to the whole picture, with nothing in hand.
        page.locator("[role=application]").press("Escape")
        page.get_by_role("button", name="Show the whole image").tap()
        page.wait_for_timeout(400)
    else:
        raise AssertionError(kind)
    if one.get("attributes", {}).get("ripe"):
        page.locator("label:visible", has_text="ripe").first.tap()


def draw_frame(page: Page, stage: Stage, box: list[float], degrees: float) -> None:
    x, y, width, height = box
    stage.finger_drag((x, y), (x + width, y + height))
    if degrees:
        grip = Point(x + width / 2, y - TURN_ARM_PX / stage.scale)
        turned = rotate(grip, degrees, origin=(x + width / 2, y + height / 2))
        stage.finger_drag((grip.x, grip.y), (turned.x, turned.y))


def paint(page: Page, stage: Stage, thing: Polygon, brush_px: float = 50) -> None:
    """To and fro within the thing, a little closer than the brush is wide (a 40th of the image to each side)."""
    inner = thing.buffer(-brush_px / 2 + 3)
    left, top, right, bottom = inner.bounds
    way, y, flip = [], top, False
    while y <= bottom:
        row = inner.intersection(LineString([(left - 1, y), (right + 1, y)]))
        if not row.is_empty:
            x0, _, x1, _ = row.bounds
            way += [(x1, y), (x0, y)] if flip else [(x0, y), (x1, y)]
            flip = not flip
        y += brush_px * 0.7
    stage.finger_path(*way)


def test_every_lesson_is_passed_by_touch(phone: Page, demo: Demo) -> None:
    ana = demo.account("ana")
    sign_in(phone, ana["email"], ana["password"])
    for lesson_id in LESSONS:
        pass_lesson(phone, lesson_id)
    assert {one["id"] for one in api(phone, "/tutorial")["more"] if one["passed"]} == set(LESSONS)


def pass_lesson(page: Page, lesson_id: str) -> None:
    lesson = api(page, f"/tutorial/lessons/{lesson_id}")
    page.goto(f"/tutorial/{lesson_id}/")
    expect(page.locator("body")).to_contain_text("not paid")
    page.get_by_role("button", name=re.compile("^(Start|Go on)$")).tap()
    for number, item in enumerate(lesson["items"], start=1):
        if item["done"]:
            continue
        expect(page.locator("body")).to_contain_text(f"{number} of {len(lesson['items'])}")
        answer_item(page, item)
        expect(page.locator(".wb-coach.wb-notice-good"), f"{lesson_id} {number}").to_be_visible()
        page.get_by_role("button", name=re.compile("^(Next|Finish)$")).tap()
    expect(page.locator("body")).to_contain_text(re.compile("Lesson done|Tutorial done"))


def answer_item(page: Page, item: dict[str, Any]) -> None:
    if not item["expected"]:
        page.get_by_role("button", name="Nothing to mark").tap()
        return
    page.locator("[role=application]").wait_for()
    page.wait_for_timeout(500)
    stage = Stage(page, item["images"][0]["width"], item["images"][0]["height"])
    # A text belongs to the mark before it, and is typed while that is selected.
    order = sorted(item["expected"], key=lambda one: (one.get("of", one["id"]), one["kind"] == "text"))
    for one in order if any(one["kind"] == "text" for one in order) else item["expected"]:
        draw(page, stage, one)
    page.get_by_role("button", name="Check", exact=True).tap()
