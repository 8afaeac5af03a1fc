"""Ours, Konva and SVG on one scene in one run: pan, zoom, sharp again, hit, select, brush, undo."""

import io
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, ConsoleMessage, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from bench.workbench.chromium import DESK, PHONE, MainThread

HERE = Path(__file__).resolve().parent
WORKBENCH = HERE.parent.parent / "workbench"
ENGINES = ("ours", "konva", "svg")
COUNTS = (500, 2_000, 5_000)
UNDO_STEPS = 200
# As `ROUNDS` of page/bench.ts.
BRUSH_ROUNDS = 3
# No step of ours takes a third of it; an engine that takes longer is told so in the table.
PATIENCE_SECONDS = 60
# A round that took so long is told apart from the next one by little.
LONG_ROUND_SECONDS = 2.5


@dataclass(frozen=True)
class Over:
    """A step that had not ended after so many seconds."""

    seconds: int


Figure = float | Over


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def scene_page(folder: Path) -> Iterator[str]:
    """The address of the page that `page/bench.ts` drives, built into `folder`."""
    if not (HERE / "node_modules" / "konva").exists():
        subprocess.run(["npm", "ci", "--loglevel=error"], cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    vite = WORKBENCH / "node_modules" / ".bin" / "vite"
    subprocess.run(
        [vite, "build", "--config", HERE / "vite.config.mjs", "--outDir", folder, "--logLevel", "error"],
        cwd=WORKBENCH,
        check=True,
    )
    (folder / "photo.jpg").write_bytes(_photo())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        server.server_close()


def _photo() -> bytes:
    """A picture with the detail of a photograph, 2048 x 1536: the derivative of a 12 megapixel one."""
    noise = random.Random(7).randbytes(256 * 192 * 3)
    picture = Image.frombytes("RGB", (256, 192), noise).resize((2048, 1536), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(3)).save(file, "JPEG", quality=82)
    return file.getvalue()


class TooSlow(Exception):
    """The engine had not answered when patience ended; its page can do nothing else any more."""


def ask(page: Page, name: str, *given: Any) -> Any:
    """Calls `bench[name](*given)` of the page. @raises TooSlow"""

    def is_answer(message: ConsoleMessage) -> bool:
        return message.type == "info" and message.text.startswith("{")

    try:
        with page.expect_console_message(is_answer, timeout=1000 * PATIENCE_SECONDS) as said:
            page.evaluate("given => void ask(...given)", [name, *given])
    except PlaywrightTimeout as error:
        raise TooSlow(name) from error
    answer = json.loads(said.value.text)
    if "fault" in answer:
        raise RuntimeError(f"{name}: {answer['fault']}")
    return answer["answer"]


@contextmanager
def opened(
    browser: Browser,
    address: str,
    engine: str,
    count: int,
    slowdown: int = 1,
    device: dict[str, Any] = PHONE,
) -> Iterator[tuple[Page, MainThread]]:
    context = browser.new_context(**device)
    context.set_default_timeout(180_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.wait_for_function("'ask' in window")
    thread = MainThread(page, slowdown)
    try:
        ask(page, "open", engine, count)
        page.wait_for_timeout(300)
        yield page, thread
        if faults:
            raise RuntimeError(f"{engine}: {faults}")
    finally:
        context.close()


def moving(page: Page, thread: MainThread, rounds: int) -> dict[str, float]:
    """Main-thread CPU a frame: the smallest of the rounds, because other work on the machine only ever adds."""
    found: dict[str, float] = {}
    for kind in ("pan", "zoom"):
        costs = []
        for _ in range(rounds):
            began = time.monotonic()
            before = thread.cpu_ms()
            frames = ask(page, "move", kind)
            costs.append((thread.cpu_ms() - before) / (len(frames) + 1))
            if time.monotonic() - began > LONG_ROUND_SECONDS:
                break
            page.wait_for_timeout(200)
        found[kind] = min(costs)
    return found


def p95(times: Sequence[float]) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def _moves(browser: Browser, address: str, engine: str, rounds: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for count in COUNTS:
        with opened(browser, address, engine, count) as (page, thread):
            for kind, cost in moving(page, thread, rounds).items():
                figures[f"{kind}_{count}"] = cost
    return figures


def _crisp(browser: Browser, address: str, engine: str) -> dict[str, float]:
    with opened(browser, address, engine, 2_000) as (page, _):
        return {"crisp": max(ask(page, "crisp"))}


def _hit(browser: Browser, address: str, engine: str) -> dict[str, float]:
    with opened(browser, address, engine, 5_000) as (page, _):
        return {"hit_p95": p95(ask(page, "presses")["hit"])}


def _select(browser: Browser, address: str, engine: str) -> dict[str, float]:
    with opened(browser, address, engine, 5_000, slowdown=4) as (page, _):
        pressed = ask(page, "presses")
    return {"select": statistics.median(pressed["select"]), "select_p95": p95(pressed["select"])}


def _brush(browser: Browser, address: str, engine: str) -> dict[str, float]:
    figures: dict[str, float] = {}
    with opened(browser, address, engine, 10, slowdown=4) as (page, _):
        painted = ask(page, "brush")
        figures["brush_mean"] = statistics.fmean(painted["point"])
        figures["brush_p95"] = p95(painted["point"])
        if engine == "ours":
            figures["stroke_end"] = min(painted["end"])
    with opened(browser, address, engine, 10) as (page, thread):
        before = thread.cpu_ms()
        points = len(ask(page, "brush")["point"])
        figures["brush_cpu"] = (thread.cpu_ms() - before) / (points * BRUSH_ROUNDS)
    return figures


def _shell(browser: Browser, address: str, _: str) -> dict[str, float]:
    """Selecting with all that the page shows beside the image: on a desk that is the list of all marks."""
    figures: dict[str, float] = {}
    for name, device in (("phone", PHONE), ("desk", DESK)):
        with opened(browser, address, "shell", 2_000, slowdown=4, device=device) as (page, _):
            figures[f"shell_{name}"] = p95(ask(page, "presses")["select"])
    return figures


def _undo(browser: Browser, address: str, engine: str) -> dict[str, float]:
    with opened(browser, address, engine, 10) as (page, thread):
        history = ask(page, "undo", UNDO_STEPS)
        with_history = thread.heap_bytes()
        ask(page, "forget")
        heap = with_history - thread.heap_bytes()
    return {
        "undo_kept": history["bytes"] / 1e6,
        "undo_heap": heap / 1e6,
        "undo_ms": statistics.median(history["undo"]),
    }


# By name, what each measures: the keys of `__main__.ENGINE_ROWS`, for a table that says what did not end.
STEPS: dict[str, tuple[Sequence[str], Callable[..., dict[str, float]]]] = {
    "moves": ([f"{kind}_{count}" for kind in ("pan", "zoom") for count in COUNTS], _moves),
    "crisp": (["crisp"], _crisp),
    "hit": (["hit_p95"], _hit),
    "select": (["select", "select_p95"], _select),
    "shell": (["shell_phone", "shell_desk"], _shell),
    "brush": (["brush_mean", "brush_p95", "brush_cpu"], _brush),
    "undo": (["undo_kept"], _undo),
}
# What they do not have.
LEFT_OUT = {"ours": (), "konva": ("shell", "undo"), "svg": ("shell", "brush", "undo")}


def measure(
    browser: Browser, address: str, rounds: int, engines: Sequence[str], steps: Sequence[str]
) -> dict[str, dict[str, Figure]]:
    """Figures by engine: `pan_500` and the like in ms of CPU a frame, the rest as named in `__main__.ENGINE_ROWS`."""
    found: dict[str, dict[str, Figure]] = {}
    for engine in engines:
        figures: dict[str, Figure] = {}
        found[engine] = figures
        for name in steps:
            if name in LEFT_OUT[engine]:
                continue
            keys, run = STEPS[name]
            print(f"… {engine}: {name}", file=sys.stderr, flush=True)
            try:
                figures.update(run(browser, address, engine, *([rounds] if run is _moves else [])))
            except TooSlow:
                figures.update(dict.fromkeys(keys, Over(PATIENCE_SECONDS)))
    return found
