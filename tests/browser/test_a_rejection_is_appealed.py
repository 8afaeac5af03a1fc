"""A moderator without a mouse, a worker on a phone who disagrees, and a second moderator who takes it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.hands import api, sign_in, wait_until

pytestmark = pytest.mark.browser

PROJECT = "Ground surfaces"


def enter(page: Page, demo: Demo, name: str) -> Page:
    account = demo.account(name)
    sign_in(page, account["email"], account["password"])
    return page


def answer_one_that_a_person_judges(worker: Page, moderator: Page) -> str:
    """Some answers are gold and judged by themselves; goes on until one waits for a moderator. Returns its id."""
    project = next(one for one in api(worker, "/work/projects")["items"] if one["name"] == PROJECT)
    worker.goto(f"/work/{project['id']}/")
    read = worker.get_by_role("button", name="I have read it")
    choice = worker.get_by_role("button", name="gravel", exact=True)
    expect(read.or_(choice)).to_be_visible()
    if read.is_visible():
        read.tap()
    for _ in range(12):
        known = handed_in(worker)
        choice.wait_for()
        worker.wait_for_timeout(700)
        choice.tap()
        made = wait_until(
            worker, lambda known=known: {one["id"] for one in api(worker, "/me/submissions")["items"]} - known
        )
        waiting = {one["id"] for one in api(moderator, "/moderation/queue")["items"]}
        if found := made & waiting:
            return str(found.pop())
    raise AssertionError("twelve answers in a row were gold")


def handed_in(worker: Page) -> set[str]:
    return {one["id"] for one in api(worker, "/me/submissions")["items"]}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def reject_by_keyboard(page: Page, case: str) -> None:
    keyboard = page.keyboard
    page.goto("/moderation/?kind=submission")
    tab_to(page, f"a[href*='{case}']")
    keyboard.press("Enter")
    page.wait_for_url(lambda url: "/moderation/submission/" in url)
    expect(page.locator(".wb-guide")).to_contain_text("Loose stones")
    expect(page.locator(".wb-stage img, .wb-stage canvas").first).to_be_visible()
    expect(page.locator(".wb-deck")).to_contain_text("gravel")
    page.wait_for_timeout(500)

    keyboard.press("r")
    send = page.locator(".wb-foot .wb-danger")
    expect(send).to_be_disabled()
    expect(page.locator(".wb-foot")).to_contain_text("Choose a reason.")
    keyboard.press("1")
    expect(page.locator(".wb-foot")).to_contain_text("Choose the rule that was broken.")
    tab_to(page, "select.wb-input")
    keyboard.type("c1")
    expect(page.locator(".wb-foot")).to_contain_text("Mark the place on the image.")
    expect(send).to_be_disabled()
    tab_to(page, "[role=application]")
    keyboard.press("Space")
    for _ in range(3):
        keyboard.press("Shift+ArrowRight")
        keyboard.press("Shift+ArrowDown")
    keyboard.press("Enter")
    expect(page.locator(".wb-deck")).to_contain_text("Mark is set")
    tab_to(page, "textarea.wb-input")
    keyboard.type("These stones lie in rows.")
    expect(send).to_be_enabled()
    keyboard.press("Control+Enter")
    wait_until(page, lambda: case not in {one["id"] for one in api(page, "/moderation/queue")["items"]})


def test_a_rejection_by_keyboard_is_appealed_and_won(
    phone: Page, desktop: Page, another: Callable[..., Page], demo: Demo
) -> None:
    worker, first = enter(phone, demo, "ana"), enter(desktop, demo, "max")
    case = answer_one_that_a_person_judges(worker, first)
    reject_by_keyboard(first, case)

    receipt = wait_until(worker, lambda: rejected(worker, case))
    verdict = receipt["verdict"]
    assert verdict["by"] == "moderator" and verdict["clause"]["id"] == "c1" and verdict["reason_code"]
    assert all(side > 10 for side in verdict["mark"]["box"][2:])
    before = api(worker, "/me/balance")["main_micros"]

    worker.goto("/notices/")
    link = worker.locator(f"main a[href*='{case}']").first
    wait_until(worker, lambda: worker.reload() and link.count())
    link.tap()
    main = worker.locator("main")
    expect(main).to_contain_text("Brick")
    expect(main).to_contain_text("These stones lie in rows.")
    expect(main).to_contain_text("gravel")
    expect(worker.locator("#workbench [role=application]")).to_be_visible()
    expect(worker.get_by_label("Mark", exact=True)).to_be_checked()
    worker.get_by_label("Why it should be looked at again").fill("There are no rows and no joints in this picture.")
    worker.get_by_role("button", name="Appeal", exact=True).tap()
    expect(main).to_contain_text("Your appeal is filed.")
    appeal = next(one for one in api(worker, "/appeals")["items"] if one["decision"]["id"] == case)
    assert appeal["state"] == "open"

    assert not sees(first, appeal["id"])
    assert first.goto(f"/moderation/appeal/{appeal['id']}/").status == 403

    second = enter(another("desktop"), demo, "mia")
    assert sees(second, appeal["id"])
    second.goto("/moderation/?kind=appeal")
    tab_to(second, f"a[href*='{appeal['id']}']")
    second.keyboard.press("Enter")
    expect(second.locator(".wb-deck, .wb-facts").first).to_contain_text("There are no rows and no joints")
    second.wait_for_timeout(500)
    second.keyboard.press("a")
    second.wait_for_function("() => document.activeElement instanceof HTMLTextAreaElement")
    second.keyboard.type("No joints indeed; it is gravel.")
    second.keyboard.press("Control+Enter")
    wait_until(second, lambda: not sees(second, appeal["id"]))

    paid = receipt["amount_micros"]
    wait_until(worker, lambda: api(worker, "/me/balance")["main_micros"] == before + paid)
    assert api(worker, f"/me/submissions/{case}")["state"] == "approved"
    worker.goto(f"/work/submissions/{case}/")
    expect(worker.locator("main")).to_contain_text("No joints indeed; it is gravel.")


def rejected(page: Page, submission: str) -> dict[str, Any] | None:
    receipt: dict[str, Any] = api(page, f"/me/submissions/{submission}")
    return receipt if receipt["state"] == "rejected" else None


def sees(page: Page, appeal: str) -> bool:
    return appeal in {one["id"] for one in api(page, "/moderation/queue")["items"]}
