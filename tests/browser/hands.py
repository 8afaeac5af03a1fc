"""What a person's hands do: sign in, tap, draw with a finger or a mouse. Coordinates are image pixels."""

import re
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def api(page: Page, path: str) -> Any:
    """What the API answers to this page's own session."""
    return page.evaluate("path => fetch('/api/v1' + path).then(answer => answer.json())", path)


def project_with_work(page: Page, task_type: str) -> dict[str, Any]:
    """The first project of a type in which this worker holds a task or can get one."""
    held = {one["project_id"] for one in api(page, "/work/assignments?state=leased")["items"]}
    fitting = [one for one in api(page, "/work/projects")["items"] if one["task_type"] == task_type]
    found: dict[str, Any] = next(one for one in fitting if one["id"] in held or one["available"])
    return found


def wait_until(page: Page, holds: Callable[[], Any], seconds: float = 60) -> Any:
    """What `holds` answers as soon as it is true; the page goes on living meanwhile."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        page.wait_for_timeout(300)
    return found


def confirm_by_mail(page: Page, press: Callable[[], Any]) -> None:
    """The letter is asked for, read in the demo's mail in another tab, and its number typed; `press` sends a form."""
    page.get_by_role("button", name="Send me the code").wait_for()
    mail = page.context.new_page()
    origin = page.evaluate("location.origin")
    mail.goto(f"{origin}/demo/mail/")
    letters = mail.locator("main .list a")
    # Somebody else's code may lie there from before.
    known = set(letters.evaluate_all("links => links.map((link) => link.href)"))
    page.get_by_role("button", name="Send me the code").click()
    field = page.get_by_label("Code from the letter")
    field.wait_for()

    def number() -> str | None:
        mail.goto(f"{origin}/demo/mail/")
        newest = letters.first
        # Letters go out in the background; a house where nobody wrote before has none yet.
        if not letters.count() or "Your code" not in (newest.text_content() or ""):
            return None
        if newest.evaluate("link => link.href") in known:
            return None
        newest.click()
        found = re.search(r"(\d{4}) (\d{4})", mail.inner_text("main"))
        return found and found[1] + found[2]

    field.fill(wait_until(page, number))
    mail.close()
    press()


class Stage:
    """The drawing area as it lies on the screen."""

    def __init__(self, page: Page, width_px: int, height_px: int) -> None:
        self.page = page
        # The photograph is the lowest layer.
        image = page.locator("[role=application] > canvas").first.bounding_box()
        assert image is not None
        self.scale = image["width"] / width_px
        assert abs(image["height"] / height_px - self.scale) < 1e-3
        self.left, self.top = image["x"], image["y"]
        self.touch = page.context.new_cdp_session(page)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def finger_drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
        """One finger from one image point to another."""
        (x0, y0), (x1, y1) = self.at(*start), self.at(*end)
        self._touch("touchStart", x0, y0)
        for step in range(1, steps + 1):
            self._touch("touchMove", x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)
            self.page.wait_for_timeout(16)
        self.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(80)

    def finger_path(self, *way: tuple[float, float], steps: int = 6) -> None:
        """One finger through image points, straight from each to the next."""
        places = [self.at(*point) for point in way]
        self._touch("touchStart", *places[0])
        for (x0, y0), (x1, y1) in pairwise(places):
            for step in range(1, steps + 1):
                self._touch("touchMove", x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)
                self.page.wait_for_timeout(16)
        self.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(80)

    def finger_tap(self, x: float, y: float) -> None:
        sx, sy = self.at(x, y)
        self._touch("touchStart", sx, sy)
        self.touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(350)

    def mouse_drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x0, y0), (x1, y1) = self.at(*start), self.at(*end)
        self.page.mouse.move(x0, y0)
        self.page.mouse.down()
        self.page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=4)
        self.page.mouse.move(x1, y1, steps=4)
        self.page.mouse.up()
        self.page.wait_for_timeout(80)

    def _touch(self, kind: str, x: float, y: float) -> None:
        self.touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
