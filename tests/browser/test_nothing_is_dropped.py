"""Whatever the server or the line does to an answer, it stays on the device until it has arrived: 401, 409, 410, 422,
5xx, a killed tab, a reload without a line. The refusals are the server's own; only what reaches it is bent where a page
would never send it so."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Response, Route, expect

from tests.browser.client import as_person, make_project
from tests.browser.conftest import Demo
from tests.browser.hands import Stage, api, sign_in, wait_until
from tests.browser.line import Line

pytestmark = pytest.mark.browser

WIDTH_PX, HEIGHT_PX = 400, 300
BOXES = {"labels": [{"name": "stone", "kinds": ["box"]}], "tags": [], "allow_nothing": True}
CHOICE = {"labels": [], "tags": [{"name": "surface", "options": ["brick", "grass"], "choose": "one", "required": True}]}
WORKER = "ben"
KEPT_TASKS = """async () => {
  const cache = await caches.open('leased');
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const has = (start) => kept.filter((path) => path.startsWith(start)).length;
  return [has(location.pathname + 'tasks/'), has('/i/lease/'), kept.includes(location.pathname)];
}"""


def project_for(demo: Demo, schema: dict[str, Any], pictures: int, *, base_micros: int, seconds: int) -> str:
    """A project of its own that the worker may start at once."""
    images = [Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (90, 20 * place, 60)) for place in range(pictures)]
    project = make_project(demo, schema, images, base_micros=base_micros, seconds=seconds)
    with as_person(demo, WORKER) as worker:
        read = worker.post(f"/work/projects/{project}/guideline/acknowledge", json={"version": 1})
        assert read.status_code in (200, 204), read.text
    return project


@pytest.fixture(scope="module")
def boxes(demo: Demo) -> str:
    return project_for(demo, BOXES, 24, base_micros=20_000, seconds=20)


@pytest.fixture
def choice(demo: Demo) -> str:
    return project_for(demo, CHOICE, 4, base_micros=3_000, seconds=3)


def at_work(page: Page, demo: Demo, project: str) -> None:
    account = demo.account(WORKER)
    sign_in(page, account["email"], account["password"])
    page.goto(f"/work/{project}/")
    at_the_image(page)


def at_the_image(page: Page) -> None:
    page.locator("[role=application]").wait_for()
    page.wait_for_timeout(800)


def draw(page: Page, x: float, y: float) -> None:
    before = marks(page)
    Stage(page, WIDTH_PX, HEIGHT_PX).finger_drag((x, y), (x + 70, y + 60))
    wait_until(page, lambda: marks(page) == before + 1)


def marks(page: Page) -> int:
    return int(page.locator(".wb-list-button").inner_text())


def saved_at_the_server(page: Page) -> None:
    expect(page.locator(".wb-saved")).to_have_text("Saved")


def submit(page: Page) -> Response:
    """The server's answer to it."""
    with page.expect_response(lambda answer: answer.url.endswith("/submit")) as sent:
        page.get_by_role("button", name="Submit").tap()
    return sent.value


def of_project(demo: Demo, project: str) -> list[dict[str, Any]]:
    """Every assignment of the project that was handed in, as its client sees them."""
    with as_person(demo, "cleo") as client:
        tasks = client.get(f"/projects/{project}/tasks").json()["items"]
    return [one for task in tasks for one in task["assignments"] if one["state"] == "submitted"]


def test_who_is_signed_out_in_the_middle_signs_in_and_nothing_is_lost(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 40, 40)
    draw(phone, 200, 150)
    before = len(of_project(demo, boxes))
    phone.context.clear_cookies(name="tagwork_session")
    assert submit(phone).status == 401
    # The next task was there already, and a line above it says what to do.
    expect(phone.get_by_text("Your answers are kept on this device").first).to_be_visible()
    phone.get_by_role("link", name="Sign in").first.tap()
    account = demo.account(WORKER)
    phone.fill("input[name=login]", account["email"])
    phone.fill("input[name=password]", account["password"])
    with phone.expect_response(lambda answer: answer.url.endswith("/submit")) as sent:
        phone.press("input[name=password]", "Enter")
    phone.wait_for_url(re.compile(rf"/work/{boxes}/$"))
    receipt = api(phone, f"/me/submissions/{sent.value.json()['submission']['id']}")
    assert len(receipt["annotations"]) == 2
    assert len(of_project(demo, boxes)) == before + 1


def test_of_two_drafts_from_two_devices_none_is_dropped(
    phone: Page, another: Callable[..., Page], demo: Demo, boxes: str
) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 20, 20)
    saved_at_the_server(phone)
    second = another("phone")
    at_work(second, demo, boxes)
    wait_until(second, lambda: marks(second) == 1)
    draw(phone, 150, 20)
    draw(phone, 20, 150)
    saved_at_the_server(phone)
    # This device has not seen those two: the server refuses its draft (409 draft_stale) and shows the newer one.
    with second.expect_response(lambda answer: answer.url.endswith("/draft") and answer.status == 409) as refused:
        draw(second, 280, 150)
    assert refused.value.json()["code"] == "draft_stale"
    expect(second.get_by_text("A newer draft of this task exists")).to_be_visible()
    second.get_by_role("button", name="The newer one").tap()
    wait_until(second, lambda: marks(second) == 3)
    # The one that was not chosen stays in reach, and comes back whole.
    second.get_by_role("button", name="Change to it").tap()
    wait_until(second, lambda: marks(second) == 2)
    answer = submit(second)
    assert answer.status == 201
    assert len(api(second, f"/me/submissions/{answer.json()['submission']['id']}")["annotations"]) == 2


def test_a_late_answer_inside_the_grace_counts(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 60, 90)
    saved_at_the_server(phone)
    demo.advance_hours(25 / 60)  # the lease is 10 minutes, the grace 30 more
    answer = submit(phone)
    assert (answer.status, answer.json()["submission"]["late"]) == (201, True)


def test_beyond_the_grace_the_answer_is_kept_and_its_task_taken_again(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 60, 90)
    draw(phone, 200, 90)
    saved_at_the_server(phone)
    demo.advance_hours(1.5)
    answer = submit(phone)
    assert (answer.status, answer.json()["code"]) == (410, "lease_over")
    expect(phone.get_by_text("1 answer needs you")).to_be_visible()
    phone.get_by_role("button", name="Show", exact=True).tap()
    expect(phone.get_by_text("ended too long ago")).to_be_visible()
    phone.get_by_role("button", name="Take the task again").tap()
    wait_until(phone, lambda: marks(phone) == 2)
    expect(phone.get_by_text("1 answer needs you")).to_be_hidden()
    again = submit(phone)
    assert again.status == 201
    assert len(api(phone, f"/me/submissions/{again.json()['submission']['id']}")["annotations"]) == 2


def test_a_refused_answer_is_kept_and_explained_and_can_be_put_right(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 100, 100)

    def bend(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        body["annotations"][0]["label"] = "cloud"
        route.continue_(post_data=json.dumps(body))

    phone.context.route("**/submit", bend)
    answer = submit(phone)
    assert (answer.status, answer.json()["code"]) == (422, "invalid_annotations")
    phone.context.unroute("**/submit")
    expect(phone.get_by_text("1 answer needs you")).to_be_visible()
    # It outlives the page.
    phone.reload()
    at_the_image(phone)
    phone.get_by_role("button", name="Show", exact=True).tap()
    expect(phone.get_by_text("does not fit the label schema")).to_be_visible()
    phone.get_by_role("button", name="Open and put right").tap()
    wait_until(phone, lambda: marks(phone) == 1)
    again = submit(phone)
    assert again.status == 201
    [sent] = api(phone, f"/me/submissions/{again.json()['submission']['id']}")["annotations"]
    assert sent["label"] == "stone"


def test_while_the_server_fails_the_page_says_so_until_it_is_well(phone: Page, demo: Demo, boxes: str) -> None:
    at_work(phone, demo, boxes)
    draw(phone, 40, 160)
    before = len(of_project(demo, boxes))
    phone.context.route("**/submit", lambda route: route.fulfill(status=500, body="<html>no"))
    assert submit(phone).status == 500
    # Not at its first hiccup: at the second, some seconds later.
    expect(phone.get_by_text("The server takes no answers right now")).to_contain_text("1 answer on its way: $0.02")
    phone.context.unroute("**/submit")
    # As who comes back to the tab.
    phone.evaluate("dispatchEvent(new Event('focus'))")
    expect(phone.get_by_text("The server takes no answers right now")).to_be_hidden()
    assert len(of_project(demo, boxes)) == before + 1


def test_a_tab_that_is_closed_while_the_server_fails_loses_nothing(phone: Page, demo: Demo, boxes: str) -> None:
    # One that crashes does not either: tests/chaos/drive.py, which can close what has crashed.
    at_work(phone, demo, boxes)
    draw(phone, 150, 60)
    before = len(of_project(demo, boxes))
    phone.context.route("**/submit", lambda route: route.fulfill(status=503, body="<html>no"))
    assert submit(phone).status == 503
    context = phone.context
    phone.close()
    context.unroute("**/submit")
    again = context.new_page()
    with again.expect_response(lambda answer: answer.url.endswith("/submit")) as sent:
        again.goto(f"/work/{boxes}/")
    assert sent.value.status == 201
    assert len(api(again, f"/me/submissions/{sent.value.json()['submission']['id']}")["annotations"]) == 1
    assert len(of_project(demo, boxes)) == before + 1


def tap_answer(page: Page, option: str) -> None:
    page.locator(".wb-tap[aria-disabled=false]", has_text=option).tap()
    expect(page.locator(".wb-toast", has_text=f"Answered: {option}")).to_be_visible()
    # So long what is said may take until it is on the disk.
    page.wait_for_timeout(300)


def test_a_page_made_before_an_answer_arrived_and_shown_after_it_has_another_task(
    phone: Page, demo: Demo, choice: str
) -> None:
    # A service worker would fetch the page where no test can hold it.
    phone.add_init_script("navigator.serviceWorker.register = async () => undefined")
    account = demo.account(WORKER)
    sign_in(phone, account["email"], account["password"])
    phone.goto(f"/work/{choice}/")

    def late(route: Route) -> None:
        page_of_then = route.fetch()
        while not of_project(demo, choice):
            time.sleep(0.1)
        # The answer's reply, too, has come: the old page lives until the new one is here.
        time.sleep(0.5)
        route.fulfill(response=page_of_then)

    tap_answer(phone, "brick")
    phone.route(f"**/work/{choice}/", late, times=1)
    phone.reload()
    with phone.expect_response(lambda answer: answer.url.endswith("/submit")) as sent:
        tap_answer(phone, "grass")
    assert sent.value.status == 201
    expect(phone.get_by_text("1 answer needs you")).to_have_count(0)


def test_a_reload_without_a_line_goes_on_with_the_tasks_one_holds(
    phone_on_a_line: Page, line: Line, demo: Demo, choice: str
) -> None:
    phone = phone_on_a_line
    account = demo.account(WORKER)
    sign_in(phone, account["email"], account["password"])
    phone.goto(f"/work/{choice}/")
    phone.locator(".wb-tap[aria-disabled=false]").first.wait_for()
    # This first visit is kept whole: three tasks (one on the table, two behind it), their images, the page.
    wait_until(phone, lambda: phone.evaluate(KEPT_TASKS) == [3, 3, True])
    line.cut(phone.context)
    tap_answer(phone, "brick")
    phone.reload()
    expect(phone.get_by_text("Offline. Answers wait on this device.")).to_be_visible()
    # $3.00 per 1,000 are $0.003 a task.
    expect(phone.get_by_text("1 answer on its way: $0.003 if all of it is accepted.")).to_be_visible()
    tap_answer(phone, "grass")
    tap_answer(phone, "brick")
    # That was the last one here: now the page says so, and what waits.
    expect(phone.get_by_text("3 answers on their way: $0.009 if all of it is accepted.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("3 answers on their way: $0.009 if all of it is accepted.")).to_be_visible()
    assert of_project(demo, choice) == []
    line.mend(phone.context)
    phone.locator(".wb-tap[aria-disabled=false]").first.wait_for()
    wait_until(phone, lambda: len(of_project(demo, choice)) == 3)
    mine = [one["id"] for one in api(phone, "/me/submissions")["items"][:3]]
    given = [api(phone, f"/me/submissions/{each}")["annotations"][0]["label"] for each in mine]
    assert sorted(given) == ["brick", "brick", "grass"]


def test_start_brings_the_first_task_without_another_request_for_it(phone: Page, demo: Demo, choice: str) -> None:
    account = demo.account(WORKER)
    sign_in(phone, account["email"], account["password"])
    phone.goto("/work/")
    card = phone.locator(".card").filter(has=phone.locator(f"form[action='/work/{choice}/start/']"))
    with phone.expect_response(lambda answer: answer.url.endswith(f"/work/{choice}/")) as came:
        card.get_by_role("button", name="Start").tap()
    brought = re.search(r'<script id="leased" type="application/json">(.*?)</script>', came.value.text())
    assert brought
    held = json.loads(brought[1])["items"]
    assert [one["project_id"] for one in held].count(choice) == 1
    phone.locator(".wb-tap[aria-disabled=false]").first.wait_for()
    shown = phone.locator(".wb-stage img").evaluate("image => new URL(image.currentSrc).pathname")
    first = next(one for one in held if one["project_id"] == choice)
    assert shown in [source["url"].split("?")[0] for source in first["images"][0]["sources"]]


MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
  const { transitionDuration, animationName, animationDuration } = getComputedStyle(one);
  const lasts = (times) => times.split(', ').some((time) => parseFloat(time) > 0);
  return lasts(transitionDuration) || (animationName !== 'none' && lasts(animationDuration));
}).map((one) => `${one.tagName} ${one.className}`)"""


@pytest.fixture
def moved(playwright_and_browser: Any, demo: Demo) -> Iterator[Callable[..., Page]]:
    _, browser = playwright_and_browser
    contexts: list[BrowserContext] = []

    def open_page(motion: Literal["reduce", "no-preference"]) -> Page:
        context = browser.new_context(base_url=demo.url, reduced_motion=motion, viewport={"width": 412, "height": 800})
        contexts.append(context)
        page: Page = context.new_page()
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_nothing_moves_by_itself_for_who_asked_for_less_motion(
    moved: Callable[..., Page], demo: Demo, choice: str
) -> None:
    def moving(motion: Literal["reduce", "no-preference"]) -> list[str]:
        page = moved(motion)
        account = demo.account(WORKER)
        sign_in(page, account["email"], account["password"])
        found: list[str] = page.evaluate(MOVING)
        page.goto(f"/work/{choice}/")
        page.locator(".wb-tap[aria-disabled=false]").first.click()
        page.locator(".wb-toast").wait_for()
        found += page.evaluate(MOVING)
        page.get_by_role("button", name="Skip").click()
        page.get_by_role("dialog").wait_for()
        return found + list(page.evaluate(MOVING))

    assert moving("reduce") == []
    # It is the wish that makes the difference.
    assert moving("no-preference") != []
