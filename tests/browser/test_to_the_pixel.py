"""What a hand follows on the screen is what the server gets: zoomed far in, on dense screens, of photographs that a
camera stored turned. The photograph is read off the screen: it must also be shown where the marks believe it to be."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw
from playwright.sync_api import Browser, Page

from tests.browser.client import make_project
from tests.browser.conftest import PATIENCE_MS, Demo
from tests.browser.hands import Stage, wait_until
from tests.browser.test_draw_every_kind import at_the_image, begin, by_kind, draft, press

pytestmark = pytest.mark.browser

WIDTH_PX, HEIGHT_PX = 1600, 1200
SCHEMA = {"labels": [{"name": "pane", "kinds": ["box"]}, {"name": "rim", "kinds": ["polygon"]}]}
# Left, top, right, bottom of white panes on black.
WIDE, TINY = (100, 100, 500, 300), (796, 500, 805, 506)
# How a camera stores what EXIF's orientations 6 and 8 turn upright again.
STORED = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
Pane = tuple[int, int, int, int]


def photograph(orientation: int) -> Image.Image:
    made = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (10, 10, 10))
    draw = ImageDraw.Draw(made)
    for left, top, right, bottom in (WIDE, TINY):
        draw.rectangle((left, top, right - 1, bottom - 1), fill=(245, 245, 245))
    stored = made.transpose(STORED[orientation])
    stored.getexif()[ExifTags.Base.Orientation] = orientation
    return stored


def edges(page: Page, stage: Stage, pane: Pane, density: float) -> list[float]:
    """Where the borders of the pane are seen, in screen pixels; fewer than four while it is not sharp."""
    shot = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L")).astype(float)
    (x0, y0), (x1, y1) = stage.at(*pane[:2]), stage.at(*pane[2:])
    # Off its middle, where a mouse that zoomed has its cross.
    row, column = shot[int((0.7 * y0 + 0.3 * y1) * density)], shot[:, int((0.7 * x0 + 0.3 * x1) * density)]
    found = []
    for line, border, way in ((row, x0, 1), (column, y0, 1), (row, x1, -1), (column, y1, -1)):
        first = max(0, round((border - stage.scale) * density) - 3)
        near = line[first : round((border + stage.scale) * density) + 4]
        bright = (near >= 128).astype(int)
        steps = np.flatnonzero(np.diff(bright) == way)
        # Between the middles of two pixels, as their brightness says.
        places = [first + i + 0.5 + (128 - near[i]) / (near[i + 1] - near[i]) for i in steps]
        found += sorted((at / density for at in places), key=lambda at, border=border: abs(at - border))[:1]
    return found


def zoom_in(page: Page, pane: Pane, least: float, finger: bool) -> Stage:
    """Around the middle of the pane, by the wheel or by two fingers."""
    middle = (pane[0] + pane[2]) / 2, (pane[1] + pane[3]) / 2
    touch = page.context.new_cdp_session(page)

    def pinch(x: float, y: float, factor: float) -> None:
        for step in range(9):
            half_px = 20 * factor ** (step / 8)
            ends = [{"x": x - half_px, "y": y, "id": 1}, {"x": x + half_px, "y": y, "id": 2}]
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": ends})
            page.wait_for_timeout(16)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    for _ in range(60):
        stage = Stage(page, WIDTH_PX, HEIGHT_PX)
        if stage.scale >= least:
            return stage
        if finger:
            pinch(*stage.at(*middle), min(4, 1.05 * least / stage.scale))
        else:
            page.mouse.move(*stage.at(*middle))
            page.mouse.wheel(0, -200)
        page.wait_for_timeout(150)
    raise AssertionError(f"no nearer than {stage.scale}")


def follow(page: Page, stage: Stage, pane: Pane, density: float, finger: bool) -> list[float]:
    """Draws a box along what is seen of the pane; answers with its borders in image pixels."""
    seen = wait_until(page, lambda: (found := edges(page, stage, pane, density)) and len(found) == 4 and found)
    wanted = [*stage.at(*pane[:2]), *stage.at(*pane[2:])]
    assert seen == pytest.approx(wanted, abs=1)
    on_image = [
        (at - stage.left) / stage.scale if i % 2 == 0 else (at - stage.top) / stage.scale for i, at in enumerate(seen)
    ]
    press(page, "pane")
    (stage.finger_drag if finger else stage.mouse_drag)((on_image[0], on_image[1]), (on_image[2], on_image[3]))
    return on_image


@pytest.mark.parametrize(("finger", "orientation", "density"), [(True, 6, 3), (False, 8, 1.5)])
def test_a_hand_follows_what_it_sees(
    browser: Browser, demo: Demo, finger: bool, orientation: int, density: float
) -> None:
    size = {"width": 360, "height": 740} if finger else {"width": 1280, "height": 800}
    context = browser.new_context(
        base_url=demo.url,
        viewport=size,
        device_scale_factor=density,
        has_touch=finger,
        is_mobile=finger,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    begin(page, demo, make_project(demo, SCHEMA, [photograph(orientation)]), (WIDTH_PX, HEIGHT_PX))
    stage = at_the_image(page, (WIDTH_PX, HEIGHT_PX))
    whole = follow(page, stage, WIDE, density, finger)
    near = zoom_in(page, TINY, 31, finger)
    close = follow(page, near, TINY, density, finger)
    press(page, "rim")
    outline = [(797.25, 501.5), (801.75, 501.5), (799.5, 504.25)]
    for place in outline:
        near.finger_tap(*place) if finger else (page.mouse.click(*near.at(*place)), page.wait_for_timeout(400))
    page.keyboard.press("Enter")

    def given() -> list[dict[str, Any]]:
        marks = draft(page)
        return marks if len(marks) == 3 else []

    marks = wait_until(page, given)
    for mark, borders, pane, scale in zip(
        by_kind(marks, "box"), (whole, close), (WIDE, TINY), (stage.scale, near.scale), strict=True
    ):
        x, y, width, height = mark["box"]
        got = [x, y, x + width, y + height]
        # Half a screen pixel of what the hand did, and one of what is on the photograph.
        assert got == pytest.approx(borders, abs=0.5 / scale)
        assert got == pytest.approx(list(pane), abs=1.5 / scale)
    [ring] = by_kind(marks, "polygon")[0]["polygon"]
    assert np.array(ring) == pytest.approx(np.array(outline), abs=0.5 / near.scale)
    context.close()
