"""A demo of its own, seeded and served as `make demo` does it, and a Chromium to drive it with.

TAGWORK_BROWSER_URL with TAGWORK_BROWSER_DATA points the journeys at a demo that runs already (for writing them).
"""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.line import Line

SEEDING_SECONDS = 1_200
# A page of a busy machine is slow, and no test fails because of it.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
LEASE_HOURS = 10 / 60
# A server looks up what is in force every two seconds.
SETTINGS_SECONDS = 3
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Demo:
    url: str
    data_dir: Path

    def account(self, name: str) -> dict[str, str]:
        accounts = json.loads((self.data_dir / "demo-accounts.json").read_text())
        return next(one for one in accounts if one["email"].startswith(name + "@"))

    def advance_hours(self, hours: float) -> None:
        tagwork("demo", "clock", "--advance-hours", str(hours), data_dir=self.data_dir)
        # A lease that a server gives by the old time would be over by the new one.
        time.sleep(SETTINGS_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes]) -> None:
    """As an operator stops it; a task in the middle of something long is not waited for."""
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tagwork(*arguments: str, data_dir: Path) -> str:
    environment = os.environ | {"TAGWORK_ENV": "demo", "DATA_DIR": str(data_dir)}
    return subprocess.run(
        [sys.executable, "-m", "tagwork.jobs.cli", *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    if url := os.environ.get("TAGWORK_BROWSER_URL"):
        yield Demo(url, Path(os.environ["TAGWORK_BROWSER_DATA"]))
        return
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    shutil.copytree(_seeded(tmp_path_factory), data_dir)
    with _served(data_dir) as made:
        yield made
    shutil.rmtree(data_dir)


def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves, made once for all processes of this run: whoever comes first makes it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "seeded"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            making = place.with_suffix(".making")
            making.mkdir()
            with _served(making):
                pass
            making.rename(place)
    return place


@contextmanager
def _served(data_dir: Path) -> Iterator[Demo]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TAGWORK_ENV": "demo", "DATA_DIR": str(data_dir), "PORT": str(port)}
    log = data_dir.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tagwork.jobs.cli", "demo"], env=environment, stdout=output, stderr=output
        )
    try:
        made = Demo(f"http://127.0.0.1:{port}", data_dir)
        _wait_for(made, process, log)
        yield made
    finally:
        stop(process)


@pytest.fixture(scope="module", autouse=True)
def nothing_held_from_before(demo: Demo) -> None:
    """A worker holds ten tasks at most, and tests leave theirs where they stop: before a new file those are over."""
    demo.advance_hours(LEASE_HOURS + 0.02)


def _wait_for(demo: Demo, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SEEDING_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            with urllib.request.urlopen(demo.url + "/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError("the demo did not come up: " + log.read_text()[-4000:])


@pytest.fixture(scope="session")
def playwright_and_browser() -> Iterator[tuple[object, Browser]]:
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield playwright, browser
        browser.close()


@pytest.fixture(scope="session")
def browser(playwright_and_browser: tuple[object, Browser]) -> Browser:
    """The one Chromium of the session: a second driver beside the first cannot be started."""
    return playwright_and_browser[1]


def _context(playwright_and_browser, demo: Demo, **options) -> BrowserContext:
    _, browser = playwright_and_browser
    context = browser.new_context(base_url=demo.url, **options)
    context.set_default_timeout(PATIENCE_MS)
    # An answer that a test's route refuses waits, and the browser, which knows of no dead line, wakes the service
    # worker to send it at once.
    context.add_init_script("delete globalThis.ServiceWorkerRegistration?.prototype.sync")
    return context


@pytest.fixture
def faults() -> list[str]:
    """Script errors and policy violations of every page of the test; checked at its end."""
    return []


@pytest.fixture
def phone(playwright_and_browser, demo: Demo, faults: list[str]) -> Iterator[Page]:
    playwright, _ = playwright_and_browser
    yield from _page(_context(playwright_and_browser, demo, **playwright.devices["Pixel 7"]), faults)


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    yield made
    made.close()


@pytest.fixture
def phone_on_a_line(playwright_and_browser, demo: Demo, faults: list[str], line: Line) -> Iterator[Page]:
    """A phone whose only way to the house is `line`."""
    playwright, _ = playwright_and_browser
    # Chromium goes to its own machine without a proxy unless told otherwise.
    proxy = {"server": line.server, "bypass": "<-loopback>"}
    yield from _page(_context(playwright_and_browser, demo, proxy=proxy, **playwright.devices["Pixel 7"]), faults)


@pytest.fixture
def desktop(playwright_and_browser, demo: Demo, faults: list[str]) -> Iterator[Page]:
    yield from _page(_context(playwright_and_browser, demo, viewport={"width": 1280, "height": 800}), faults)


@pytest.fixture
def another(playwright_and_browser, demo: Demo, faults: list[str]) -> Iterator[Callable[..., Page]]:
    """`another("phone")` or `another("desktop")`: the device of one more person, for journeys of several."""
    playwright, _ = playwright_and_browser
    devices = {"phone": playwright.devices["Pixel 7"], "desktop": {"viewport": {"width": 1280, "height": 800}}}
    contexts: list[BrowserContext] = []

    def open_page(device: str) -> Page:
        contexts.append(_context(playwright_and_browser, demo, **devices[device]))
        return _watched(contexts[-1], faults)

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def _page(context: BrowserContext, faults: list[str]) -> Iterator[Page]:
    yield _watched(context, faults)
    context.close()
    assert not faults, faults


def _watched(context: BrowserContext, faults: list[str]) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None,
    )
    return page
