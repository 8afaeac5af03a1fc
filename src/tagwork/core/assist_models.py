"""What an operator's model says of itself: a contract beside the ONNX file, read before the file is looked at.

One file in, one mask out: the model sees a part of a photograph, RGB as float32 [1, 3, height, width], each value as
(value / 255 - mean) / deviation, and answers with a score for each pixel, float32 [1, 1, h, w] or [h, w]; a score above
the threshold belongs to the object. With `box` it is told [x0, y0, x1, y1] of the worker's box in pixels of its input.
"""

import math
import re
from typing import Any, Final

from .assists import is_version

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
TENSOR: Final = re.compile(r"[A-Za-z0-9_./:-]{1,100}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
SIDES_PX: Final = (16, 1024)
MAX_LICENCE_CHARACTERS: Final = 200
FIELDS: Final = {"name", "version", "licence", "file", "sha256", "input", "box", "output"}


class BadContract(ValueError):
    """The text says which field is wrong and what it must be."""


def read_contract(raw: Any) -> dict[str, Any]:
    """The contract with every field it may have, defaults filled in. Raises BadContract."""
    whole = _object(raw, "the contract", FIELDS, FIELDS - {"box"})
    given = _object(
        whole["input"],
        "input",
        {"name", "width_px", "height_px", "mean", "deviation"},
        {"name", "width_px", "height_px"},
    )
    output = _object(whole["output"], "output", {"name", "threshold"}, {"name"})
    if type(whole["licence"]) is not str or not 0 < len(whole["licence"].strip()) <= MAX_LICENCE_CHARACTERS:
        raise BadContract("licence must say under which terms the model may be used")
    if not is_version(whole["version"]):
        raise BadContract("version must have up to 40 letters, digits and . _ + -")
    return {
        "name": _matching(whole["name"], NAME, "name", "up to 40 small letters, digits, - and _"),
        "version": whole["version"],
        "licence": whole["licence"].strip(),
        "file": _matching(whole["file"], re.compile(r"[^/\\\x00]{1,200}"), "file", "a file name without a folder"),
        "sha256": _matching(whole["sha256"], SHA256, "sha256", "64 hexadecimal digits"),
        "input": {
            "name": _matching(given["name"], TENSOR, "input.name", "the name of an input"),
            "width_px": _side(given["width_px"], "input.width_px"),
            "height_px": _side(given["height_px"], "input.height_px"),
            "mean": _triple(given.get("mean", [0, 0, 0]), "input.mean", positive=False),
            "deviation": _triple(given.get("deviation", [1, 1, 1]), "input.deviation", positive=True),
        },
        "box": None
        if whole.get("box") is None
        else _matching(whole["box"], TENSOR, "box", "the name of an input, or absent"),
        "output": {
            "name": _matching(output["name"], TENSOR, "output.name", "the name of an output"),
            "threshold": _number(output.get("threshold", 0.5), "output.threshold"),
        },
    }


def _object(raw: Any, name: str, known: set[str], needed: set[str]) -> dict[str, Any]:
    if type(raw) is not dict:
        raise BadContract(f"{name} must be a JSON object")
    if missing := needed - raw.keys():
        raise BadContract(f"{name} lacks {', '.join(sorted(missing))}")
    if unknown := raw.keys() - known:
        raise BadContract(f"{name} has unknown fields: {', '.join(sorted(map(str, unknown)))}")
    return raw


def _matching(value: Any, pattern: re.Pattern[str], name: str, wanted: str) -> str:
    if type(value) is not str or not pattern.fullmatch(value):
        raise BadContract(f"{name} must be {wanted}")
    return value


def _side(value: Any, name: str) -> int:
    if type(value) is not int or not SIDES_PX[0] <= value <= SIDES_PX[1]:
        raise BadContract(f"{name} must be a whole number from {SIDES_PX[0]} to {SIDES_PX[1]}")
    return value


def _number(value: Any, name: str) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise BadContract(f"{name} must be a number")
    return float(value)


def _triple(value: Any, name: str, *, positive: bool) -> list[float]:
    if type(value) is not list or len(value) != 3:
        raise BadContract(f"{name} must be three numbers, for red, green and blue")
    numbers = [_number(one, name) for one in value]
    if positive and min(numbers) <= 0:
        raise BadContract(f"{name} must be above zero")
    return numbers
