"""Care and access in the real pages: large text, right to left, the left hand, forced colours, little data, breaks, the
image adjusted for the eye, sensitive images, and the marks as a list."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Request, expect

from tests.browser.client import make_project
from tests.browser.conftest import Demo, _context, _watched
from tests.browser.hands import Stage, api, project_with_work, sign_in, wait_until
from tests.browser.test_accessibility import Inspector, start_work

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}

# Controls that a person could not reach: beyond the side of the screen with nothing that scrolls there, cut off by what
# holds them, or (in the workbench, where all is in sight at once) under another one.
OUT_OF_REACH = """() => {
  const width = document.documentElement.clientWidth;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const named = (one) => `${one.tagName} ${one.className} ${(one.ariaLabel ?? one.textContent).trim().slice(0, 40)}`;
  const holder = (one, wanted) => {
    for (let up = one.parentElement; up; up = up.parentElement) {
      if (wanted.test(getComputedStyle(up).overflowX)) return up;
    }
  };
  const faults = [];
  const wide = document.documentElement.scrollWidth - width;
  if (wide > 0) faults.push(`the page is ${wide} px too wide`);
  const controls = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea');
  for (const one of [...controls].filter(seen)) {
    if (one.matches('.skip')) continue;
    const { left, right, top, bottom } = one.getBoundingClientRect();
    if ((left < -1 || right > width + 1) && !holder(one, /auto|scroll/)) faults.push(`outside: ${named(one)}`);
    if (one.matches('button, .button') && one.scrollWidth > one.clientWidth + 1) faults.push(`cut: ${named(one)}`);
    if (!one.closest('.wb')) continue;
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const inSight = holder(one, /auto|scroll|hidden/)?.getBoundingClientRect();
    if (inSight && (x < inSight.left || x > inSight.right || y < inSight.top || y > inSight.bottom)) continue;
    const there = document.elementFromPoint(x, y);
    if (there && (one.contains(there) || there.contains(one))) continue;
    faults.push(`covered: ${named(one)} by ${there && named(there)}`);
  }
  const stage = document.querySelector('.wb-stage');
  if (stage && stage.clientHeight < innerHeight / 4) faults.push(`the image has ${stage.clientHeight} px`);
  return faults;
}"""


@pytest.fixture
def opened(playwright_and_browser: Any, demo: Demo, faults: list[str]) -> Any:
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        contexts.append(_context(playwright_and_browser, demo, **options))
        return _watched(contexts[-1], faults)

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


Opened = Callable[..., Page]


def enter(page: Page, demo: Demo, name: str = "ana") -> None:
    account = demo.account(name)
    sign_in(page, account["email"], account["password"])


def out_of_reach(page: Page, *paths: str, prepare: str) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        page.goto(path)
        page.evaluate(prepare)
        if faults := page.evaluate(OUT_OF_REACH):
            found[path] = faults
    return found


def in_the_workbench(page: Page, *, prepare: str) -> dict[str, list[str]]:
    found = {}
    for task_type in ("classification", "detection"):
        start_work(page, task_type)
        page.evaluate(prepare)
        page.wait_for_timeout(400)
        if faults := page.evaluate(OUT_OF_REACH):
            found[task_type] = faults
        page.get_by_role("button", name="Image and screen").click()
        page.locator(".wb-look-panel").wait_for()
        if faults := page.evaluate(OUT_OF_REACH):
            found[task_type + ", panel"] = faults
        page.keyboard.press("Escape")
    return found


NOTHING = "null"
FROM_RIGHT = "document.documentElement.dir = 'rtl'"
OF_A_WORKER = ("/dashboard/", "/work/", "/tutorial/", "/money/", "/standing/", "/withdrawals/new/", "/profile/")


def test_text_at_twice_the_size_loses_nothing_on_a_narrow_phone(opened: Opened, demo: Demo) -> None:
    page = opened(**PHONE)
    # As a person sets it in the browser: 16 px are the usual size.
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    found = out_of_reach(page, "/", "/rates/", "/screen-test/", "/accounts/signup/", prepare=NOTHING)
    enter(page, demo)
    found |= out_of_reach(page, *OF_A_WORKER, prepare=NOTHING)
    found |= in_the_workbench(page, prepare=NOTHING)
    assert found == {}


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desktop"])
def test_from_right_to_left_nothing_overlaps(opened: Opened, demo: Demo, screen: dict[str, Any]) -> None:
    page = opened(**screen)
    enter(page, demo)
    found = out_of_reach(page, *OF_A_WORKER, "/screen-test/", prepare=FROM_RIGHT)
    found |= in_the_workbench(page, prepare=FROM_RIGHT)
    assert found == {}
    # The image is never mirrored, the frame around it is: the way back is at the right.
    back = page.locator(".wb-bar > a").bounding_box()
    assert back is not None and back["x"] > screen["viewport"]["width"] / 2


def test_the_left_hand_has_tools_and_submit_on_its_side(opened: Opened, demo: Demo) -> None:
    page = opened(**DESK)
    enter(page, demo)
    start_work(page, "detection")
    send = page.locator(".wb-foot .wb-primary")
    skip = page.get_by_role("button", name=re.compile("^Skip"))
    assert send.bounding_box()["x"] > skip.bounding_box()["x"]  # type: ignore[index]
    page.keyboard.press("d")
    page.get_by_label(re.compile("Left-handed")).check()
    page.reload()
    expect(send).to_be_visible()
    assert send.bounding_box()["x"] < skip.bounding_box()["x"] < 640  # type: ignore[index]
    tools = page.get_by_role("toolbar", name="Tools").bounding_box()
    assert tools is not None and tools["x"] < 640


def wipe(page: Page) -> None:
    """Another test of the session may have left its marks; how many is known before their list has come."""
    marks = page.locator(".wb-stage > output.wb-hidden")
    marks.wait_for(state="attached")
    for left in range(int((marks.text_content() or "").split()[0]), 0, -1):
        expect(marks).to_have_text(f"{left} mark" + "s" * (left > 1))
        page.get_by_role("button", name="Delete 1", exact=True).click()
    expect(marks).to_have_text("0 marks")


def size_of_image(page: Page) -> tuple[int, int]:
    width, height = page.evaluate(
        "(({ style }) => [style.width, style.height].map(parseFloat))(document.querySelector('.wb-canvas canvas'))"
    )
    return width, height


def drawn_on(page: Page) -> Stage:
    return Stage(page, *size_of_image(page))


def filters(page: Page) -> list[str]:
    """Of the photograph, and of the canvas with the marks."""
    return page.evaluate(  # type: ignore[no-any-return]
        "[...document.querySelectorAll('.wb-canvas canvas')].map((one) => getComputedStyle(one).filter)"
        ".filter((_, at, all) => at === 0 || at === all.length - 1)"
    )


def test_an_adjusted_image_is_for_the_eye_alone(opened: Opened, demo: Demo) -> None:
    page = opened(**DESK)
    enter(page, demo)
    start_work(page, "detection")
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/submit") else None)
    wipe(page)
    page.keyboard.press("d")
    brightness = page.get_by_label("Brightness")
    expect(brightness).to_be_focused()
    for _ in range(4):
        brightness.press("ArrowRight")
    page.get_by_label("Swap light and dark").check()
    assert filters(page) == ["brightness(1.2) invert(1)", "none"]
    page.reload()
    wait_until(page, lambda: page.locator(".wb-canvas canvas").count() and filters(page)[0] != "none")
    assert filters(page) == ["brightness(1.2) invert(1)", "none"]
    drawn_on(page).mouse_drag((100, 100), (300, 250))
    page.keyboard.press("Enter")
    body = json.loads(wait_until(page, lambda: sent)[0].post_data or "{}")
    assert "bright" not in json.dumps(body) and len(body["annotations"]) == 1
    # The next image is as it is.
    wait_until(page, lambda: page.locator(".wb-canvas canvas").count() and filters(page)[0] == "none")


def test_how_strongly_marks_are_tinted_is_chosen_for_the_device(opened: Opened, demo: Demo) -> None:
    page = opened(**DESK)
    blue, grey = np.array([0x00, 0x72, 0xB2]), np.array([150, 150, 140])
    schema = {"labels": [{"name": "place", "kinds": ["box"], "color": "#0072B2"}]}
    project = make_project(demo, schema, [Image.new("RGB", (360, 300), tuple(grey))])
    enter(page, demo, "ben")
    page.goto(f"/work/{project}/")
    page.get_by_role("button", name="I have read it").click()
    page.locator("[role=application]").wait_for()
    page.wait_for_timeout(700)

    def is_seen(wanted: Any) -> bool:
        """In the mark, beside what stands in its middle; the cross of a mouse crosses all of the image."""
        page.mouse.move(1270, 400)
        x, y = drawn_on(page).at(140, 120)
        around = page.screenshot(clip={"x": x - 4, "y": y - 4, "width": 8, "height": 8})
        shown = np.asarray(Image.open(io.BytesIO(around)).convert("RGB"), float).mean((0, 1))
        return bool(abs(shown - wanted).max() < 6)

    wait_until(page, lambda: is_seen(grey))
    drawn_on(page).mouse_drag((100, 100), (300, 250))
    page.keyboard.press("Escape")
    wait_until(page, lambda: is_seen(0.78 * grey + 0.22 * blue))
    for key, wanted in (("End", blue), ("Home", grey)):
        page.keyboard.press("d")
        # The panel takes the focus when it is there.
        expect(page.get_by_label("Brightness")).to_be_focused()
        page.get_by_label("Tint of marks").press(key)
        page.keyboard.press("Escape")
        wait_until(page, lambda wanted=wanted: is_seen(wanted))
    page.reload()
    page.locator("[role=application]").wait_for()
    expect(page.get_by_role("button", name="Delete 1", exact=True)).to_be_visible()
    wait_until(page, lambda: is_seen(grey))


MOVES = """() => [...document.querySelectorAll('*')].filter((one) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
  return animationName !== 'none' || /[1-9]/.test(transitionDuration) || scrollBehavior === 'smooth';
}).map((one) => `${one.tagName} ${one.className}`)"""


def guided_item(page: Page, demo: Demo) -> None:
    enter(page, demo)
    page.goto("/tutorial/lines/")
    page.get_by_role("button", name=re.compile("^(Start|Go on)$")).click()
    expect(page.locator("body")).to_contain_text("1 of ")
    page.locator("[role=application]").wait_for()


def seen_twice(page: Page) -> bool:
    """Whether the picture is the same 700 ms later."""
    first = page.locator(".wb-stage").screenshot()
    page.wait_for_timeout(700)
    return page.locator(".wb-stage").screenshot() == first


def test_nothing_moves_for_people_who_want_no_motion(opened: Opened, demo: Demo) -> None:
    still = opened(**DESK, reduced_motion="reduce")
    guided_item(still, demo)
    # Once the photograph is there, nothing changes any more; a round of the hand would take 4.2 s.
    wait_until(still, lambda: seen_twice(still))
    assert all(seen_twice(still) for _ in range(6))
    assert still.evaluate(MOVES) == []
    for path in ("/dashboard/", "/work/", "/standing/"):
        still.goto(path)
        assert still.evaluate(MOVES) == [], path
    # The very same place moves for others: the hand that shows what to draw.
    moving = opened(**DESK, reduced_motion="no-preference")
    guided_item(moving, demo)
    for _ in range(3):
        wait_until(moving, lambda: not seen_twice(moving))


def received(page: Page) -> int:
    """Bytes that came over the line."""
    sizes: list[int] = page.evaluate("performance.getEntriesByType('resource').map((one) => one.transferSize)")
    return sum(sizes)


def test_little_data_takes_smaller_files_and_none_ahead(opened: Opened, demo: Demo) -> None:
    fetched: list[str] = []
    page = opened(**PHONE, service_workers="block")
    enter(page, demo)
    start_work(page, "detection")
    before = received(page)
    page.get_by_role("button", name="Image and screen").click()
    told = re.search(r"At most ([\d.]+) MB since this page was opened", page.locator(".wb-look-panel").inner_text())
    # In tenths of a megabyte, upwards; what came while the panel opened may be in it.
    assert told and 0 < before <= float(told[1]) * 1e6 < received(page) + 100_001
    page.get_by_label("Use less data").check()
    expect(page.get_by_text(re.compile(r"about \d+% less"))).to_be_visible()
    page.on("request", lambda request: fetched.append(request.url) if "/i/lease/" in request.url else None)
    page.reload()
    expect(page.locator(".wb-foot .wb-primary")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    # 328 px of the page are covered by the smallest file, and the next task's image waits until it is wanted.
    assert [re.sub(r".*/(\d+)\..*", r"\1", url) for url in fetched] == ["320"]


def test_a_break_is_offered_after_an_hour_holds_the_lease_and_outlives_a_reload(opened: Opened, demo: Demo) -> None:
    page = opened(**PHONE)
    enter(page, demo)
    start_work(page, "detection")

    def leases() -> dict[str, str]:
        return {one["id"]: one["lease_expires_at"] for one in api(page, "/work/assignments?state=leased")["items"]}

    page.evaluate(
        "localStorage.setItem('tagwork.stretch', JSON.stringify({activeSeconds: 3599, lastMs: Date.now(), snoozes: 0}))"
    )
    before = leases()
    page.reload()
    expect(page.locator(".wb-foot .wb-primary")).to_be_visible()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Zoom in").tap()
    dialog = page.get_by_role("dialog", name="Time for a five-minute break")
    expect(dialog).to_be_visible()
    with page.expect_response(lambda answer: answer.url.endswith("/heartbeat")) as beat:
        dialog.get_by_role("button", name="Take five minutes").tap()
    assert beat.value.ok and json.loads(beat.value.request.post_data or "{}") == {"pause_seconds": 300}
    held = re.findall(r"a_\w+", beat.value.url)[0]
    assert leases()[held] > before[held]
    page.reload()
    on = page.get_by_role("dialog", name="Break")
    expect(on).to_be_visible()
    expect(on.get_by_role("timer")).to_contain_text("4")
    on.get_by_role("button", name="Back to work").tap()
    expect(on).to_have_count(0)
    page.reload()
    expect(page.locator(".wb-foot .wb-primary")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_marks_are_a_list_that_speaks_and_works_by_keys(opened: Opened, demo: Demo) -> None:
    page = opened(**DESK)
    enter(page, demo)
    start_work(page, "detection")
    wipe(page)
    stage, (width, height) = drawn_on(page), size_of_image(page)
    stage.mouse_drag((width * 0.1, height * 0.2), (width * 0.4, height * 0.6))
    mark = page.get_by_role("list").get_by_role("button", name=re.compile(r"^1\. "))
    expect(mark).to_have_accessible_name(
        re.compile(r"1\. \w+, Box.*1?\d% from left, (19|20|21)% from top, (29|30|31)% wide")
    )
    expect(page.locator("output", has_text="1 mark")).to_have_count(1)
    page.get_by_role("button", name="Move and change by keys").press("Enter")
    expect(page.get_by_role("application")).to_be_focused()
    at = mark.text_content()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    wait_until(page, lambda: mark.text_content() != at)
    page.get_by_role("button", name="Delete 1").press("Enter")
    expect(page.get_by_text("No marks yet.")).to_be_visible()
    # The button went with its mark; the focus did not go astray.
    expect(page.get_by_role("application")).to_be_focused()


def test_a_sensitive_image_is_covered_until_it_is_asked_for(opened: Opened, demo: Demo) -> None:
    client, page = opened(**DESK), opened(**PHONE)
    enter(page, demo)
    project = project_with_work(page, "detection")
    enter(client, demo, "cleo")
    change = """async ([id, sensitive]) => (await fetch(`/api/v1/projects/${id}`, {
      method: 'PATCH', headers: {'Content-Type': 'application/json',
      'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content},
      body: JSON.stringify({sensitive})})).status"""
    assert client.evaluate(change, [project["id"], True]) == 200
    try:
        page.goto("/profile/")
        page.get_by_label("Offer me tasks with sensitive images").check()
        page.get_by_role("button", name=re.compile("^Save")).click()
        start_work(page, "detection")
        veil = page.locator(".wb-veil")
        expect(veil).to_contain_text("never counts against you")
        assert "blur(32px)" in veil.evaluate("(one) => getComputedStyle(one).backdropFilter")
        held = api(page, "/work/assignments?state=leased")["items"]
        assert {one["images"][0]["placeholder"] for one in held if one["project_id"] == project["id"]} == {""}
        page.get_by_role("button", name="Show it").tap()
        expect(veil).to_have_count(0)
    finally:
        assert client.evaluate(change, [project["id"], False]) == 200


@pytest.mark.parametrize(
    "look",
    [{**PHONE, "color_scheme": "light"}, {**DESK, "color_scheme": "dark"}, {**PHONE, "forced_colors": "active"}],
    ids=["phone, light", "desktop, dark", "phone, forced colours"],
)
def test_no_rule_is_broken_in_any_of_it(opened: Opened, demo: Demo, look: dict[str, Any]) -> None:
    inspector = Inspector(opened(**look))
    page = inspector.page
    inspector.visit(
        "/screen-test/", "/screen-test/?dark=5&light=1&blue=0&yellow=7&night=no&text=12", "/screen-test/?dark=9"
    )
    enter(page, demo)
    for task_type in ("classification", "detection"):
        start_work(page, task_type)
        inspector.look(task_type)
        page.get_by_role("button", name="Image and screen").click()
        page.get_by_label("Contrast").fill("200")
        inspector.look(task_type + ", image and screen")
        page.evaluate("document.documentElement.dataset.hand = 'left'")
        inspector.look(task_type + ", left hand")
        page.keyboard.press("Escape")
    drawn_on(page).mouse_drag((60, 60), (200, 200))
    page.wait_for_timeout(400)
    inspector.look("a mark")
    if look.get("forced_colors"):
        assert page.evaluate("getComputedStyle(document.querySelector('.wb-swatch')).display") == "none"
        # What lies over the image still has an edge.
        assert page.evaluate("getComputedStyle(document.querySelector('.wb-hint')).borderTopWidth") == "1px"
    page.evaluate("localStorage.setItem('tagwork.break', String(Date.now() + 200000))")
    page.reload()
    expect(page.get_by_role("dialog", name="Break")).to_be_visible()
    inspector.look("a break")
    assert inspector.report() == {}
