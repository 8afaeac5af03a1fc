"""Tools that read the picture, in a real browser's Worker: what they found is what is there, and says what helped."""

from typing import Any

import numpy
import pytest
from playwright.sync_api import Page, expect

from tagwork.core.masks import decode
from tagwork.core.shapes import SHAPES
from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import wait_until
from tests.browser.test_draw_by_keys import focus_image, keys
from tests.browser.test_draw_every_kind import begin, draft, hand_in, picture

pytestmark = pytest.mark.browser

LEAF_AND_BALL = {"labels": [{"name": "leaf", "kinds": ["mask", "polygon"]}]}


def pixels(annotation: dict[str, Any], width_px: int, height_px: int) -> Any:
    region = SHAPES[annotation["kind"]].region(annotation, (width_px, height_px))
    assert region is not None
    return decode(region).astype(bool)


def alike(found: numpy.ndarray, wanted: numpy.ndarray) -> float:
    return float((found & wanted).sum() / (found | wanted).sum())


def test_wand_patches_and_wire_find_the_leaf(desktop: Page, demo: Demo) -> None:
    made = picture()
    # The leaf by its colour, as it was painted.
    leaf = (numpy.asarray(made.convert("RGB")) == (50, 130, 60)).all(axis=2)
    stage = begin(desktop, demo, make_project(demo, LEAF_AND_BALL, [made]))
    focus_image(desktop)
    keys(desktop, "y")
    desktop.mouse.click(*stage.at(115, 200))
    expect(desktop.locator(".wb-inline-regions").get_by_text("Wand")).to_be_visible()
    keys(desktop, "n", "Shift+B")
    stage.mouse_drag((90, 190), (130, 210))
    expect(desktop.locator(".wb-inline-regions").get_by_text("Paint by patches")).to_be_visible()
    keys(desktop, "n", "Shift+P")
    for corner in [(60, 150), (150, 140), (170, 230), (90, 260), (60, 150)]:
        desktop.mouse.click(*stage.at(*corner))
        desktop.wait_for_timeout(500)
    wait_until(desktop, lambda: len(draft(desktop)) == 3)
    receipt = hand_in(desktop)
    wand, patches, wire = (pixels(one, made.width, made.height) for one in receipt["annotations"])
    assert alike(wand, leaf) > 0.95
    assert alike(wire, leaf) > 0.95
    # Patches keep to the leaf's edge: hardly anything beyond it.
    assert (patches & ~leaf).sum() < 0.08 * patches.sum()
    assert [one["by"] for one in receipt["assists"].values()] == ["wand", "superpixels", "livewire"]


def test_the_wand_by_keys_takes_what_its_tolerance_says(desktop: Page, demo: Demo) -> None:
    made = picture()
    begin(desktop, demo, make_project(demo, LEAF_AND_BALL, [made]))
    image = desktop.get_by_role("application")
    tolerance = desktop.get_by_label("Tolerance of the wand")
    focus_image(desktop)
    keys(desktop, "y", *["]"] * 40)
    expect(tolerance).to_have_value("160")
    keys(desktop, "Shift+ArrowLeft", "Space")
    wait_until(desktop, lambda: len(draft(desktop)) == 1)
    # No two colours of this picture differ by more.
    assert pixels(draft(desktop)[0], made.width, made.height).all()
    keys(desktop, "Control+z", *["["] * 34)
    expect(tolerance).to_have_value("24")
    # A tool that is laid down by a key takes its slider along, and not the focus.
    tolerance.focus()
    keys(desktop, "b")
    expect(tolerance).to_have_count(0)
    expect(image).to_be_focused()
    keys(desktop, "y", "Space")
    wait_until(desktop, lambda: len(draft(desktop)) == 1)
    [annotation] = hand_in(desktop)["annotations"]
    found = pixels(annotation, made.width, made.height)
    # The first pixel is another one in every run: it makes the picture one of its own.
    found[0, 0] = False
    colours = numpy.asarray(made.convert("RGB"))[found]
    assert 0.02 < found.mean() < 0.9 and (colours == colours[0]).all()
