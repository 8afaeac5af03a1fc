"""What a hand follows on the screen is what the server gets: zoomed far in, on dense screens, of photographs that a
camera stored turned. The photograph is read off the screen: it must also be shown where the marks believe it to be."""

import io
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageDraw
from playwright.sync_api import Browser, Page
from pycocotools import mask as coco

from tests.browser.client import make_project
from tests.browser.conftest import PATIENCE_MS, Demo
from tests.browser.hands import Stage, wait_until
from tests.browser.test_draw_every_kind import at_the_image, begin, by_kind, draft, press

# pycocotools 2.0 on numpy 2: its own array wrapper lacks an argument that numpy asks for.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

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


# One picture pixel is less than one of the screen at first, and some thirty later.
OUTLINE, HOLE = [(480, 340), (1120, 330), (1100, 870), (470, 850)], [(690, 500), (930, 520), (800, 702.25)]
EVERY = {
    "labels": [
        {"name": "card", "kinds": ["box"]},
        {"name": "rim", "kinds": ["polygon"]},
        {"name": "lane", "kinds": ["polyline"]},
        {"name": "pose", "kinds": ["skeleton"], "keypoints": ["head", "hand", "foot"], "edges": [["head", "hand"]]},
        {"name": "dirt", "kinds": ["mask"]},
    ]
}
Place = tuple[float, float]


def turned(place: Place, centre: Place, degrees: float) -> Place:
    """Clockwise on the screen."""
    t = math.radians(degrees)
    x, y = place[0] - centre[0], place[1] - centre[1]
    return centre[0] + x * math.cos(t) - y * math.sin(t), centre[1] + x * math.sin(t) + y * math.cos(t)


def run_through(way: Sequence[Place]) -> set[tuple[int, int]]:
    """Pixels (x, y) in which a way lies: between any two of its crossings of the grid it lies in one."""
    found = set()
    for (x0, y0), (x1, y1) in pairwise(way):
        cuts = {0.0, 1.0}
        for start, end in ((x0, x1), (y0, y1)):
            lines = range(math.ceil(min(start, end)), math.floor(max(start, end)) + 1)
            cuts |= {(line - start) / (end - start) for line in lines}
        shares = sorted(cuts)
        for middle in ((a + b) / 2 for a, b in pairwise(shares)):
            found.add((math.floor(x0 + middle * (x1 - x0)), math.floor(y0 + middle * (y1 - y0))))
    return found


def swept_square(way: Sequence[Place], radius: float) -> set[tuple[int, int]]:
    """Pixels whose middles lie in a square moved along the way: for each the shares of the way that reach it."""
    found = set()
    for (x0, y0), (x1, y1) in pairwise(way):
        for x in range(math.floor(min(x0, x1) - radius) - 1, math.ceil(max(x0, x1) + radius) + 1):
            for y in range(math.floor(min(y0, y1) - radius) - 1, math.ceil(max(y0, y1) + radius) + 1):
                first, last = 0.0, 1.0
                for start, end, middle in ((x0, x1, x + 0.5), (y0, y1, y + 0.5)):
                    near, far = middle - radius - start, middle + radius - start
                    ends = sorted((near / (end - start), far / (end - start)))
                    first, last = max(first, ends[0]), min(last, ends[1])
                if first <= last:
                    found.add((x, y))
    return found


def test_what_is_drawn_from_afar_is_corrected_from_near(browser: Browser, demo: Demo) -> None:
    """On a device with a mouse and fingers, which take turns."""
    size = {"width": 900, "height": 839}
    context = browser.new_context(
        base_url=demo.url,
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=2.625,
        has_touch=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    whole = (WIDTH_PX, HEIGHT_PX)
    begin(page, demo, make_project(demo, EVERY, [photograph(8)]), whole)

    def tap(stage: Stage, place: Place, finger: bool) -> None:
        stage.finger_tap(*place) if finger else (page.mouse.click(*stage.at(*place)), page.wait_for_timeout(400))

    def outline(name: str, places: Sequence[Place], finger: bool) -> Stage:
        press(page, name)
        # What is chosen may lie over a part of the place, and the picture gives way.
        stage = Stage(page, *whole)
        for place in places:
            tap(stage, place, finger)
        page.keyboard.press("Enter")
        page.wait_for_timeout(100)
        return stage

    def near(x: float, y: float) -> Stage:
        stage = zoom_in(page, (x, y, x, y), 31, finger=True)  # type: ignore[arg-type]
        page.wait_for_timeout(100)
        return stage

    def afar() -> None:
        page.locator("[role=application]").focus()
        page.keyboard.press("f")
        page.keyboard.press("Escape")
        page.wait_for_timeout(200)

    far = outline("rim", OUTLINE, finger=True)
    outline("Hole", HOLE, finger=False)
    close = near(*HOLE[2])
    pulled = (HOLE[2][0] - 1.15, HOLE[2][1] + 0.65)
    # The grip keeps its distance to the hand: it lies where the screen of afar let it be put.
    close.finger_drag(HOLE[2], pulled)
    afar()

    press(page, "card")
    press(page, "Turned box")
    stage = Stage(page, *whole)
    card, centre = ((500.0, 380.0), (1060.0, 780.0)), (780.0, 580.0)
    stage.mouse_drag(*card)
    stage = near(centre[0], card[0][1])
    grip = (centre[0], card[0][1] - 32 / stage.scale)
    to = (grip[0] + 1.2, grip[1] + 0.05)
    stage.finger_drag(grip, to)
    afar()

    outline("lane", [(300, 300), (700, 410), (1300, 350)], finger=True)
    middle = (500.0, 355.0)
    close = near(*middle)
    inserted = (middle[0] + 0.9, middle[1] - 0.8)
    close.mouse_drag(middle, inserted)
    afar()

    press(page, "dirt")
    near(800, 503)
    page.get_by_role("slider", name="Brush size").fill("0")
    close = Stage(page, *whole)
    assert close.scale > 31

    thread = [(797.3, 501.2), (802.6, 503.9), (799.1, 505.4)]
    close.finger_path(*thread, steps=5)
    page.get_by_role("slider", name="Brush size").fill("7")
    press(page, "Square tip")
    across = page.get_by_role("slider", name="Brush size").get_attribute("aria-valuetext")
    press(page, "Eraser")
    rubbed = [(800.2, 504.4), (800.9, 505.8)]
    close = Stage(page, *whole)
    close.mouse_drag(*rubbed)
    painted = run_through(thread) - swept_square(rubbed, float(str(across).split()[0]) / 2)
    press(page, "pose")
    poses = [(797.2, 501.3), (801.4, 501.9), (799.7, 503.6)]
    close = Stage(page, *whole)
    for place in poses:
        tap(close, place, finger=False)

    marks = wait_until(page, lambda: (found := draft(page)) and len(found) == 5 and found)
    [rim], [box], [lane] = by_kind(marks, "polygon"), by_kind(marks, "box"), by_kind(marks, "polyline")
    half = 0.5 / close.scale
    outer, hole = rim["polygon"]
    # What was put from afar is exact to half a pixel of that screen, what was corrected to half of the near one.
    assert np.array(outer) == pytest.approx(np.array(OUTLINE), abs=0.5 / far.scale)
    assert np.array(hole[:2]) == pytest.approx(np.array(HOLE[:2]), abs=0.5 / far.scale)
    assert np.array(hole[2]) == pytest.approx(np.array(pulled), abs=half + 0.02)
    assert np.array(lane["polyline"][1]) == pytest.approx(np.array(inserted), abs=half + 0.02)
    x, y, width, height = box["box"]
    centre = (x + width / 2, y + height / 2)
    wanted = math.degrees(math.atan2(to[0] - centre[0], centre[1] - to[1]))
    for corner in ((x, y), (x + width, y + height)):
        got = turned(corner, centre, box["angle_degrees"])
        assert np.array(got) == pytest.approx(np.array(turned(corner, centre, wanted)), abs=half)
    [pose] = by_kind(marks, "skeleton")
    assert np.array([pose["skeleton"][name][:2] for name in ("head", "hand", "foot")]) == pytest.approx(
        np.array(poses), abs=half
    )
    [dirt] = by_kind(marks, "mask")
    rle = dirt["mask"]
    pixels = coco.decode({"size": rle["size"], "counts": rle["counts"].encode()})
    assert {(int(column), int(row)) for row, column in np.argwhere(pixels)} == painted
    context.close()
