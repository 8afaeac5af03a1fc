"""What was drawn on the screen is what reached the server, to the pixel: one paid task for each way of drawing.

Each journey draws, takes back, gives again, reloads in the middle, hands in, and is paid by a moderator's verdict.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from pycocotools import mask as coco
from shapely import LineString, Point, Polygon
from shapely import contains as covers

from tests.browser.client import approve, as_person, make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in, wait_until

# pycocotools 2.0 on numpy 2: its own array wrapper lacks an argument that numpy asks for.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

# Small enough that a phone shows it at about one screen pixel for each of its own.
WIDTH_PX, HEIGHT_PX = 360, 300
Place = tuple[float, float]


def picture() -> Image.Image:
    """A sign with a word on it, a leaf and a ball."""
    made = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (150, 150, 140))
    draw = ImageDraw.Draw(made)
    draw.rectangle((40, 30, 180, 90), fill=(190, 40, 40))
    draw.text((70, 50), "STOP", fill="white", font_size=28)
    draw.ellipse((210, 130, 320, 240), fill=(60, 90, 180))
    draw.polygon([(60, 150), (150, 140), (170, 230), (90, 260)], fill=(50, 130, 60))
    return made


def begin(page: Page, demo: Demo, project_id: str, size: tuple[int, int] = (WIDTH_PX, HEIGHT_PX)) -> Stage:
    ben = demo.account("ben")
    sign_in(page, ben["email"], ben["password"])
    page.goto(f"/work/{project_id}/")
    page.get_by_role("button", name="I have read it").click()
    return at_the_image(page, size)


def at_the_image(page: Page, size: tuple[int, int] = (WIDTH_PX, HEIGHT_PX)) -> Stage:
    page.locator("[role=application]").wait_for()
    page.wait_for_timeout(700)
    return Stage(page, *size)


def leased(page: Page) -> dict[str, Any]:
    """The task on the table, as the server has it."""
    items: list[dict[str, Any]] = api(page, "/work/assignments?state=leased")["items"]
    return next(one for one in items if one["project_id"] in page.url)


def draft(page: Page) -> list[dict[str, Any]]:
    """The answer in the making, as the server keeps it once the page says so."""
    expect(page.locator(".wb-saved")).to_have_text("Saved")
    annotations: list[dict[str, Any]] = leased(page)["draft"]["annotations"]
    return annotations


def reload(page: Page) -> Stage:
    page.reload()
    return at_the_image(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_timeout(100)


def hand_in(page: Page) -> dict[str, Any]:
    """Submits; answers with the receipt."""
    before = {one["id"] for one in api(page, "/me/submissions")["items"]}
    press(page, "Submit")
    made = wait_until(page, lambda: {one["id"] for one in api(page, "/me/submissions")["items"]} - before)
    receipt: dict[str, Any] = api(page, f"/me/submissions/{made.pop()}")
    return receipt


def be_paid(page: Page, demo: Demo, receipt: dict[str, Any], micros: int) -> None:
    """Held while nobody has judged; on the main balance after the moderator's word."""
    assert receipt["state"] == "pending"
    held = api(page, "/me/balance")
    approve(demo, receipt["id"])

    def settled() -> bool:
        balance = api(page, "/me/balance")
        moved = balance["main_micros"] - held["main_micros"]
        assert moved in (0, micros)
        return moved == micros and balance["pending_micros"] == held["pending_micros"] - micros

    wait_until(page, settled)


def by_kind(annotations: Sequence[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in annotations if one["kind"] == kind]


def pixels_of(annotation: dict[str, Any]) -> Any:
    rle = annotation["mask"]
    assert rle["size"] == [HEIGHT_PX, WIDTH_PX]
    return coco.decode({"size": rle["size"], "counts": rle["counts"].encode()}).astype(bool)


def swept(radius: float, *strokes: Sequence[Place]) -> Any:
    """Pixels whose centres lie within `radius` of the finger's way, by shapely's buffer."""
    found = np.zeros((HEIGHT_PX, WIDTH_PX), bool)
    columns, rows = np.meshgrid(np.arange(WIDTH_PX) + 0.5, np.arange(HEIGHT_PX) + 0.5)
    centres = [Point(x, y) for x, y in zip(columns.ravel(), rows.ravel(), strict=True)]
    for stroke in strokes:
        area = LineString(stroke).buffer(radius, quad_segs=64)
        found |= covers(area, centres).reshape(HEIGHT_PX, WIDTH_PX)
    return found


def brush_radius(page: Page) -> float:
    """Image pixels, as the slider says it (a diameter)."""
    text = page.get_by_role("slider", name="Brush size").get_attribute("aria-valuetext") or ""
    return float(text.split()[0]) / 2


def test_a_finger_paints_a_mask_and_is_paid_for_it(phone: Page, demo: Demo) -> None:
    project = make_project(demo, {"labels": [{"name": "ball", "kinds": ["mask"]}]}, [picture()])
    stage = begin(phone, demo, project)
    first, second = [(230, 160), (300, 170), (290, 220)], [(230, 200), (270, 225)]
    radius = brush_radius(phone)
    stage.finger_path(*first)
    stage.finger_path(*second)
    whole = swept(radius, first, second)
    painted = pixels_of(by_kind(draft(phone), "mask")[0])
    # Every pixel that differs touches the border: its centre is as far from the finger's way as the brush is wide.
    inner, outer = swept(radius - 0.5, first, second), swept(radius + 0.5, first, second)
    assert not (painted & ~outer).any() and not (inner & ~painted).any()
    assert (painted ^ whole).sum() < 0.02 * whole.sum()

    press(phone, "Undo")
    once = pixels_of(by_kind(draft(phone), "mask")[0])
    assert (once ^ swept(radius, first)).sum() < 0.02 * whole.sum()
    stage = reload(phone)
    press(phone, "Redo")
    assert (pixels_of(by_kind(draft(phone), "mask")[0]) == painted).all()

    press(phone, "Eraser")
    rubbed = [(260, 150), (262, 240)]
    assert brush_radius(phone) == radius
    stage.finger_path(*rubbed)
    left = pixels_of(by_kind(draft(phone), "mask")[0])
    assert not (left & swept(radius - 0.5, rubbed)).any()
    assert (left == painted)[~swept(radius + 0.5, rubbed)].all()

    receipt = hand_in(phone)
    [handed] = receipt["annotations"]
    assert (pixels_of(handed) == left).all()
    be_paid(phone, demo, receipt, 30_000)


def test_a_phone_tidies_a_mask_at_a_press_each(phone: Page, demo: Demo) -> None:
    project = make_project(demo, {"labels": [{"name": "ball", "kinds": ["mask"]}]}, [picture()])
    stage = begin(phone, demo, project)
    size = phone.get_by_role("slider", name="Brush size")
    # 180 ** (40 / 60): 32 px across; 180 ** (25 / 60): 9.
    size.fill("40")
    stage.finger_path((100, 100), (200, 100))
    press(phone, "Eraser")
    size.fill("25")
    stage.finger_tap(150, 100)
    press(phone, "Brush")
    stage.finger_tap(300, 40)

    def marred() -> bool:
        marks = draft(phone)
        return len(marks) == 1 and pixels_of(marks[0])[40, 300] and not pixels_of(marks[0])[100, 150]

    wait_until(phone, marred)
    press(phone, "Keep only its largest part")
    press(phone, "Fill the holes of this mark")
    [mark] = hand_in(phone)["annotations"]
    assert (pixels_of(mark) == swept(16, [(100, 100), (200, 100)])).mean() > 0.995
    assert pixels_of(mark)[100, 150] and not pixels_of(mark)[40, 300]


def test_what_is_read_off_a_box_arrives_with_it(phone: Page, demo: Demo) -> None:
    project = make_project(demo, {"labels": [{"name": "sign", "kinds": ["box", "text"]}]}, [picture()])
    stage = begin(phone, demo, project)
    stage.finger_drag((40, 30), (180, 90))
    field = phone.get_by_role("textbox", name="Text in this mark")
    expect(field).to_be_focused()
    phone.keyboard.type("STPO")
    phone.keyboard.press("Enter")
    [box], [text] = by_kind(draft(phone), "box"), by_kind(draft(phone), "text")
    assert box["box"] == pytest.approx([40, 30, 140, 60], abs=0.6)
    assert (text["text"], text["of"], text["label"]) == ("STPO", box["id"], "sign")

    press(phone, "Undo")
    assert by_kind(draft(phone), "text") == []
    reload(phone)
    press(phone, "Redo")
    assert by_kind(draft(phone), "text")[0]["text"] == "STPO"
    # Nothing is selected after a reload: a finger picks the box by its border.
    press(phone, "Select")
    stage.finger_tap(40, 60)
    field.fill("STOP")
    field.press("Enter")
    assert by_kind(draft(phone), "text")[0]["text"] == "STOP"

    receipt = hand_in(phone)
    assert by_kind(receipt["annotations"], "box")[0]["box"] == box["box"]
    assert [one["text"] for one in by_kind(receipt["annotations"], "text")] == ["STOP"]
    be_paid(phone, demo, receipt, 30_000)


LEAF = [(60, 150), (150, 140), (170, 230), (90, 260)]
COMBINED = {
    "labels": [
        {"name": "sign", "kinds": ["box"]},
        {"name": "leaf", "kinds": ["polygon"], "attributes": [{"name": "torn", "type": "boolean"}]},
    ],
    "tags": [{"name": "light", "options": ["bright", "dark"], "choose": "one", "required": True}],
}


def test_a_tag_a_box_and_an_outline_make_one_answer(phone: Page, demo: Demo) -> None:
    project = make_project(demo, COMBINED, [picture()], object_micros=5_000, max_objects=2)
    stage = begin(phone, demo, project)
    stage.finger_drag((40, 30), (180, 90))
    press(phone, "leaf")
    for place in LEAF:
        stage.finger_tap(*place)
    stage.finger_tap(*LEAF[0])
    phone.get_by_text("bright", exact=True).tap()
    drawn = draft(phone)
    assert by_kind(drawn, "box")[0]["box"] == pytest.approx([40, 30, 140, 60], abs=0.6)
    [ring] = by_kind(drawn, "polygon")[0]["polygon"]
    assert np.array(ring) == pytest.approx(np.array(LEAF), abs=0.6)
    assert [one["label"] for one in by_kind(drawn, "tag")] == ["bright"]

    # One stack for everything: first the tag goes, then the outline as a whole, then the box.
    press(phone, "Undo")
    press(phone, "Undo")
    assert [one["kind"] for one in draft(phone)] == ["box"]
    reload(phone)
    press(phone, "Redo")
    press(phone, "Redo")
    assert sorted(one["kind"] for one in draft(phone)) == ["box", "polygon", "tag"]

    receipt = hand_in(phone)
    kept = receipt["annotations"]
    assert by_kind(kept, "box")[0]["box"] == by_kind(drawn, "box")[0]["box"]
    assert by_kind(kept, "polygon")[0]["polygon"] == [ring]
    assert by_kind(kept, "polygon")[0]["attributes"] == {"torn": False}
    assert [(one["of"], one["label"]) for one in by_kind(kept, "tag")] == [("light", "bright")]
    be_paid(phone, demo, receipt, 30_000 + 2 * 5_000)


def test_a_break_after_an_hour_keeps_the_task(desktop: Page, demo: Demo) -> None:
    """An hour of work by the browser's clock; then the house's clock goes past the lease, but not past the pause."""
    project = make_project(demo, {"labels": [{"name": "ball", "kinds": ["box"]}]}, [picture()])
    desktop.clock.install()
    stage = begin(desktop, demo, project)
    stage.mouse_drag((210, 130), (320, 240))
    drawn = draft(desktop)

    def lease() -> str:
        return str(leased(desktop)["lease_expires_at"])

    offer = desktop.get_by_role("dialog", name="Time for a five-minute break")
    for turn in range(200):
        if offer.is_visible():
            break
        # The longest thought that counts as work is 20 s.
        desktop.clock.fast_forward(19_000)
        desktop.mouse.move(300 + turn % 7, 300)
    expect(offer).to_be_visible()
    # Beats of the hour may still be on their way.
    with desktop.expect_response(lambda answer: "pause_seconds" in (answer.request.post_data or "")) as paused:
        desktop.get_by_role("button", name="Take five minutes").click()
    expect(desktop.get_by_role("timer")).to_contain_text(re.compile(r"^[45] min"))
    after = paused.value.json()["lease_expires_at"]

    # Ten minutes are the lease; 14 later it lives by the pause alone.
    demo.advance_hours(14 / 60)
    with as_person(demo, "ben") as ben:
        items = ben.get("/work/assignments?state=leased").json()["items"]
        assert [one["lease_expires_at"] for one in items if one["project_id"] == project] == [after]
    desktop.clock.fast_forward(300_000)
    expect(desktop.get_by_role("timer")).to_have_text("Your break is over whenever you are ready.")
    press(desktop, "Back to work")
    wait_until(desktop, lambda: lease() > after)
    receipt = hand_in(desktop)
    assert receipt["annotations"] == [{"image": 0} | one for one in drawn]
    be_paid(desktop, demo, receipt, 30_000)


def square(radius: float, *middles: Place) -> Any:
    """Pixels under a square tip pressed at these places, as numpy fills them."""
    found = np.zeros((HEIGHT_PX, WIDTH_PX), bool)
    for x, y in middles:
        left, top = (int(np.ceil(value - radius - 0.5)) for value in (x, y))
        side = round(2 * radius)
        found[top : top + side, left : left + side] = True
    return found


def inside(*ring: Place) -> Any:
    """Pixels whose middles lie in the ring, by shapely."""
    columns, rows = np.meshgrid(np.arange(WIDTH_PX) + 0.5, np.arange(HEIGHT_PX) + 0.5)
    centres = [Point(x, y) for x, y in zip(columns.ravel(), rows.ravel(), strict=True)]
    return covers(Polygon(ring), centres).reshape(HEIGHT_PX, WIDTH_PX)


MASKS = {"labels": [{"name": "ball", "kinds": ["mask"]}, {"name": "leaf", "kinds": ["mask"]}]}


def test_a_finger_paints_beside_and_over_another_mask(phone: Page, demo: Demo) -> None:
    project = make_project(demo, MASKS, [picture()])
    stage = begin(phone, demo, project)
    press(phone, "Square tip")
    # 180 ** (44 / 60): 45 px across.
    phone.get_by_role("slider", name="Brush size").fill("44")
    radius = brush_radius(phone)
    first, second, third = (100.4, 100.4), (130.4, 120.4), (80.4, 80.4)
    stage.finger_tap(*first)
    press(phone, "leaf")
    phone.get_by_role("button", name="Overlap").tap()
    expect(phone.locator(".wb-hint")).to_contain_text("Paint only empty")
    stage.finger_tap(*second)
    whole = square(radius, first)

    def masks(count: int) -> list[Any]:
        wait_until(phone, lambda: len(draft(phone)) == count)
        return [pixels_of(mark) for mark in draft(phone)]

    ball, leaf = masks(2)
    assert (ball == whole).all()
    assert (leaf == (square(radius, second) & ~whole)).all()

    phone.get_by_role("button", name="Paint only empty").tap()
    expect(phone.get_by_role("button", name="Take over")).to_be_visible()
    stage.finger_tap(*third)
    taken = square(radius, third)
    wait_until(phone, lambda: (pixels_of(draft(phone)[0]) == (whole & ~taken)).all())
    assert (masks(2)[1] == (leaf | taken)).all()
    # One step of undo, also after a reload; the mask in the hand is the one that was painted.
    press(phone, "Undo")
    wait_until(phone, lambda: (pixels_of(draft(phone)[0]) == whole).all())
    reload(phone)
    press(phone, "Redo")
    wait_until(phone, lambda: (pixels_of(draft(phone)[0]) == (whole & ~taken)).all())
    receipt = hand_in(phone)
    assert [(mark["label"], int(pixels_of(mark).sum())) for mark in receipt["annotations"]] == [
        ("ball", int((whole & ~taken).sum())),
        ("leaf", int((leaf | taken).sum())),
    ]
    be_paid(phone, demo, receipt, 30_000)


def test_outlines_add_to_a_mask_and_cut_from_it_by_mouse_and_keys(desktop: Page, demo: Demo) -> None:
    project = make_project(demo, MASKS, [picture()])
    stage = begin(desktop, demo, project)

    def outline(*ring: Place) -> Any:
        for x, y in ring:
            desktop.mouse.click(*stage.at(x, y))
            desktop.wait_for_timeout(400)
        desktop.keyboard.press("Enter")

    def arrived(wanted: Any) -> None:
        # A screen pixel is less than one of the image: what is clicked is off by less than half a pixel.
        def near() -> bool:
            marks = draft(desktop)
            return len(marks) == 1 and int((pixels_of(marks[0]) ^ wanted).sum()) <= 0.01 * wanted.sum()

        wait_until(desktop, near)

    desktop.keyboard.press("Shift+D")
    outer, bay = [(60, 60), (260, 60), (260, 240), (60, 240)], [(100, 100), (200, 120), (140, 200)]
    outline(*outer)
    arrived(inside(*outer))
    desktop.keyboard.press("Shift+X")
    outline(*bay)
    arrived(inside(*outer) & ~inside(*bay))
    desktop.keyboard.press("Control+z")
    arrived(inside(*outer))
    desktop.keyboard.press("Control+Shift+z")
    arrived(inside(*outer) & ~inside(*bay))
    # The tip and the mode by their keys; with a square of one pixel, exactly that pixel.
    desktop.keyboard.press("b")
    before = pixels_of(draft(desktop)[0])
    expect(desktop.get_by_role("button", name="Square tip")).to_have_attribute("aria-pressed", "false")
    desktop.keyboard.press("Shift+Q")
    expect(desktop.get_by_role("button", name="Square tip")).to_have_attribute("aria-pressed", "true")
    desktop.keyboard.press("Shift+E")
    expect(desktop.get_by_role("button", name="Paint only empty")).to_be_visible()
    desktop.get_by_role("slider", name="Brush size").fill("0")
    assert brush_radius(desktop) == 0.5
    desktop.mouse.click(*stage.at(20.5, 30.5))
    wait_until(desktop, lambda: bool(pixels_of(draft(desktop)[0])[30, 20]))
    after = pixels_of(draft(desktop)[0])
    assert np.argwhere(after ^ before).tolist() == [[30, 20]]
    [handed] = hand_in(desktop)["annotations"]
    assert (pixels_of(handed) == after).all()


@pytest.mark.parametrize("size", [(360, 300), (240, 420)], ids=["wide", "tall"])
def test_a_finger_reaches_the_lower_corner_beside_the_buttons(phone: Page, demo: Demo, size: tuple[int, int]) -> None:
    width, height = size
    project = make_project(demo, {"labels": [{"name": "ball", "kinds": ["box"]}]}, [picture().resize(size)])
    stage = begin(phone, demo, project, size)
    corner = (width - 1, height - 1)
    if width > height:
        # The chosen mark's line lies below, too, and the buttons above it.
        stage.finger_drag((40, 30), (120, 90))
        expect(phone.locator(".wb-inline-selected .wb-region")).to_be_visible()
    stage.finger_tap(*corner)
    stage.finger_tap(width - 90, height - 80)
    wait_until(phone, lambda: len(draft(phone)) == 1 + (width > height))
    box = hand_in(phone)["annotations"][-1]["box"]
    assert box == pytest.approx([width - 90, height - 80, 89, 79], abs=0.6)


def test_what_is_asked_of_a_mark_hides_no_button_and_no_corner_for_good(phone: Page, demo: Demo) -> None:
    width, height = size = (240, 420)
    asked = [{"name": name, "type": "choice", "options": ["yes", "no"]} for name in ("wet", "torn", "old", "far")]
    schema = {"labels": [{"name": "ball", "kinds": ["box"], "attributes": asked}]}
    stage = begin(phone, demo, make_project(demo, schema, [picture().resize(size)]), size)
    stage.finger_drag((40, 60), (120, 140))
    panel = phone.locator(".wb-inline-selected")
    expect(panel.get_by_label("far")).to_be_attached()
    at = "([x, y]) => document.elementFromPoint(x, y)?.closest('button, .wb-inline-selected, .wb-canvas')?.{}"
    for button in phone.locator(".wb-zoom button").all():
        box = button.bounding_box()
        assert box is not None
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert phone.evaluate(at.format("ariaLabel"), middle) == button.get_attribute("aria-label")

    def corner() -> list[float]:
        return list(Stage(phone, *size).at(width - 1, height - 1))

    assert "wb-canvas" not in phone.evaluate(at.format("className"), corner())
    # Two fingers push the image up, as far as it goes.
    fingers = phone.context.new_cdp_session(phone)
    for _ in range(3):
        x, y = stage.at(width / 2, 200)
        for step in range(9):
            ends = [{"x": x + side, "y": y - 30 * step, "id": side + 50} for side in (-40, 40)]
            kind = "touchMove" if step else "touchStart"
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": ends})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    wait_until(phone, lambda: phone.evaluate(at.format("className"), corner()) == "wb-canvas")
    # Held across, what ends a task is in sight as well.
    phone.set_viewport_size({"width": 740, "height": 360})
    expect(phone.get_by_role("button", name="Submit")).to_be_in_viewport(ratio=1)


def test_of_many_labels_those_in_use_come_first_and_keys_keep_their_meaning(desktop: Page, demo: Demo) -> None:
    names = [f"part {letter}" for letter in "abcdefghijklmn"]
    schema = {"labels": [{"name": name, "kinds": ["box"]} for name in names]}
    project = make_project(demo, schema, [picture(), picture().rotate(180)])
    stage = begin(desktop, demo, project)
    chips = desktop.get_by_role("toolbar", name="Labels").get_by_role("button")

    def order() -> str:
        return "".join(text.removeprefix("part ")[0] for text in chips.all_inner_texts())

    assert order() == "abcdefghijklmn"
    desktop.get_by_role("searchbox", name="Find a label").fill("T M")
    expect(chips).to_have_count(1)
    chips.first.click()
    desktop.get_by_role("searchbox", name="Find a label").fill("")
    stage.mouse_drag((40, 30), (180, 90))
    wait_until(desktop, lambda: order() == "mabcdefghijkln")
    desktop.locator("[role=application]").focus()
    desktop.keyboard.press("2")
    stage.mouse_drag((210, 130), (320, 240))
    wait_until(desktop, lambda: order() == "bmacdefghijkln")
    # The label of a mark is changed after drawing, too: Shift and the key of its place in the schema.
    desktop.keyboard.press("Shift+3")
    wait_until(desktop, lambda: [mark["label"] for mark in draft(desktop)] == ["part m", "part c"])
    # The next image begins with the label in the hand.
    table = desktop.url
    assert [mark["label"] for mark in hand_in(desktop)["annotations"]] == ["part m", "part c"]
    assert desktop.url == table
    expect(chips.and_(desktop.locator("[aria-pressed=true]"))).to_contain_text("part b")
    wait_until(desktop, lambda: order() == "cmabdefghijkln")


def test_the_rules_open_where_they_speak_of_the_label_in_the_hand(phone: Page, demo: Demo) -> None:
    schema = {"labels": [{"name": name, "kinds": ["box"]} for name in ("car", "sign")]}
    between = "".join(f"\n\nSentence {number} is about something else.\n\n" for number in range(40))
    rules = (
        f"# What to mark\n\nWhat can be seen.{between}## Cars\n\nWith mirrors.{between}## Signs\n\nWith poles.{between}"
    )
    begin(phone, demo, make_project(demo, schema, [picture()], guideline=rules))
    for label, heading in (("sign", "Signs"), ("car", "Cars")):
        phone.get_by_role("toolbar", name="Labels").get_by_role("button", name=label).tap()
        phone.get_by_role("button", name="Guideline").tap()
        dialog = phone.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name=heading)).to_be_in_viewport()
        dialog.get_by_role("button", name="Close").tap()


def test_what_is_read_stays_in_sight_above_a_phones_keyboard(phone: Page, demo: Demo) -> None:
    schema = {"labels": [{"name": "sign", "kinds": ["box", "text"], "languages": ["en", "ar"]}]}
    stage = begin(phone, demo, make_project(demo, schema, [picture()]))
    stage.finger_drag((40, 30), (180, 90))
    field = phone.get_by_role("textbox", name="Text in this mark")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("lang", "en")
    size = phone.viewport_size
    assert size is not None
    # The place that a keyboard leaves.
    phone.set_viewport_size({"width": size["width"], "height": 420})
    phone.keyboard.type("STOP")
    panel = phone.locator(".wb-inline-selected")

    def in_sight() -> bool:
        seen = Stage(phone, WIDTH_PX, HEIGHT_PX)
        (left, top), (right, bottom) = seen.at(40, 30), seen.at(180, 90)
        area, over = phone.locator("[role=application]").bounding_box(), panel.bounding_box()
        assert area is not None and over is not None
        return area["y"] <= top and bottom <= over["y"] and left >= 0 and right <= size["width"]

    wait_until(phone, in_sight)
    expect(phone.get_by_role("button", name="Submit")).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport(ratio=1)
    phone.set_viewport_size(size)
    expect(phone.get_by_role("toolbar", name="Tools")).to_be_visible()
    assert Stage(phone, WIDTH_PX, HEIGHT_PX).scale > 1.2 * stage.scale
    # What has been read lies again among all else, and is corrected from there as often as wanted.
    for word in ("", "PED"):
        phone.keyboard.type(word)
        phone.keyboard.press("Enter")
        wait_until(phone, lambda: Stage(phone, WIDTH_PX, HEIGHT_PX).scale == pytest.approx(stage.scale))
        field.focus()
        phone.keyboard.press("End")
    assert [one["text"] for one in by_kind(hand_in(phone)["annotations"], "text")] == ["STOPPED"]


def test_the_list_of_marks_fits_a_phone_with_text_of_twice_its_size(phone: Page, demo: Demo) -> None:
    schema = {"labels": [{"name": "a sign beside the road", "kinds": ["box"]}]}
    stage = begin(phone, demo, make_project(demo, schema, [picture()]))
    stage.finger_drag((40, 30), (180, 90))
    phone.get_by_role("button", name="1 mark").tap()
    phone.evaluate("document.documentElement.style.fontSize = '200%'")
    sheet = phone.get_by_role("dialog")
    row = sheet.get_by_role("listitem")
    right = "one => one.getBoundingClientRect().right"
    assert row.evaluate(right) <= sheet.locator("ol").evaluate(right)
    expect(row.get_by_role("button", name=re.compile("1$")).last).to_be_in_viewport(ratio=1)
