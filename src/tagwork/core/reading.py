"""Reading untrusted numbers and points: one place for what a coordinate may be and how it is rounded.

Coordinates are original image pixels after EXIF orientation: x to the right, y down, (0, 0) the top left corner of the
top left pixel, so an image spans [0, width_px] x [0, height_px].

Canonical coordinates are multiples of 1/100 px, rounded by floor(100 x + 0.5) / 100 and written without a fraction when
whole. Python's round() was refused: it rounds decimal halves to even, which no browser does; the floor is the same
IEEE 754 arithmetic in both, so the workbench can show the very numbers that will be stored. Angles are multiples of
1/10,000 degree by the same rule: a hundredth of a degree moves a corner 2,000 px from the centre by a third of a pixel.
"""

from dataclasses import dataclass, field
from math import floor
from typing import Any, Final

MAX_NUMBER: Final = 10_000_000
# A finger dragged to the border ends a little outside: up to this far it is pulled back, beyond it is a fault.
EDGE_TOLERANCE_PX: Final = 1
# In a degree.
ANGLE_STEPS: Final = 10_000
MAX_ANNOTATIONS: Final = 5_000
MAX_POINTS: Final = 20_000
MAX_POINTS_TOTAL: Final = 200_000
MAX_RUNS: Final = 500_000
MAX_RUNS_TOTAL: Final = 2_000_000
MAX_OUTLINE_PX_TOTAL: Final = 4_000_000
MAX_EDGE_PAIRS_TOTAL: Final = 5_000_000
MAX_TEXT_CHARACTERS: Final = 2_000
MAX_TEXT_CHARACTERS_TOTAL: Final = 200_000

Number = int | float
Point = list[Number]


class Fault(Exception):
    """One thing wrong with one field of one annotation. `code` is stable, `message` is for the person who drew it."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.message = message


@dataclass(slots=True)
class Budget:
    """What one whole answer may still spend, so that many small annotations cannot cost what one big one may not."""

    points: int = MAX_POINTS_TOTAL
    runs: int = MAX_RUNS_TOTAL
    outline_px: float = MAX_OUTLINE_PX_TOTAL
    edge_pairs: int = MAX_EDGE_PAIRS_TOTAL
    text_characters: int = MAX_TEXT_CHARACTERS_TOTAL


@dataclass(slots=True)
class Frame:
    """The image an annotation lies on, and the budget of the answer it belongs to."""

    width_px: int
    height_px: int
    budget: Budget = field(default_factory=Budget)


def number(value: Any, field: str) -> Number:
    """A finite number below 10^7 in size; booleans, numeric strings, NaN and infinity are faults."""
    kind = type(value)
    if kind is not float and kind is not int:
        raise Fault(field, "not_a_number", "must be a number")
    if not -MAX_NUMBER < value < MAX_NUMBER:  # NaN fails both comparisons
        if value != value:
            raise Fault(field, "not_a_number", "must be a number, not NaN")
        raise Fault(field, "number_too_large", f"must lie between -{MAX_NUMBER:,} and {MAX_NUMBER:,}")
    return value  # type: ignore[no-any-return]


def numbers(value: Any, count: int, field: str) -> list[Number]:
    """Exactly `count` finite numbers."""
    if type(value) is not list and type(value) is not tuple:
        raise Fault(field, "wrong_type", f"must be a list of {count} numbers")
    if len(value) != count:
        raise Fault(field, "wrong_type", f"must have {count} numbers, not {len(value)}")
    return [number(item, field) for item in value]


def hundredths(value: Number) -> int:
    return floor(value * 100 + 0.5)


def from_hundredths(value: int) -> Number:
    return value // 100 if value % 100 == 0 else value / 100


def rounded(value: Number) -> Number:
    return from_hundredths(floor(value * 100 + 0.5))


def clamped(value: Number, limit_px: int, field: str) -> int:
    """Coordinate in hundredths of a pixel, pulled into [0, limit_px] when at most EDGE_TOLERANCE_PX outside."""
    if value < -EDGE_TOLERANCE_PX or value > limit_px + EDGE_TOLERANCE_PX:
        raise Fault(field, "outside_image", f"{rounded(value)} lies outside the image (0 to {limit_px})")
    return min(max(floor(value * 100 + 0.5), 0), limit_px * 100)


def point(value: Any, frame: Frame, field: str) -> Point:
    """One canonical point [x, y] within the image."""
    x, y = numbers(value, 2, field)
    return [
        from_hundredths(clamped(x, frame.width_px, field)),
        from_hundredths(clamped(y, frame.height_px, field)),
    ]


def points(value: Any, frame: Frame, field: str) -> list[Point]:
    """A list of canonical points without immediate repetitions; charges the answer's budget of points."""
    if type(value) is not list and type(value) is not tuple:
        raise Fault(field, "wrong_type", "must be a list of points [x, y]")
    if len(value) > MAX_POINTS:
        raise Fault(field, "too_many_points", f"at most {MAX_POINTS:,} points in one annotation")
    frame.budget.points -= len(value)
    if frame.budget.points < 0:
        raise Fault(field, "too_many_points", f"at most {MAX_POINTS_TOTAL:,} points in one answer")
    path: list[Point] = []
    for position, item in enumerate(value):
        here = point(item, frame, f"{field}[{position}]")
        if not path or here != path[-1]:
            path.append(here)
    return path


def centre_inside(x: Number, y: Number, frame: Frame, field: str) -> None:
    """Turned shapes may stick out of the image, as the things they cover do, but are centred on it."""
    clamped(x, frame.width_px, field)
    clamped(y, frame.height_px, field)


def angle(value: Any, turn_degrees: int, field: str) -> Number:
    """Clockwise angle as seen on the screen, canonical in [0, turn_degrees)."""
    turned = floor(number(value, field) * ANGLE_STEPS + 0.5) % (turn_degrees * ANGLE_STEPS)
    return turned // ANGLE_STEPS if turned % ANGLE_STEPS == 0 else turned / ANGLE_STEPS
