"""Ours, Konva and SVG on one scene in one run: pan, zoom, sharp again, hit, select, brush, undo."""

import io
import random
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page

from bench.workbench.chromium import PHONE, MainThread

HERE = Path(__file__).resolve().parent
WORKBENCH = HERE.parent.parent / "workbench"
ENGINES = ("ours", "konva", "svg")
COUNTS = (500, 2_000, 5_000)
UNDO_STEPS = 200
# As `ROUNDS` of page/bench.ts.
BRUSH_ROUNDS = 3


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


@contextmanager
def opened(
    browser: Browser, address: str, engine: str, count: int, slowdown: int = 1
) -> Iterator[tuple[Page, MainThread]]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(180_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.wait_for_function("window.bench")
    thread = MainThread(page, slowdown)
    page.evaluate("([engine, count]) => bench.open(engine, count)", [engine, count])
    page.wait_for_timeout(300)
    try:
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
            before = thread.cpu_ms()
            frames = page.evaluate("kind => bench.move(kind)", kind)
            costs.append((thread.cpu_ms() - before) / (len(frames) + 1))
            page.wait_for_timeout(200)
        found[kind] = min(costs)
    return found


def p95(times: Sequence[float]) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def measure(browser: Browser, address: str, rounds: int, engines: Sequence[str] = ENGINES) -> dict[str, dict[str, Any]]:
    """Figures by engine: `pan_500` and the like in ms of CPU a frame, the rest as named in `__main__.ROWS`."""
    found: dict[str, dict[str, Any]] = {engine: {} for engine in engines}
    for engine in engines:
        print(f"… {engine}", file=sys.stderr, flush=True)
        figures = found[engine]
        for count in COUNTS:
            with opened(browser, address, engine, count) as (page, thread):
                for kind, cost in moving(page, thread, rounds).items():
                    figures[f"{kind}_{count}"] = cost
                if count == 2_000:
                    figures["crisp"] = max(page.evaluate("() => bench.crisp()"))
                if count == 5_000:
                    figures["hit_p95"] = p95(page.evaluate("() => bench.presses()")["hit"])
        with opened(browser, address, engine, 5_000, slowdown=4) as (page, _):
            pressed = page.evaluate("() => bench.presses()")
            figures["select"] = statistics.median(pressed["select"])
            figures["select_p95"] = p95(pressed["select"])
        if engine != "svg":
            with opened(browser, address, engine, 10, slowdown=4) as (page, _):
                painted = page.evaluate("() => bench.brush()")
                figures["brush_mean"] = statistics.fmean(painted["point"])
                figures["brush_p95"] = p95(painted["point"])
                if engine == "ours":
                    figures["stroke_end"] = min(painted["end"])
            with opened(browser, address, engine, 10) as (page, thread):
                before = thread.cpu_ms()
                points = len(page.evaluate("() => bench.brush()")["point"])
                figures["brush_cpu"] = (thread.cpu_ms() - before) / (points * BRUSH_ROUNDS)
        if engine == "ours":
            with opened(browser, address, engine, 10) as (page, thread):
                history = page.evaluate("steps => bench.undo(steps)", UNDO_STEPS)
                with_history = thread.heap_bytes()
                page.evaluate("() => bench.forget()")
                figures["undo_kept"] = history["bytes"] / 1e6
                figures["undo_heap"] = (with_history - thread.heap_bytes()) / 1e6
                figures["undo_ms"] = statistics.median(history["undo"])
    return found
