"""CPU of the pure rules on a request's way: reading an answer, scoring it, comparing guidelines, rendering a scene.

    python -m bench.rules [--rounds 30]

The tests of these rules say what comes out; what it costs stands here, the smallest of `rounds` runs.
"""

import argparse
import math
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TAGWORK_ENV", "test")

from tagwork.core.annotations import MAX_ANNOTATIONS, validate_answer
from tagwork.core.scenes import KINDS, render_scene
from tagwork.core.schema import parse_schema
from tagwork.core.scoring import score_answer
from tagwork.projects.guideline import MAX_CHARACTERS, difference

SIZES = [(1_000, 1_000)]
SCHEMA = parse_schema({"labels": [{"name": "car", "kinds": ["box", "polygon"]}]})


def boxes(count: int, moved: float = 0) -> list[dict[str, Any]]:
    """`count` boxes on a grid of 32 columns, moved by so many pixels."""
    places = [(30 * (n % 32) + moved, 30 * (n // 32 % 32) + moved) for n in range(count)]
    return [
        {"id": str(n), "kind": "box", "label": "car", "box": [x, y, 25, 25], "image": 0}
        for n, (x, y) in enumerate(places)
    ]


def flower(points: int) -> list[list[float]]:
    """A ring without crossings and with as many bends as fit."""
    turns = [2 * math.pi * n / points for n in range(points)]
    radii = [380 + 20 * math.sin(50 * turn) for turn in turns]
    return [
        [500 + radius * math.cos(turn), 500 + radius * math.sin(turn)]
        for radius, turn in zip(radii, turns, strict=True)
    ]


def smallest_ms(work: Callable[[], object], rounds: int) -> float:
    work()
    costs = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return 1_000 * min(costs)


def main() -> None:
    parser = argparse.ArgumentParser(prog="rules")
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    outline = [{"id": "1", "kind": "polygon", "label": "car", "polygon": [flower(20_000)], "image": 0}]
    twenty, moved = (list(validate_answer(SCHEMA, boxes(20, by), SIZES).annotations) for by in (0, 2))
    thousand = list(validate_answer(SCHEMA, boxes(1_000), SIZES).annotations)
    old = ("w " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    new = old.replace("w", "v")
    works: dict[str, tuple[Callable[[], object], int]] = {
        "read 8 boxes": (lambda: validate_answer(SCHEMA, boxes(8), SIZES), rounds),
        "read as many boxes as are allowed": (lambda: validate_answer(SCHEMA, boxes(MAX_ANNOTATIONS), SIZES), 3),
        "read an outline of 20,000 points": (lambda: validate_answer(SCHEMA, outline, SIZES), 3),
        "score 20 boxes": (lambda: score_answer(SCHEMA, twenty, moved, SIZES), rounds),
        "score 1,000 boxes": (lambda: score_answer(SCHEMA, thousand, thousand, SIZES), 3),
        "compare the longest guidelines": (lambda: difference(old, new), 3),
        **{f"render {kind}, 1000 x 750": (lambda kind=kind: render_scene(kind, 1, 1_000, 750), 3) for kind in KINDS},
    }
    for name, (work, times) in works.items():
        print(f"{name:36}{smallest_ms(work, times):10.2f} ms")


if __name__ == "__main__":
    main()
