"""Every page and the main states of the workbench: no rule of WCAG 2 A or AA broken that a machine can find, nothing
wider than a 360 px phone, and no violation of the content policy (the `faults` of conftest).

The rules are axe-core's. It is handed to the page through the debugger, so that the page's own policy stays in force.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, _context, _page
from tests.browser.hands import Stage, api, project_with_work, sign_in

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "workbench" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCREENS: dict[str, dict[str, Any]] = {
    # The narrowest screen the product is made for, and the other theme.
    "phone, light": {
        "viewport": {"width": 360, "height": 740},
        "color_scheme": "light",
        "has_touch": True,
        "is_mobile": True,
    },
    "desktop, dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}


class Inspector:
    """Goes through pages and writes down what is wrong on each; `report()` is {place: [fault, …]}."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.source = AXE.read_text()
        self.faults: dict[str, list[str]] = {}

    def visit(self, *paths: str) -> None:
        for path in paths:
            answer = self.page.goto(path)
            assert answer is not None and answer.status == 200, path
            self.page.wait_for_load_state("networkidle")
            self.look(path)

    def look(self, place: str) -> None:
        """Inspect what is shown now."""
        self.page.evaluate(self.source)
        found: list[dict[str, Any]] = self.page.evaluate(
            "async rules => (await axe.run({runOnly: rules, preload: false})).violations", RULES
        )
        texts = [
            f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'].splitlines()[1].strip()}"
            for one in found
            for node in one["nodes"]
        ]
        too_wide_px = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide_px > 0:
            texts.append(f"{too_wide_px} px wider than the screen")
        if texts:
            self.faults[place] = texts

    def report(self) -> dict[str, list[str]]:
        return self.faults

    def links(self, path: str, pattern: str) -> list[str]:
        """Addresses on the page at `path` that match, in their order, each once."""
        self.page.goto(path)
        found: list[str] = self.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        return list(dict.fromkeys(link for link in found if re.fullmatch(pattern, link)))


@pytest.fixture(params=SCREENS)
def inspector(
    request: pytest.FixtureRequest, playwright_and_browser: Any, demo: Demo, faults: list[str]
) -> Iterator[Inspector]:
    context = _context(playwright_and_browser, demo, **SCREENS[request.param])
    for page in _page(context, faults):
        yield Inspector(page)


def enter(inspector: Inspector, demo: Demo, name: str) -> None:
    account = demo.account(name)
    sign_in(inspector.page, account["email"], account["password"])


def start_work(page: Page, task_type: str) -> None:
    """Open the first project of a type up to its first task, through the guideline when it must be read first."""
    project = project_with_work(page, task_type)
    page.goto(f"/work/{project['id']}/")
    area = page.locator(".wb-foot, .wb-choices").first
    read = page.get_by_role("button", name=re.compile("read", re.I))
    expect(area.or_(read).first).to_be_visible()
    if not area.is_visible():
        read.first.click()
    expect(area).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_the_inspector_finds_what_is_wrong(inspector: Inspector) -> None:
    inspector.page.set_content("<html lang=en><title>x</title><main><img src=x><p>wide</p><hr width=3000></main>")
    inspector.look("bad page")
    [alt, width] = inspector.report()["bad page"]
    assert alt.startswith("image-alt:") and width.endswith("px wider than the screen")


def test_the_public_pages(inspector: Inspector) -> None:
    guides = inspector.links("/guides/", r"/guides/\w+/")
    inspector.visit(
        "/",
        *(
            "/help/",
            "/rules/",
            "/terms/",
            "/privacy/",
            "/rates/",
            "/proofs/",
            "/guides/",
            guides[0],
            "/quality-tips/",
            "/screen-test/",
        ),
        *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/demo/mail/"),
    )
    inspector.page.goto("/help/")
    for question in inspector.page.locator("summary").all():
        question.click()
    inspector.look("/help/ with every answer open")
    assert inspector.report() == {}


def test_the_pages_of_every_account(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "cleo")
    inspector.visit("/profile/", "/security/", "/notices/", "/organisations/", "/accounts/2fa/", "/accounts/email/")
    inspector.visit("/security/close/")
    inspector.visit(inspector.links("/organisations/", r"/organisations/[0-9a-f-]{36}/")[0])
    assert inspector.report() == {}


def test_the_pages_of_a_worker(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "ana")
    page = inspector.page
    inspector.visit("/dashboard/", "/work/", "/tutorial/", "/work/submissions/", "/reports/")
    inspector.visit("/standing/", "/money/", "/withdrawals/", "/withdrawals/destinations/new/")
    page.goto("/withdrawals/new/")
    inspector.look("/withdrawals/new/ with its faults told")
    inspector.visit(inspector.links("/work/", r"/work/[^/]+/guideline/")[0])
    receipts = {one["state"]: one["id"] for one in api(page, "/me/submissions")["items"]}
    for state in ("approved", "rejected"):
        inspector.visit(f"/work/submissions/{receipts[state]}/")
    assert inspector.report() == {}


def test_the_workbench_of_a_choice(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "ana")
    start_work(inspector.page, "classification")
    inspector.look("choice")
    inspector.page.get_by_role("button", name="Guideline").click()
    inspector.page.wait_for_load_state("networkidle")
    inspector.look("choice, guideline open")
    assert inspector.report() == {}


def test_the_workbench_of_boxes(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "ana")
    page = inspector.page
    start_work(page, "detection")
    inspector.look("box")
    photograph = page.locator("[role=application] > canvas").first.bounding_box()
    assert photograph is not None
    width, height = photograph["width"], photograph["height"]
    stage = Stage(page, width, height)
    corners = (width * 0.3, height * 0.3), (width * 0.6, height * 0.6)
    if page.evaluate("matchMedia('(pointer: coarse)').matches"):
        stage.finger_drag(*corners)
    else:
        stage.mouse_drag(*corners)
    page.wait_for_timeout(400)
    inspector.look("box, one drawn and chosen")
    for name in ("Skip", "Flag this task"):
        page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        inspector.look(f"box, {name} open")
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Guideline").click()
    page.wait_for_load_state("networkidle")
    inspector.look("box, guideline open")
    assert inspector.report() == {}


def test_a_lesson_of_the_tutorial(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "chi")
    page = inspector.page
    inspector.visit("/dashboard/", "/work/", "/tutorial/", "/tutorial/detection/")
    page.get_by_role("button", name=re.compile("^(Start|Go on)$")).click()
    page.locator("[role=application]").wait_for()
    page.wait_for_load_state("networkidle")
    inspector.look("lesson, guided item")
    assert inspector.report() == {}


def test_the_pages_of_a_client(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "cleo")
    projects = inspector.links("/projects/", r"/projects/pr_[^/]+/")
    inspector.visit("/projects/", "/projects/new/", "/deposits/")
    for project in projects[:2]:
        inspector.visit(project, *(project + part for part in ("images/", "gold/", "tasks/", "settings/")))
    settings = [projects[0] + f"settings/{part}/" for part in ("labels", "guideline", "price")]
    inspector.visit(*settings)
    gold = inspector.links(projects[0] + "gold/", r".*/gold/t_\d+/")
    inspector.visit(*gold[:1])
    assert inspector.report() == {}


def test_the_pages_of_a_moderator(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "max")
    inspector.visit("/moderation/", "/moderation/decided/")
    cases = inspector.links("/moderation/", r"/moderation/(submission|flag|appeal|report)/[^/]+/")
    assert cases
    first = {case.split("/")[2]: case for case in reversed(cases)}
    for case in first.values():
        inspector.visit(case)
        inspector.page.wait_for_timeout(400)
        inspector.look(case)
        if "/submission/" in case:
            look_at_every_step_of_a_review(inspector, case)
    assert inspector.report() == {}


def look_at_every_step_of_a_review(inspector: Inspector, case: str) -> None:
    keyboard = inspector.page.keyboard
    for key, step in (("c", "comments"), ("e", "correction"), ("r", "rejection")):
        keyboard.press(key)
        inspector.page.wait_for_timeout(400)
        inspector.look(f"{case}: {step}")
        keyboard.press("Escape")
        keyboard.press("Escape")


def test_the_pages_of_an_operator(inspector: Inspector, demo: Demo) -> None:
    enter(inspector, demo, "olga")
    inspector.visit("/operator/", "/operator/people/", "/operator/withdrawals/", "/operator/deposits/")
    inspector.visit("/operator/settings/", "/operator/settings/quality.appeal_days/", "/operator/audit/")
    inspector.visit("/operator/settings/payouts.second_operator_from_micros/", "/operator/refunds/")
    inspector.visit(*(f"/operator/payouts/{part}" for part in ("", "lists/", "comparison/")))
    inspector.visit(*inspector.links("/operator/payouts/", r"/operator/payouts/year/\d+/"))
    inspector.visit(inspector.links("/operator/people/", r"/operator/people/p_[^/]+/")[0])
    inspector.visit(*inspector.links("/operator/withdrawals/", r"/operator/withdrawals/w_[^/]+/")[:1])
    assert inspector.report() == {}


TWICE = ("/", "/work/", "/money/", "/withdrawals/", "/standing/", "/reports/", "/tutorial/", "/rules/", "/help/")


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_text_of_twice_its_size_fits_a_phone(another: Callable[..., Page], demo: Demo, language: str) -> None:
    page = another("phone")
    # Not by the button, which the account would remember: other tests of this demo enter it, too.
    page.context.add_cookies([{"name": "tagwork_language", "value": language, "url": demo.url}])
    account = demo.account("ben")
    sign_in(page, account["email"], account["password"])
    # Half of 360 px is to text of its usual size what 360 px is to text of twice that.
    page.set_viewport_size({"width": 180, "height": 370})
    for path in TWICE:
        page.goto(path)
        assert page.evaluate("document.documentElement.lang") == language
        wide_px = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide_px == 0, f"{path}: {wide_px} px wider than the screen"


COVERED = """() => {
  const { activeElement } = document;
  if (activeElement === document.body) return null;
  const { bottom, top } = activeElement.getBoundingClientRect();
  const isOnBar = !!activeElement.closest('.bar, .dock, .skip, .strip');
  const clear = [document.querySelector('.bar').getBoundingClientRect().bottom,
    document.querySelector('.dock').getBoundingClientRect().top];
  return !isOnBar && (bottom > clear[1] || top < clear[0]) ? activeElement.outerHTML.slice(0, 120) : '';
}"""


def test_who_goes_through_a_page_by_keys_always_sees_where_they_are(another: Callable[..., Page], demo: Demo) -> None:
    page = another("phone")
    account = demo.account("ben")
    sign_in(page, account["email"], account["password"])
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/work/", "/money/", "/tutorial/"):
        page.goto(path)
        stops = 0
        for key in ["Tab"] * 40 + ["Shift+Tab"] * 20:
            page.keyboard.press(key)
            covered = page.evaluate(COVERED)
            assert not covered, f"{path}: under the bar or the dock: {covered}"
            stops += covered is not None
        assert stops > 20, path
