"""The whole way by keyboard, keys of one's own, and what a phone's buttons and fingers take back."""

import re
import time
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.client import make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in
from tests.browser.test_draw_every_kind import LEAF, at_the_image, begin, by_kind, draft, hand_in, picture, press

pytestmark = pytest.mark.browser

SIGN_AND_BALL = {"labels": [{"name": "sign", "kinds": ["box"]}, {"name": "ball", "kinds": ["box", "polygon"]}]}


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)
    page.wait_for_timeout(100)


def focus_image(page: Page) -> None:
    """As Tab reaches it, after the last button of the bar."""
    page.get_by_role("button", name="Guideline").focus()
    page.keyboard.press("Tab")
    expect(page.locator("[role=application]")).to_be_focused()


def test_boxes_are_made_moved_sized_named_and_deleted_by_keys_alone(desktop: Page, demo: Demo) -> None:
    stage = begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    focus_image(desktop)
    # The crosshair stands in the middle of the image: (180, 150). 100 px right and 50 down on the screen.
    keys(desktop, "r", "Space", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "Enter")
    width, height = 100 / stage.scale, 50 / stage.scale
    assert draft(desktop)[0]["box"] == pytest.approx([180, 150, width, height], abs=0.6)

    # Tab picks it, arrows move it; Enter picks its first corner, arrows size it; Shift+2 gives it the other label.
    keys(desktop, "Tab", "Shift+ArrowLeft", "ArrowUp")
    left, top = 180 - 50 / stage.scale, 150 - 10 / stage.scale
    assert draft(desktop)[0]["box"] == pytest.approx([left, top, width, height], abs=0.6)
    keys(desktop, "Enter", "ArrowLeft", "ArrowUp", "Escape", "Shift+2")
    moved = draft(desktop)[0]
    step = 10 / stage.scale
    assert moved["box"] == pytest.approx([left - step, top - step, width + step, height + step], abs=0.6)
    assert moved["label"] == "ball"

    # A second one, deleted and brought back; then zoom and pan leave the coordinates alone.
    keys(
        desktop,
        "Escape",
        "Escape",
        "+",
        "+",
        "Control+ArrowRight",
        "Space",
        "Shift+ArrowLeft",
        "Shift+ArrowUp",
        "Enter",
    )
    assert len(draft(desktop)) == 2
    keys(desktop, "Delete")
    assert draft(desktop) == [moved]
    keys(desktop, "Control+z")
    both = draft(desktop)
    assert both[0] == moved and len(both) == 2
    keys(desktop, "f", "Control+Enter")
    desktop.wait_for_timeout(500)
    expect(desktop.get_by_text("No tasks here right now")).to_be_visible()


def test_a_mark_is_copied_beside_itself_and_onto_the_next_image(desktop: Page, demo: Demo) -> None:
    mirrored = picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    stage = begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture(), mirrored]))
    keys(desktop, "Shift+h")
    expect(desktop.get_by_role("button", name="Hole", exact=True)).to_have_attribute("aria-pressed", "true")
    keys(desktop, "r")
    stage.mouse_drag((40, 30), (180, 90))
    keys(desktop, "Control+c", "Control+v")
    press(desktop, "Duplicate")
    first, *copies = [one["box"] for one in draft(desktop)]
    for place, box in enumerate(copies, 1):
        beside = place * 12 / stage.scale
        assert box == pytest.approx([first[0] + beside, first[1] + beside, *first[2:]], abs=0.05)
    assert len(copies) == 2
    hand_in(desktop)
    at_the_image(desktop)
    keys(desktop, "Control+v")
    assert [one["box"] for one in draft(desktop)] == copies[-1:]


def test_keys_step_back_to_where_enter_submits_and_take_up_what_was_pasted(desktop: Page, demo: Demo) -> None:
    images = [picture(), picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, images))
    image = desktop.locator("[role=application]")
    focus_image(desktop)
    keys(desktop, "r", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "Control+c", "Control+v")
    first, copied = [one["box"] for one in draft(desktop)]
    # Tab takes up what is selected, which is the copy.
    keys(desktop, "Tab", "Shift+ArrowRight")
    after = [one["box"] for one in draft(desktop)]
    assert after[0] == first and after[1][0] > copied[0]
    # The last step that is taken back leaves the focus on its button.
    undo = desktop.get_by_role("button", name="Undo", exact=True)
    undo.focus()
    for _ in range(4):
        keys(desktop, "Enter")
    assert draft(desktop) == []
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()
    # An outline dropped by a slip is there again.
    focus_image(desktop)
    keys(desktop, "2", "p", "Space", "Shift+ArrowRight", "Space", "Shift+ArrowDown", "Space", "Escape")
    keys(desktop, "Control+Shift+z", "Enter")
    assert [one["kind"] for one in draft(desktop)] == ["polygon"]
    # Mark, crosshair: then Enter means what it means on the page.
    keys(desktop, "Escape", "Escape", "Escape")
    with desktop.expect_response(re.compile(r"/submit$")):
        keys(desktop, "Enter")
    at_the_image(desktop)
    expect(image).to_be_focused()
    keys(desktop, "r", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "Control+Enter")


def test_a_label_of_many_is_found_and_the_guideline_read_by_keys(desktop: Page, demo: Demo) -> None:
    labels = [{"name": f"{one} thing", "kinds": ["box"]} for one in "abcdefghijklmn"]
    begin(
        desktop,
        demo,
        make_project(demo, {"labels": labels}, [picture(), picture().transpose(Image.Transpose.ROTATE_180)]),
    )
    focus_image(desktop)
    image, field = desktop.locator("[role=application]"), desktop.get_by_label("Find a label")
    keys(desktop, "/")
    expect(field).to_be_focused()
    desktop.keyboard.type("m th")
    keys(desktop, "Enter")
    expect(image).to_be_focused()
    expect(field).to_have_value("")
    expect(desktop.get_by_role("button", name="m thing")).to_have_attribute("aria-pressed", "true")
    keys(desktop, "/", "x", "Enter")
    expect(field, "nothing is called so").to_be_focused()
    keys(desktop, "Escape")
    expect(image).to_be_focused()
    keys(desktop, "r", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter")
    assert [one["label"] for one in draft(desktop)] == ["m thing"]
    for way in ("g", "Escape"):
        keys(desktop, "g")
        expect(desktop.locator(".wb-guide")).to_be_focused()
        keys(desktop, way)
        expect(desktop.locator(".wb-guide")).to_have_count(0)
        expect(image).to_be_focused()
    keys(desktop, "/", "b")
    with desktop.expect_response(re.compile(r"/submit$")):
        keys(desktop, "Control+Enter")
    at_the_image(desktop)
    expect(image, "out of a field, too").to_be_focused()
    keys(desktop, "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter", "Control+Enter")


def test_the_focus_goes_on_at_the_next_image(desktop: Page, demo: Demo) -> None:
    """Whoever answers by keys stays there; whoever points is given no crosshair to take away again."""
    turned = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM
    images = [picture(), *(picture().transpose(one) for one in turned)]
    stage = begin(desktop, demo, make_project(demo, SIGN_AND_BALL | {"allow_nothing": True}, images))
    image = desktop.locator("[role=application]")
    assert desktop.evaluate("document.activeElement === document.body"), "a page is read from its top"
    focus_image(desktop)
    keys(desktop, "r", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter")
    assert len(draft(desktop)) == 1
    with desktop.expect_response(re.compile(r"/submit$")):
        keys(desktop, "Escape", "Escape", "Control+Enter")
    at_the_image(desktop)
    expect(image).to_be_focused()
    # Submit goes where nothing is marked yet; its place is no place to be.
    keys(desktop, "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Enter")
    desktop.get_by_role("button", name="Submit").focus()
    with desktop.expect_response(re.compile(r"/submit$")):
        keys(desktop, "Enter")
    at_the_image(desktop)
    expect(image).to_be_focused()
    stage.mouse_drag((40, 30), (180, 90))
    with desktop.expect_response(re.compile(r"/submit$")):
        desktop.get_by_role("button", name="Submit").click()
    at_the_image(desktop)
    expect(image).not_to_be_focused()
    desktop.get_by_role("button", name="Nothing to mark").click()
    expect(desktop.get_by_text("No tasks here right now")).to_be_visible()


def test_the_focus_goes_on_in_a_lesson(desktop: Page, demo: Demo) -> None:
    """From the button that is gone to what is asked now, to what can be done, and to the next image."""
    ana = demo.account("ana")
    sign_in(desktop, ana["email"], ana["password"])
    lesson = api(desktop, "/tutorial/lessons/points")
    desktop.goto("/tutorial/points/")
    desktop.get_by_role("button", name="Start").focus()
    keys(desktop, "Enter")
    coach = desktop.locator(".wb-coach")
    expect(coach).to_be_focused()
    for number, item in enumerate(lesson["items"][:2], 1):
        expect(desktop.locator("body")).to_contain_text(f"{number} of ")
        stage = at_the_image(desktop, (item["images"][0]["width"], item["images"][0]["height"]))
        for one in item["expected"]:
            stage.mouse_drag(one["point"], one["point"])
        desktop.get_by_role("button", name="Check").focus()
        keys(desktop, "Enter")
        next_one = desktop.get_by_role("button", name="Next")
        expect(next_one).to_be_focused()
        keys(desktop, "Enter")
    expect(desktop.locator("body")).to_contain_text("3 of ")
    expect(desktop.locator("[role=application]")).to_be_focused()


def test_a_key_is_changed_a_conflict_refused_and_all_kept_over_a_reload(desktop: Page, demo: Demo) -> None:
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    keys(desktop, "?")
    sheet = desktop.get_by_role("dialog", name="Keyboard")
    change = sheet.get_by_role("button", name="Change the key for Polygon")
    change.click()
    keys(desktop, "r")
    expect(sheet.get_by_role("alert")).to_contain_text("means “Box” already")
    keys(desktop, "y")
    expect(sheet.get_by_role("alert")).to_have_count(0)
    press(desktop, "Close")
    polygon = desktop.get_by_role("button", name="Polygon", exact=True)
    for reloaded in (False, True):
        if reloaded:
            desktop.reload()
            polygon.wait_for()
        keys(desktop, "p")
        expect(polygon).to_have_attribute("aria-pressed", "false")
        keys(desktop, "y")
        expect(polygon).to_have_attribute("aria-pressed", "true")
    desktop.locator("[role=application]").focus()
    keys(desktop, "?")
    sheet.get_by_role("checkbox").uncheck()
    press(desktop, "Close")
    # A sheet gives the focus back to where it was.
    expect(desktop.locator("[role=application]")).to_be_focused()
    keys(desktop, "r")
    expect(polygon).to_have_attribute("aria-pressed", "true")
    desktop.get_by_role("button", name="Keyboard").click()
    sheet.get_by_role("checkbox").check()
    sheet.get_by_role("button", name="All keys as at first").click()
    press(desktop, "Close")
    keys(desktop, "p")
    expect(polygon).to_have_attribute("aria-pressed", "true")


def test_escape_closes_the_panel_from_the_image_once_open_work_has_had_its_own(desktop: Page, demo: Demo) -> None:
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    focus_image(desktop)
    panel = desktop.locator(".wb-look-panel")
    keys(desktop, "d")
    expect(desktop.get_by_label("Brightness")).to_be_focused()
    # Beyond the panel's last link, to the next stop of the page.
    desktop.get_by_role("link", name="Test this screen").press("Tab")
    expect(panel.locator(":focus")).to_have_count(0)
    desktop.get_by_role("button", name="Guideline").focus()
    keys(desktop, "Tab", "r", "Space", "Escape")
    expect(panel).to_be_visible()
    expect(desktop.locator(".wb-hint")).to_contain_text("Drag a box")
    # The crosshair goes before the panel, and its lines with it.
    drawn = desktop.locator("[role=application] > canvas").last
    expect(drawn).to_be_visible()
    keys(desktop, "Escape")
    expect(drawn).to_be_hidden()
    expect(panel).to_be_visible()
    keys(desktop, "Escape")
    expect(panel).to_be_hidden()
    expect(desktop.locator("[role=application]")).to_be_focused()
    # Closed from a button, the focus stays on it.
    keys(desktop, "d")
    expect(desktop.get_by_label("Brightness")).to_be_focused()
    select = desktop.get_by_role("button", name="Select", exact=True)
    select.focus()
    keys(desktop, "Escape")
    expect(panel).to_be_hidden()
    expect(select).to_be_focused()


def test_the_guideline_beside_the_image_is_left_by_escape_or_close_with_the_focus_where_it_was(
    desktop: Page, demo: Demo
) -> None:
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    image, guide = desktop.get_by_role("application"), desktop.get_by_role("complementary", name="Guideline")
    for leave in (["Escape"], ["Tab", "Enter"]):
        focus_image(desktop)
        keys(desktop, "g")
        expect(guide).to_be_focused()
        keys(desktop, *leave)
        expect(guide).to_have_count(0)
        expect(image).to_be_focused()


def test_a_refusal_takes_up_its_mark_for_the_keys(desktop: Page, demo: Demo) -> None:
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    focus_image(desktop)
    image = desktop.get_by_role("application")
    # A bow: from the middle right, down left, up again.
    keys(desktop, "2", "p", "Space", "Shift+ArrowRight", "Shift+ArrowDown", "Space", "Shift+ArrowUp", "Space")
    keys(desktop, "Shift+ArrowLeft", "Shift+ArrowDown", "Space", "Enter")
    keys(desktop, "r", "Escape", "Shift+ArrowUp", "Shift+ArrowUp", "Space", "Shift+ArrowUp", "Shift+ArrowLeft", "Space")
    bow, box = draft(desktop)
    keys(desktop, "Control+Enter")
    refusal = desktop.get_by_role("button", name="1. This outline crosses itself.")
    refusal.press("Enter")
    expect(image).to_be_focused()
    # Its second point is the one: the first Enter picks the first.
    keys(desktop, "Enter", "Tab", "ArrowLeft")
    expect(refusal).to_have_count(0)
    changed, same = draft(desktop)
    assert same == box
    assert [a == b for a, b in zip(changed["polygon"][0], bow["polygon"][0], strict=True)] == [True, False, True, True]


def test_a_hole_is_made_and_filled_by_keys_and_the_focus_is_on_the_image(desktop: Page, demo: Demo) -> None:
    begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    focus_image(desktop)
    right, down, left, up = (f"Shift+Arrow{way}" for way in ("Right", "Down", "Left", "Up"))
    keys(desktop, "2", "p", "Space", *[right] * 4, "Space", *[down] * 4, "Space", *[left] * 4, "Space", "Enter")
    keys(desktop, "Shift+h", right, up, "Space", right, "Space", up, "Space", "Enter")
    [polygon] = draft(desktop)
    assert [len(ring) for ring in polygon["polygon"]] == [4, 3]
    field = desktop.get_by_label("Hole 1")
    field.focus()
    keys(desktop, "ArrowDown")
    expect(field).to_have_count(0)
    expect(desktop.get_by_role("application")).to_be_focused()
    assert [len(ring) for ring in draft(desktop)[0]["polygon"]] == [4]


def test_a_phone_takes_back_points_by_button_and_by_two_fingers(phone: Page, demo: Demo) -> None:
    stage = begin(phone, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    phone.get_by_role("button", name="ball", exact=True).tap()
    phone.get_by_role("button", name="Polygon", exact=True).tap()
    undo = phone.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    for place in [*LEAF[:3], (20, 20), (30, 280)]:
        stage.finger_tap(*place)
    undo.tap()
    two_finger_tap(stage)
    stage.finger_tap(*LEAF[3])
    stage.finger_tap(*LEAF[0])
    [ring] = by_kind(draft(phone), "polygon")[0]["polygon"]
    assert len(ring) == 4
    for found, wanted in zip(ring, LEAF, strict=True):
        assert found == pytest.approx(wanted, abs=0.6)
    two_finger_tap(stage)
    assert draft(phone) == []


def two_finger_tap(stage: Stage) -> None:
    points = [{"x": stage.at(100, 100)[0], "y": stage.at(100, 100)[1], "id": 0}]
    points.append({"x": points[0]["x"] + 90, "y": points[0]["y"] + 60, "id": 1})
    # A tap by the fingers' clock, however late a busy page hears of it.
    now = time.time()
    stage.touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points, "timestamp": now})
    stage.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [], "timestamp": now + 0.05})
    stage.page.wait_for_timeout(100)


def test_four_taps_on_the_ends_of_an_object_make_its_box(phone: Page, demo: Demo) -> None:
    stage = begin(phone, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    phone.get_by_role("button", name="Box by four ends").tap()
    for place in [(265, 130), (320, 185), (265, 240), (210, 185)]:
        stage.finger_tap(*place)
    receipt = hand_in(phone)
    assert receipt["annotations"][0]["box"] == pytest.approx([210, 130, 110, 110], abs=0.6)


def row_of(page: Page, number: int) -> Locator:
    """Of the list of marks beside the image."""
    return page.get_by_role("button", name=re.compile(f"^{number}. sign"))


def test_marks_are_hidden_locked_and_brought_back_from_the_list(desktop: Page, demo: Demo) -> None:
    stage = begin(desktop, demo, make_project(demo, SIGN_AND_BALL, [picture()]))
    stage.mouse_drag((40, 30), (180, 90))
    stage.mouse_drag((210, 130), (320, 240))
    first, second = draft(desktop)
    row = row_of(desktop, 2)
    press(desktop, "Lock")
    stage.mouse_drag((320, 240), (340, 260))
    assert draft(desktop)[:2] == [first, second], "a locked mark is not sized"
    keys(desktop, "Control+z")
    row.click()
    expect(desktop.get_by_role("button", name="To the back")).to_be_disabled()
    press(desktop, "Unlock")
    press(desktop, "To the back")
    assert [one["id"] for one in draft(desktop)] == [second["id"], first["id"]]
    press(desktop, "Lock")
    press(desktop, "Hide")
    expect(row_of(desktop, 1)).to_contain_text("hidden, locked")
    assert len(hand_in(desktop)["annotations"]) == 2, "what is hidden is still an answer"


def test_an_image_whose_address_has_ended_is_asked_for_again(phone: Page, demo: Demo) -> None:
    project = make_project(demo, SIGN_AND_BALL, [picture()])
    asked: list[str] = []

    def ended(route: Route) -> Any:
        return route.continue_() if asked else route.fulfill(status=403, body="")

    phone.route(re.compile(r"/api/v1/work/assignments/a_[^/]+$"), lambda route: (asked.append("x"), route.continue_()))
    phone.route(re.compile(r"\.(?:avif|webp|jpe?g|png)(?:\?|$)|/images?/"), ended)
    stage = begin(phone, demo, project)
    expect(phone.get_by_text("The image did not load.")).to_have_count(0)
    assert asked
    stage.finger_drag((40, 30), (180, 90))
    assert len(draft(phone)) == 1
