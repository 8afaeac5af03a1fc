"""An image of many small things: walked through part by part by one key, and by a map that shows what was looked at."""

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, wait_until
from tests.browser.test_draw_by_keys import focus_image, keys
from tests.browser.test_draw_every_kind import at_the_image, begin, draft, hand_in, press

pytestmark = pytest.mark.browser

SIZE = (2400, 1600)
SCHEMA = {"labels": [{"name": "seed", "kinds": ["box"]}]}
# Left, top, right, bottom: in two corners.
SEEDS = ((40, 30, 70, 54), (2310, 1530, 2350, 1570))


def seeds() -> Image.Image:
    made = Image.new("RGB", SIZE, (200, 190, 160))
    draw = ImageDraw.Draw(made)
    for seed in SEEDS:
        draw.rectangle(seed, fill=(70, 40, 20))
    return made


def brightness(page: Page) -> float:
    """Of the map, on average: what was not looked at is dark."""
    shown: float = page.locator(".wb-map").evaluate(
        """map => {
          const {data} = map.getContext('2d').getImageData(0, 0, map.width, map.height)
          let sum = 0
          for (let i = 0; i < data.length; i += 4) sum += data[i]
          return sum / (data.length / 4)
        }"""
    )
    return shown


def in_the_middle(page: Page) -> tuple[float, float]:
    """The image point there."""
    stage = Stage(page, *SIZE)
    box = page.get_by_role("application").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return (x - stage.left) / stage.scale, (y - stage.top) / stage.scale


def test_one_key_walks_through_every_part_and_the_map_keeps_what_was_seen(desktop: Page, demo: Demo) -> None:
    begin(desktop, demo, make_project(demo, SCHEMA, [seeds()]), SIZE)
    shown, hint = desktop.locator(".wb-map"), desktop.locator(".wb-hint")
    expect(shown).to_have_count(0)
    focus_image(desktop)
    keys(desktop, "Shift+Z")
    expect(hint).to_contain_text("Part of the image: 1 / ")
    expect(shown).to_be_visible()
    parts = int((hint.text_content() or "").split("/")[1])
    assert 6 <= parts <= 20
    desktop.wait_for_timeout(500)
    first = brightness(desktop)
    assert first < 0.6 * 190
    near = at_the_image(desktop, SIZE)
    near.mouse_drag(SEEDS[0][:2], SEEDS[0][2:])
    for number in range(2, parts + 1):
        keys(desktop, "Shift+Z")
        expect(hint).to_have_text(f"Part of the image: {number} / {parts}")
        desktop.wait_for_timeout(400)
    assert brightness(desktop) > first + 60
    last = at_the_image(desktop, SIZE)
    assert last.scale == pytest.approx(near.scale)
    last.mouse_drag(SEEDS[1][:2], SEEDS[1][2:])
    marks = wait_until(desktop, lambda: len(found := draft(desktop)) == 2 and found)
    for mark, (left, top, right, bottom) in zip(marks, SEEDS, strict=True):
        assert mark["box"] == pytest.approx([left, top, right - left, bottom - top], abs=0.5 / near.scale)
    keys(desktop, "Shift+Z")
    expect(hint).to_have_text(f"Part of the image: 1 / {parts}")
    keys(desktop, "f")
    expect(shown).to_be_hidden()
    # No other journey shall come upon this task.
    assert len(hand_in(desktop)["annotations"]) == 2


def test_a_finger_on_the_map_goes_there_and_draws_nothing(phone: Page, demo: Demo) -> None:
    begin(phone, demo, make_project(demo, SCHEMA, [seeds()]), SIZE)
    for _ in range(4):
        press(phone, "Zoom in")
    shown = phone.locator(".wb-map")
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box is not None
    for across, down in ((0.1, 0.1), (0.95, 0.9)):
        phone.touchscreen.tap(box["x"] + across * box["width"], box["y"] + down * box["height"])
        phone.wait_for_timeout(500)
        x, y = in_the_middle(phone)
        # Of what a fingertip can tell on so small a map; in the middle of what the buttons below leave free.
        assert x == pytest.approx(across * SIZE[0], abs=40)
        assert y == pytest.approx(down * SIZE[1], abs=120)
    near = at_the_image(phone, SIZE)
    near.finger_drag(SEEDS[1][:2], SEEDS[1][2:])
    [mark] = hand_in(phone)["annotations"]
    left, top, right, bottom = SEEDS[1]
    assert mark["box"] == pytest.approx([left, top, right - left, bottom - top], abs=0.5 / near.scale)
