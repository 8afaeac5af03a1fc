"""What the work page weighs and how long it keeps a worker waiting, against a demo of its own."""

import contextlib
import gzip
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from bench.rig import PYTHON, Server
from bench.workbench.chromium import PHONE, MainThread
from bench.workbench.engines import WORKBENCH, p95

# DevTools' slow 4G as applied (not simulated) throttling: 562 ms a request, 1.44 Mbit/s down.
SLOW_4G = {"offline": False, "latency": 562.5, "downloadThroughput": 1_440_000 / 8, "uploadThroughput": 675_000 / 8}
NEXT_TASKS = 15
SEEDING_SECONDS = 900

WORK = "src/entries/work.tsx"
DRAWING = "src/ui/drawing-bench.tsx"


@contextlib.contextmanager
def demo(folder: Path) -> Iterator[tuple[str, Path]]:
    """A seeded demo on a fresh build of the workbench: its address and the folder of the build."""
    dist = folder / "dist"
    vite = WORKBENCH / "node_modules" / ".bin" / "vite"
    subprocess.run([vite, "build", "--outDir", dist, "--logLevel", "error"], cwd=WORKBENCH, check=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TAGWORK_ENV": "demo", "DATA_DIR": str(folder), "TAGWORK_WORKBENCH_DIST": str(dist)}
    server = Server([PYTHON, "-m", "tagwork.jobs.cli", "demo"], environment, folder / "demo.log", SEEDING_SECONDS)
    try:
        yield server.url, dist
    finally:
        server.stop()


def weights(dist: Path) -> dict[str, float]:
    """Kilobytes of script after gzip, by what the task asks for."""
    manifest: dict[str, dict[str, Any]] = json.loads((dist / "manifest.json").read_text())

    def loaded(name: str, found: set[str], ever: bool = False) -> set[str]:
        """The chunk and all that it loads at once, or `ever`."""
        if name not in found:
            found.add(name)
            chunk = manifest[name]
            for other in chunk.get("imports", []) + (chunk.get("dynamicImports", []) if ever else []):
                loaded(other, found, ever)
        return found

    def language(name: str) -> str:
        """The language whose words a chunk holds, as src/budgets.test.ts tells them apart; empty for all others."""
        if re.match("_(said|arabic)-", name):
            return "arabic"
        found = re.match(r"src/ui/(\w+)/strings", name)
        return found[1] if found else ""

    def weigh(names: set[str]) -> float:
        files = {manifest[name]["file"] for name in names}
        files |= {file for name in names for file in manifest[name].get("assets", [])}
        return sum(len(gzip.compress((dist / file).read_bytes(), 9)) for file in files if file.endswith(".js")) / 1024

    choice = loaded(WORK, set())
    shapes = {name.split("/")[2]: loaded(name, set()) for name in manifest if name.startswith("src/shapes/")}
    drawing = choice | loaded(DRAWING, set())
    ever = loaded(WORK, set(), ever=True)
    spoken = [{name for name in ever if language(name) in ("", one)} for one in {*map(language, ever)}]
    return {
        "js_choice": weigh(choice),
        "js_drawing": weigh(drawing | shapes["polygon"]),
        # In the language that weighs most.
        "js_everything": max(weigh(names) for names in spoken),
    }


@dataclass
class Traffic:
    """What came over the line for a page."""

    requests: int = 0
    bytes: float = 0
    css_bytes: float = 0

    def watch(self, thread: MainThread) -> None:
        kinds: dict[str, str] = {}
        thread.session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

        def finished(event: dict[str, Any]) -> None:
            self.requests += 1
            self.bytes += event["encodedDataLength"]
            if kinds.get(event["requestId"]) == "Stylesheet":
                self.css_bytes += event["encodedDataLength"]

        thread.session.on("Network.loadingFinished", finished)
        thread.session.send("Network.enable")


def signed_in(browser: Browser, address: str, person: dict[str, str]) -> BrowserContext:
    context = browser.new_context(base_url=address, **PHONE)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", person["email"])
    page.fill("input[name=password]", person["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    page.close()
    return context


# Resolves with the time since the page was asked for, once a task takes an answer. The page's policy forbids strings of
# code, so nothing may poll from outside.
_UNTIL = """async () => {
  while (!(CONDITION)) await new Promise(requestAnimationFrame);
  return performance.now();
}"""
USABLE = {
    "classification": _UNTIL.replace("CONDITION", "document.querySelector('.wb-tap[aria-disabled=false]')"),
    "detection": _UNTIL.replace("CONDITION", "document.querySelector('[role=application] canvas')?.width > 1"),
}

# From the tap to the frame that shows the next image; what it answers is not what is measured.
NEXT_TASK = """async () => {
  const image = () => document.querySelector('.wb-photo img');
  const before = image().src;
  const began = performance.now();
  document.querySelector('.wb-tap').click();
  do await new Promise(requestAnimationFrame);
  while (!image() || image().src === before || !image().complete || !image().naturalWidth);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def first_task(browser: Browser, context: BrowserContext, path: str, usable: str) -> tuple[float, Traffic]:
    """Milliseconds from the request for the page to a task that takes an answer, with an empty cache."""
    fresh = browser.new_context(storage_state=context.storage_state(), **PHONE)
    fresh.set_default_timeout(120_000)
    # A machine without a network of its own would have the page say that it is offline.
    fresh.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })")
    page = fresh.new_page()
    thread = MainThread(page, slowdown=4)
    traffic = Traffic()
    traffic.watch(thread)
    thread.session.send("Network.emulateNetworkConditions", SLOW_4G)
    page.goto(path, wait_until="commit")
    took = float(page.evaluate(usable))
    fresh.close()
    return took, traffic


def next_tasks(page: Page, usable: str) -> list[float]:
    times = []
    for _ in range(NEXT_TASKS):
        page.evaluate(usable)
        # Long enough for the one after it to be fetched, as a person looks.
        page.wait_for_timeout(1_500)
        times.append(float(page.evaluate(NEXT_TASK)))
    return times


def measure(browser: Browser, folder: Path, rounds: int) -> dict[str, float]:
    with demo(folder) as (address, dist):
        figures = weights(dist)
        accounts = json.loads((folder / "demo-accounts.json").read_text())
        context = signed_in(browser, address, next(one for one in accounts if one["email"].startswith("ana@")))
        page = context.new_page()
        page.goto(address)
        projects = page.evaluate("fetch('/api/v1/work/projects').then(answer => answer.json())")["items"]
        for task_type, name in (("classification", "choice"), ("detection", "boxes")):
            project = next(one for one in projects if one["task_type"] == task_type and not one["blocked_by"])
            path = f"{address}/work/{project['id']}/"
            page.goto(path)
            read = page.get_by_role("button", name="read")
            read.or_(page.locator(".wb-tap, [role=application]")).first.wait_for()
            if read.is_visible():
                read.tap()
            page.evaluate(USABLE[task_type])
            tries = [first_task(browser, context, path, USABLE[task_type]) for _ in range(rounds)]
            figures[f"first_{name}"] = min(took for took, _ in tries) / 1000
            figures[f"requests_{name}"] = max(traffic.requests for _, traffic in tries)
            figures[f"kilobytes_{name}"] = max(traffic.bytes for _, traffic in tries) / 1024
            figures[f"css_{name}"] = max(traffic.css_bytes for _, traffic in tries) / 1024
            if name == "choice":
                page.goto(path)
                MainThread(page, slowdown=4)
                figures["next_p95"] = p95(next_tasks(page, USABLE[task_type]))
        context.close()
    return figures
