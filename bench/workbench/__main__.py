"""`sh bench/run workbench [--rounds 3] [--only engines|pages|STEP…] [--engines ours konva svg]`: prints its table."""

import argparse
import sys
from dataclasses import dataclass

from bench.rig import scratch
from bench.workbench import engines, pages
from bench.workbench.chromium import chromium

Figures = dict[str, engines.Figure]

ABOUT = """One scene, one run, headless Chromium without a GPU, 412 x 823 at 1.75. CPU is the main thread's own: the
smallest of the rounds. Times: the quickest of three for each thing, then mean or p95 of the things. 4x: main thread
slowed four times. ! marks what misses its goal; > 60 s: it had not ended then."""


@dataclass(frozen=True)
class Row:
    name: str
    unit: str
    key: str
    goal: float | None = None


MOVES = [
    Row(f"{kind}, {count:,} polygons: main-thread CPU a frame", "ms", f"{kind}_{count}", 4.0)
    for kind in ("pan", "zoom")
    for count in engines.COUNTS
]
ENGINE_ROWS = [
    *MOVES,
    Row("pan: growth from 500 to 5,000", "%", "growth_pan", 20),
    Row("zoom: growth from 500 to 5,000", "%", "growth_zoom", 20),
    Row("sharp again, 2,000 polygons (slowest of five ways)", "ms", "crisp", 250),
    Row("hit test, 5,000 polygons, p95", "ms", "hit_p95", 1.5),
    Row("select to paint, 5,000 polygons, 4x, median", "ms", "select", 50),
    Row("select to paint, 5,000 polygons, 4x, p95", "ms", "select_p95", 50),
    Row("the same on the page of a phone, 2,000 polygons, p95", "ms", "shell_phone", 50),
    Row("the same on the page of a desk, 2,000 polygons, p95", "ms", "shell_desk", 50),
    Row("brush on 12 MP, 4x: script for a point, mean", "ms", "brush_mean", 1),
    Row("brush on 12 MP, 4x: script for a point, p95", "ms", "brush_p95", 4),
    Row("brush on 12 MP, 1x: all main-thread CPU a point", "ms", "brush_cpu"),
    Row("brush on 12 MP, 4x: end of stroke to run lengths", "ms", "stroke_end", 60),
    Row("200 strokes to undo, as kept on the device", "MB", "undo_kept", 10),
    Row("200 strokes to undo, on the heap", "MB", "undo_heap", 10),
    Row("one undo of a stroke", "ms", "undo_ms"),
]
PAGE_ROWS = [
    Row("script of a choice task, gzip", "KB", "js_choice", 25),
    Row("script of boxes and polygons, with its worker, gzip", "KB", "js_drawing", 60),
    Row("script of everything, gzip", "KB", "js_everything", 110),
    Row("style of the choice page, as it travels", "KB", "css_choice", 15),
    Row("choice: requests until usable", "", "requests_choice", 12),
    Row("choice: all bytes until usable", "KB", "kilobytes_choice", 150),
    Row("choice: first task usable, slow 4G and 4x", "s", "first_choice", 2.8),
    Row("boxes: requests until usable", "", "requests_boxes", 12),
    Row("boxes: all bytes until usable", "KB", "kilobytes_boxes", 220),
    Row("boxes: first task usable, slow 4G and 4x", "s", "first_boxes", 2.8),
    Row("choice: next task shown, 4x, p95", "ms", "next_p95", 100),
]


def _cell(figures: Figures, row: Row) -> str:
    figure = figures.get(row.key)
    if isinstance(figure, engines.Over):
        return f"> {figure.seconds} s"
    return "-" if figure is None else f"{figure:,.2f}"


def _misses(figures: Figures, row: Row) -> bool:
    ours = figures.get(row.key)
    return isinstance(ours, engines.Over) or (row.goal is not None and ours is not None and ours > row.goal)


def _growth(figures: Figures, kind: str) -> dict[str, float]:
    few, many = figures.get(f"{kind}_500"), figures.get(f"{kind}_5000")
    if not isinstance(few, float) or not isinstance(many, float):
        return {}
    return {f"growth_{kind}": 100 * (many / few - 1)}


def _table(title: str, rows: list[Row], columns: dict[str, Figures]) -> None:
    width = max(len(row.name) for row in rows)
    print(f"\n{title:<{width}} {'goal':>8} " + " ".join(f"{name:>9}" for name in columns) + "  unit")
    for row in rows:
        late = "  !" if _misses(next(iter(columns.values())), row) else ""
        goal = "-" if row.goal is None else f"{row.goal:g}"
        cells = " ".join(f"{_cell(figures, row):>9}" for figures in columns.values())
        print(f"{row.name:<{width}} {goal:>8} {cells}  {row.unit}{late}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run workbench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=["engines", *engines.STEPS, "pages"], default=["engines", "pages"])
    parser.add_argument("--engines", nargs="+", choices=engines.ENGINES, default=engines.ENGINES)
    asked = parser.parse_args()
    print(ABOUT)
    with scratch() as folder, chromium() as browser:
        steps = [name for name in engines.STEPS if "engines" in asked.only or name in asked.only]
        if steps:
            with engines.scene_page(folder / "scene") as address:
                found = engines.measure(browser, address, asked.rounds, asked.engines, steps)
            for figures in found.values():
                for kind in ("pan", "zoom"):
                    figures.update(_growth(figures, kind))
            _table("engine", ENGINE_ROWS, found)
        if "pages" in asked.only:
            _table("pages", PAGE_ROWS, {"ours": {**pages.measure(browser, folder, asked.rounds)}})
    return 0


if __name__ == "__main__":
    sys.exit(main())
