"""Seeded chaos: people answer in a real Chromium while faults hit; then what the server holds is compared.

    python -m tests.chaos.drive --url URL --data-dir DIR --runs N --transport M --seed S [--lanes L]

`--transport`: that many runs more without a browser (workbench/chaos): the code that keeps and sends, over a storage in
memory, against the same server. They are cheap, so there can be many; pages, workers and disks are in the others only.

One run in Chromium is one visit of one worker, mostly on the device of the visit before: some answers (taps, or boxes
drawn), each under faults drawn from the seed: requests cut before or after the server, 5xx, an expired session,
requests delivered twice, the line gone, the clock of the device wrong or set while working, a second tab, and pages
closed, reloaded or crashed at any moment. At its end the faults stop, a page is opened if anything waits, and
everything must have arrived.

What counts. An answer is given when the page has said so and 300 ms have passed: it must be at the server exactly once,
as it was given. One that a kill met earlier may be there once or not at all. Nothing else may be there.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Request, Route, async_playwright

GIVEN_AFTER_SECONDS = 0.3
OPTIONS = ("brick", "grass", "gravel")
BOX_SHARE = float(os.environ.get("BOX_SHARE", "0.15"))
# Visits on a device that has never been here; the others go on where the last one left the disk.
NEW_DEVICE_SHARE = 0.1
# A page of the site without a script of ours.
LIGHT = "/healthz"
HEAL_SECONDS = 45
# Longer than any visit takes on a busy machine. One that hangs is told with the place, and the others go on.
VISIT_SECONDS = 300
CLOSE_SECONDS = 30
WORKBENCH = Path(__file__).resolve().parent.parent.parent / "workbench"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# The clock of the device, as wrong in every page that is opened as it was set in the one before.
CLOCK = """(() => {
  // Pages of no origin (the one a crash or a dead line leaves) have no storage.
  if (location.origin === 'null') return;
  const real = Date, skew = { ms: Number(localStorage.getItem('chaos.skew') ?? 0) };
  globalThis.setClock = (ms) => { skew.ms = ms; localStorage.setItem('chaos.skew', String(ms)); };
  globalThis.Date = class extends real {
    constructor(...args) { if (args.length) super(...args); else super(real.now() + skew.ms); }
    static now() { return real.now() + skew.ms; }
  };
})()"""
# Names the image on the table; which task that is was heard when it was leased, by this page or an earlier one.
ON_THE_TABLE = "() => document.querySelector('.wb-stage img')?.currentSrc.split('/i/lease/')[1]?.split('/')[0]"
PARCELS = """(account) => new Promise(async (resolve, reject) => {
  const known = await indexedDB.databases();
  if (!known.some(({ name, version }) => name === 'tagwork-' + account && version > 1)) return resolve([]);
  const open = indexedDB.open('tagwork-' + account);
  open.onerror = () => reject(open.error);
  open.onsuccess = () => {
    const all = open.result.transaction('parcels').objectStore('parcels').getAll();
    all.onsuccess = () => {
      open.result.close();
      resolve(all.result.map(({ assignment, kind, problem }) => ({ assignment, kind, code: problem && problem.code })));
    };
  };
})"""

DRAFTS = PARCELS.replace("parcels", "drafts").replace(
    "({ assignment, kind, problem }) => ({ assignment, kind, code: problem && problem.code })",
    "({ assignment, version, annotations }) => ({ assignment, version, boxes: JSON.parse(annotations).length })",
)


@dataclass
class Given:
    """What a person answered to one task: the last one counts, or in two tabs any of them."""

    answers: list[Any] = field(default_factory=list)
    is_sure: bool = True
    in_two_tabs: bool = False


@dataclass
class Ledger:
    """What all runs of a worker gave, and what was seen on the way."""

    given: dict[str, Given] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def leave_drafts(self) -> None:
        """The disk is left behind: a draft is found again only as far as a fault let it through to the server."""
        for given in self.given.values():
            if given.answers and isinstance(given.answers[-1], dict) and given.answers[-1]["is_draft"]:
                given.is_sure = False


class Killed(Exception):
    """The page this person worked in is gone."""


class Device:
    """What one worker works on, visit after visit: its disk and its service worker outlive each of them."""

    def __init__(self, browser: Browser, url: str, world: Any, worker: Any) -> None:
        self.browser, self.url, self.world, self.worker = browser, url, world, worker
        self.alias_of: dict[str, str] = {}
        self.visit: Visit | None = None
        self.opened: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        assert self.opened is not None
        return self.opened

    async def renew(self) -> None:
        """Another device: nothing of the old one is there, and the server alone remembers."""
        await self.close()
        self.opened = await self.browser.new_context(viewport={"width": 900, "height": 700})
        self.context.set_default_timeout(30_000)
        host = self.url.split("//")[1].split(":")[0]
        await self.context.add_cookies(
            [{"name": self.world["cookie"], "value": self.worker["session"], "domain": host, "path": "/"}]
        )
        await self.context.add_init_script(CLOCK)
        await self.context.route("**/api/v1/**", self.on_request)

    async def on_request(self, route: Route, request: Request) -> None:
        if self.visit:
            await self.visit.on_request(route, request)
        else:
            await route.abort()

    async def close(self) -> None:
        context, self.opened = self.opened, None
        if context:
            # A browser that hangs may not even close, and it goes with the last lane.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await context.unroute_all(behavior="ignoreErrors")
                    await context.close()


class Visit:
    """One run. `rng` decides everything that is decided here; what the machine adds is timing."""

    def __init__(self, device: Device, ledger: Ledger, seed: str) -> None:
        self.device, self.ledger = device, ledger
        self.url, self.world, self.worker, self.alias_of = device.url, device.world, device.worker, device.alias_of
        self.rng = random.Random(seed)
        self.seed = seed
        self.is_new_device = self.rng.random() < NEW_DEVICE_SHARE
        self.draws_boxes = self.rng.random() < BOX_SHARE
        self.path = self.world["boxes_path" if self.draws_boxes else "choice_path"]
        self.fault_rate = self.rng.choice((0.0, 0.15, 0.4))
        self.skew_ms = self.rng.choice((0, 0, 3_600_000, -3_600_000, 259_200_000, -259_200_000))
        self.has_two_tabs = not self.draws_boxes and self.rng.random() < 0.25
        self.is_faulty = True
        self.sent: list[tuple[str, dict[str, str], str, bytes]] = []

    async def run(self) -> None:
        if self.is_new_device or self.device.opened is None:
            self.ledger.counts["new devices"] += 1
            self.ledger.leave_drafts()
            await self.device.renew()
        self.context = self.device.context
        self.device.visit = self
        try:
            pages = [await self.open(set_clock=True)]
            if self.has_two_tabs:
                self.ledger.counts["two tabs"] += 1
                pages.append(await self.open())
            for _ in range(self.rng.choice((1, 1, 2, 3))):
                await self.something_happens()
                pages = await self.one_answer(pages)
            await self.heal(pages)
        except BaseException:
            # Whatever it was, the next visit shall not suffer from it.
            self.device.visit = None
            await self.device.close()
            raise
        self.device.visit = None

    # --- the person ---------------------------------------------------------------------------------------------

    async def open(self, *, set_clock: bool = False) -> Page:
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.ledger.faults.append(f"{self.seed}: script: {error}"))
        await page.goto(self.url + (LIGHT if set_clock else self.path), wait_until="commit")
        if set_clock:
            await page.evaluate(f"() => setClock({self.skew_ms})")
            await page.goto(self.url + self.path, wait_until="commit")
        return page

    async def one_answer(self, pages: list[Page]) -> list[Page]:
        at = self.rng.randrange(len(pages))
        page = pages[at]
        kill = self.rng.choice((None, None, None, "close", "crash", "reload", "away"))
        kill_after = self.rng.choice((0.0, 0.05, 0.35, 0.9))
        try:
            if self.draws_boxes:
                await self.draw(page)
            else:
                await self.tap(page)
        except (Error, Killed, TimeoutError) as error:
            # Faults may leave a desk without a task; the person opens the page again.
            self.ledger.counts[f"no task: {type(error).__name__}"] += 1
            kill = kill or "close"
        if kill:
            await asyncio.sleep(kill_after)
            self.ledger.counts[f"kill: {kill}"] += 1
            pages[at] = await self.killed(page, kill)
        return pages

    async def task_on(self, page: Page, selector: str, seconds: float = 20) -> str:
        """The assignment on the table by the address of its image; "" where it lies on a canvas."""
        await page.bring_to_front()
        ready = page.locator(selector).first
        again = page.get_by_role("button", name="Try again")
        read = page.get_by_role("button", name="I have read it")
        signed_out = page.get_by_role("link", name="Sign in")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if await ready.is_visible():
                alias = await page.evaluate(ON_THE_TABLE)
                if self.draws_boxes or alias in self.alias_of:
                    return self.alias_of.get(alias, "")
            if await again.is_visible():
                await again.click()
            if await read.is_visible():
                await read.click()
            # A session that a fault has ended: the person opens the page again.
            if await signed_out.is_visible() and not await ready.is_visible():
                raise Killed
            await asyncio.sleep(0.1)
        said = await page.locator("body").inner_text()
        self.ledger.counts[f"no task in time: {' '.join(said.split())[:160]}"] += 1
        raise Killed

    async def tap(self, page: Page) -> None:
        assignment = await self.task_on(page, ".wb-tap[aria-disabled=false]")
        option = self.rng.choice(OPTIONS)
        given = self.ledger.given.setdefault(assignment, Given())
        given.is_sure = False
        given.in_two_tabs |= self.has_two_tabs
        given.answers.append(option)
        await page.locator(".wb-tap", has_text=option).click(timeout=10_000)
        said = page.locator(".wb-toast", has_text=f"Answered: {option}")
        await said.wait_for(timeout=10_000)
        if self.rng.random() < 0.1:
            await self.take_back(page, assignment, given)
            return
        given.is_sure = True
        self.last = (assignment, time.monotonic())
        self.ledger.counts["taps"] += 1

    async def take_back(self, page: Page, assignment: str, given: Given) -> None:
        """Undo inside its window, and another answer."""
        try:
            await page.locator(".wb-toast-button").click(timeout=300)
            await page.wait_for_timeout(350)
        except Error:
            # Too late, or just in time: it may have gone out, and counts then.
            self.ledger.counts["undo too late"] += 1
            self.last = (assignment, time.monotonic())
            return
        self.ledger.counts["undo"] += 1
        self.last = (assignment, time.monotonic())

    async def draw(self, page: Page) -> None:
        await self.task_on(page, "[role=application]")
        await page.wait_for_timeout(600)
        found = first = await self.marks(page)
        given: Given | None = None
        for _ in range(self.rng.randint(1, 3)):
            before = {each["assignment"]: each["version"] for each in await self.drafts(page)}
            if given:
                given.is_sure = False
            await self.drag(page)
            found += 1
            assignment = await self.written(page, before, found)
            known = assignment in self.ledger.given
            given = self.ledger.given.setdefault(assignment, Given())
            if known and found == first + 1 and given.is_sure and given.answers[-1]["boxes"] != first:
                self.ledger.faults.append(f"{self.seed}: {given.answers[-1]['boxes']} boxes drawn, {first} found again")
            given.answers.append({"boxes": found, "is_draft": True})
            given.is_sure = True
        assert given is not None
        self.ledger.counts["boxes"] += 1
        if self.rng.random() < 0.7:
            given.is_sure = False
            await page.get_by_role("button", name="Submit").click(timeout=10_000)
            self.last = (assignment, time.monotonic())
            await page.locator(".wb-toast", has_text="Answer sent").wait_for(timeout=10_000)
            given.answers.append({"boxes": found, "is_draft": False})
            given.is_sure = True
            self.ledger.counts["boxes submitted"] += 1

    async def drafts(self, page: Page) -> Any:
        return await page.evaluate(DRAFTS, self.worker["account"])

    async def written(self, page: Page, before: dict[str, int], boxes: int) -> str:
        """The task whose draft came to the disk by the last stroke: the canvas does not say which one it shows."""
        drawn = time.monotonic()
        while time.monotonic() < drawn + 30:
            for each in await self.drafts(page):
                if each["version"] > before.get(each["assignment"], 0) and each["boxes"] == boxes:
                    late = time.monotonic() - drawn > GIVEN_AFTER_SECONDS
                    self.ledger.counts[f"stroke on disk {'later' if late else 'within 300 ms'}"] += 1
                    return str(each["assignment"])
            await asyncio.sleep(0.02)
        if await self.marks(page) >= boxes:
            self.ledger.faults.append(f"{self.seed}: a box is on the screen and not on the disk")
        else:
            # It began at the corner of another box, and moved that one.
            self.ledger.counts["stroke made no box"] += 1
        raise Killed

    async def drag(self, page: Page) -> None:
        area = await page.locator("[role=application]").bounding_box()
        assert area is not None
        x0 = area["x"] + area["width"] * self.rng.uniform(0.3, 0.5)
        y0 = area["y"] + area["height"] * self.rng.uniform(0.2, 0.5)
        await page.mouse.move(x0, y0)
        await page.mouse.down()
        await page.mouse.move(x0 + 30, y0 + 30, steps=3)
        await page.mouse.move(x0 + 80, y0 + 70, steps=3)
        await page.mouse.up()

    async def marks(self, page: Page) -> int:
        return int((await page.locator(".wb-list-button").inner_text()).strip() or 0)

    # --- the faults -----------------------------------------------------------------------------------------------

    async def something_happens(self) -> None:
        what = self.rng.choice((None, None, None, "offline", "clock"))
        if what == "offline":
            self.ledger.counts["offline"] += 1
            await self.context.set_offline(True)
            self.back = asyncio.create_task(self.line_back(self.rng.uniform(0.2, 2.5)))
        elif what == "clock":
            self.ledger.counts["clock set"] += 1
            for page in self.context.pages:
                try:
                    await page.evaluate(f"() => setClock({self.rng.randint(-300_000_000, 300_000_000)})")
                except Error:
                    continue

    async def line_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await self.context.set_offline(False)
        except Error:
            return  # the visit has ended meanwhile

    async def killed(self, page: Page, how: str) -> Page:
        """The page that comes after it. What was answered too shortly before is not sure any more."""
        if (last := getattr(self, "last", None)) and time.monotonic() - last[1] < GIVEN_AFTER_SECONDS:
            self.ledger.given[last[0]].is_sure = False
        try:
            if how == "reload":
                await page.reload(wait_until="commit")
                return page
            if how == "away":
                await page.goto(self.url + "/help/", wait_until="commit")
                await page.goto(self.url + self.path, wait_until="commit")
                return page
            if how == "crash":
                session = await self.context.new_cdp_session(page)
                crashed = asyncio.ensure_future(session.send("Page.crash"))
                await asyncio.wait([crashed], timeout=0.5)
                crashed.cancel()
        except Error:
            self.ledger.counts["kill met the line"] += 1
        await page.close(run_before_unload=False)
        for _ in range(20):
            try:
                return await self.open()
            except Error:  # without a line the first visit has no page yet
                await asyncio.sleep(0.2)
        if hasattr(self, "back"):
            await self.back
        return await self.open()

    async def on_request(self, route: Route, request: Request) -> None:
        try:
            if not self.is_faulty or self.rng.random() >= self.fault_rate:
                await self.pass_on(route, request)
                return
            fault = self.rng.choice(("cut", "lost", "503", "503 after", "twice", "twice at once", "401", "slow"))
            self.ledger.counts[f"request: {fault}"] += 1
            await self.spoil(route, request, fault)
        except Error:
            return  # the page is gone, and with it whoever asked

    async def pass_on(self, route: Route, request: Request) -> None:
        answer = await route.fetch(timeout=20_000)
        await self.note(request, answer)
        await route.fulfill(response=answer)

    async def spoil(self, route: Route, request: Request, fault: str) -> None:
        if fault == "cut":
            await route.abort("connectionreset")
        elif fault == "lost":
            await self.note(request, await route.fetch(timeout=20_000))
            await route.abort("connectionreset")
        elif fault == "503":
            await route.fulfill(status=503, body="<html>no", headers={"Retry-After": "1"})
        elif fault == "503 after":
            await self.note(request, await route.fetch(timeout=20_000))
            await route.fulfill(status=503, body="<html>no")
        elif fault == "401":
            problem = {"type": "", "title": "", "status": 401, "code": "unauthenticated", "detail": "Sign in."}
            await route.fulfill(status=401, content_type="application/problem+json", body=json.dumps(problem))
        elif fault == "slow":
            await asyncio.sleep(self.rng.uniform(0.3, 1.5))
            await self.pass_on(route, request)
        elif fault == "twice":
            first = await route.fetch(timeout=20_000)
            second = await route.fetch(timeout=20_000)
            if "idempotency-key" in request.headers and first.ok and await first.body() != await second.body():
                self.ledger.faults.append(f"{self.seed}: a replay differs: {request.url}")
            await self.note(request, first)
            await self.note(request, second)
            await route.fulfill(response=second)
        else:
            both = await asyncio.gather(route.fetch(timeout=20_000), route.fetch(timeout=20_000))
            for answer in both:
                await self.note(request, answer)
            await route.fulfill(response=both[self.rng.randrange(2)])

    async def note(self, request: Request, answer: Any) -> None:
        """Which image belongs to which task, from whatever the server hands out."""
        if answer.status >= 500:
            self.ledger.faults.append(f"{self.seed}: {answer.status} {request.method} {request.url}")
        if not answer.ok or answer.status == 204:
            return
        told = await answer.json()
        if request.method == "POST" and "idempotency-key" in request.headers:
            self.sent.append((request.url, request.headers, request.post_data or "", await answer.body()))
        tasks = told.get("assignments") or told.get("next") or told.get("items") or [told]
        for task in tasks if isinstance(tasks, list) else []:
            for image in task.get("images", []) if isinstance(task, dict) else []:
                alias = image["sources"][0]["url"].split("/i/lease/")[1].split("/")[0]
                self.alias_of[alias] = task["id"]

    # --- the end --------------------------------------------------------------------------------------------------

    async def heal(self, pages: list[Page]) -> None:
        """No more faults, one page, and enough time: nothing may wait any longer."""
        self.is_faulty = False
        if hasattr(self, "back"):
            await self.back
        await self.context.set_offline(False)
        await asyncio.sleep(GIVEN_AFTER_SECONDS)
        for page in pages:
            await page.close()
        page = await self.context.new_page()
        await page.goto(self.url + LIGHT, wait_until="commit")
        left = await page.evaluate(PARCELS, self.worker["account"])
        if left:
            await page.goto(self.url + self.path, wait_until="commit")
        end = time.monotonic() + HEAL_SECONDS
        while any(not each["code"] for each in left) and time.monotonic() < end:
            await asyncio.sleep(0.15)
            try:
                left = await page.evaluate(PARCELS, self.worker["account"])
            except Error:
                continue
        await page.close()
        for each in left:
            # Another tab, or the first of two requests, was quicker: kept and shown, and no loss.
            is_fair = each["code"] == "already_submitted" and each["assignment"] in self.ledger.given
            self.ledger.counts[f"kept: {each['code']}"] += 1
            if not is_fair:
                self.ledger.faults.append(f"{self.seed}: still waits: {each}")
        await self.replay()

    async def replay(self) -> None:
        """The last answer once more, long after: the same reply, byte for byte, and no second effect."""
        if self.sent:
            url, headers, body, first = self.sent[-1]
            kept = {name: value for name, value in headers.items() if name.startswith(("x-", "idem", "content-type"))}
            cookies = await self.context.cookies()
            kept["X-CSRFToken"] = next((one["value"] for one in cookies if "csrf" in one["name"]), "")
            kept["Referer"] = self.url + "/"
            again = await self.context.request.post(url, headers=kept, data=body)
            self.ledger.counts["replayed"] += 1
            if await again.body() != first:
                self.ledger.faults.append(f"{self.seed}: {again.status} and other bytes for a replay of {url}")


def compared(worker: str, ledger: Ledger, told: Any) -> tuple[int, int, list[str]]:
    """(lost, doubled, what else is wrong) of one worker, from what the database holds."""
    held: dict[str, list[Any]] = {}
    for row in told["submissions"]:
        held.setdefault(row["assignment"], []).append(row["answer"])
    lost = doubled = 0
    wrong: list[str] = []
    for assignment, given in ledger.given.items():
        rows = held.pop(assignment, [])
        doubled += max(0, len(rows) - 1)
        if given.answers and isinstance(given.answers[-1], dict):
            last = given.answers[-1]
            if not rows and given.is_sure and not last["is_draft"]:
                lost += 1
                wrong.append(f"lost: {worker} {assignment} {given}")
            counts = {each["boxes"] for each in (given.answers[-1:] if given.is_sure else given.answers[-2:])}
            if rows and len(rows[0]) not in counts:
                wrong.append(f"{assignment}: {len(rows[0])} boxes arrived, {given}")
            continue
        if not rows and given.is_sure:
            lost += 1
            wrong.append(f"lost: {worker} {assignment} {given}")
        for answer in rows:
            label = answer[0]["label"]
            fair = given.answers if given.in_two_tabs or not given.is_sure else given.answers[-1:]
            if label not in fair:
                wrong.append(f"{assignment}: {label} arrived, {given}")
    wrong += [f"{assignment}: nobody gave this" for assignment in held]
    if told["promised_micros"] != told["owed_micros"]:
        wrong.append(f"{worker}: {told['promised_micros']} promised, {told['owed_micros']} owed")
    return lost, doubled, wrong


def command(data_dir: str, *arguments: str) -> Any:
    environment = os.environ | {"TAGWORK_ENV": "demo", "DATA_DIR": data_dir}
    made = subprocess.run(
        [sys.executable, "-m", "tests.chaos.world", *arguments], env=environment, check=True, capture_output=True
    )
    return json.loads(made.stdout)


async def lane(device: Device, numbers: Any, seed: int) -> Ledger:
    ledger = Ledger()
    for number in numbers:
        visit = Visit(device, ledger, f"{seed}/{number}")
        try:
            async with asyncio.timeout(VISIT_SECONDS):
                await visit.run()
            ledger.counts["runs"] += 1
        except Exception as error:  # a run that could not be carried out is told, not counted
            where = [
                f"{frame.name}:{frame.lineno}"
                for frame in traceback.extract_tb((error.__cause__ or error).__traceback__)
            ]
            ledger.faults.append(f"{visit.seed}: {type(error).__name__}: {str(error)[:300]} at {' '.join(where[-12:])}")
    await device.close()
    return ledger


def without_browser(url: str, world_file: str, runs: int, seed: int) -> list[Ledger]:
    """The same question put to the transport alone; one Ledger for each worker of the world."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told_file:
        environment = os.environ | {
            "CHAOS_URL": url,
            "CHAOS_WORLD": world_file,
            "CHAOS_TOLD": told_file.name,
            "N": str(runs),
            "SEED": str(seed),
        }
        made = subprocess.run(
            ["node_modules/.bin/vitest", "run", "--config", "chaos/vitest.config.ts"],
            cwd=WORKBENCH,
            env=environment,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            return [Ledger(faults=[made.stdout[-2000:] + made.stderr[-2000:]])]
        told = json.loads(Path(told_file.name).read_text())
    return [
        Ledger(
            {assignment: Given(**given) for assignment, given in each["given"].items()},
            Counter({f"transport {name}": count for name, count in each["counts"].items()}),
            each["faults"],
        )
        for each in told.values()
    ]


async def with_browser(url: str, world: Any, runs: int, seed: int) -> list[Ledger]:
    numbers = iter(range(runs))
    async with async_playwright() as playwright:
        executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        visits = (lane(Device(browser, url, world, worker), numbers, seed) for worker in world["workers"])
        ledgers = await asyncio.gather(*visits)
        await browser.close()
    return ledgers


async def drive(url: str, data_dir: str, runs: int, transport: int, seed: int, lanes: int) -> dict[str, Any]:
    """Counts of both kinds of runs together. Each kind has workers of its own: they compare what is theirs alone."""
    began = time.monotonic()
    tasks = max(60, (runs + transport) * 5)
    world = await asyncio.to_thread(command, data_dir, "make", str(lanes * 2), str(tasks))
    made = time.monotonic()
    half = {**world, "workers": world["workers"][:lanes]}
    other = {**world, "workers": world["workers"][lanes:]}
    with tempfile.TemporaryDirectory() as folder:
        everybody, people = Path(folder, "world.json"), Path(folder, "people.json")
        everybody.write_text(json.dumps(world))
        people.write_text(json.dumps(other))
        ledgers = await with_browser(url, half, runs, seed) if runs else [Ledger() for _ in range(lanes)]
        turned = time.monotonic()
        if transport:
            ledgers += await asyncio.to_thread(without_browser, url, str(people), transport, seed)
        ended = time.monotonic()
        told = await asyncio.to_thread(command, data_dir, "tell", str(everybody))
    counts: Counter[str] = Counter()
    lost = doubled = 0
    wrong: list[str] = []
    for worker, ledger in zip(world["workers"], ledgers, strict=False):
        counts.update(ledger.counts)
        wrong += ledger.faults
        found = compared(worker["account"], ledger, told[worker["account"]])
        lost, doubled, wrong = lost + found[0], doubled + found[1], wrong + found[2]
    return {
        "seed": seed,
        "runs": counts["runs"],
        "transport_runs": counts["transport runs"],
        "answers": sum(len(ledger.given) for ledger in ledgers),
        "at_the_server": sum(len(each["submissions"]) for each in told.values()),
        "lost": lost,
        "doubled": doubled,
        "wrong": wrong,
        "counts": dict(sorted(counts.items())),
        "seconds": {
            "world": round(made - began, 1),
            "runs": round(turned - made, 1),
            "transport": round(ended - turned, 1),
        },
    }


def is_clean(result: dict[str, Any], runs: int, transport: int) -> bool:
    return (result["runs"], result["transport_runs"], result["lost"], result["doubled"], result["wrong"]) == (
        runs,
        transport,
        0,
        0,
        [],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--runs", type=int, default=int(os.environ.get("N", "50")))
    parser.add_argument("--transport", type=int, default=0)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "1")))
    parser.add_argument("--lanes", type=int, default=4)
    asked = parser.parse_args()
    result = asyncio.run(drive(asked.url, asked.data_dir, asked.runs, asked.transport, asked.seed, asked.lanes))
    print(json.dumps(result, indent=1))
    sys.exit(0 if is_clean(result, asked.runs, asked.transport) else 1)
