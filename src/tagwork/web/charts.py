"""Small charts as SVG from the server: attributes and classes only, since no inline style is allowed.

Coordinates are in a box of WIDTH x HEIGHT user units that scales with its column. Text in the picture is short; the
full figures are for the table that the `bar_chart` and `line_chart` tags put beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT = 400, 180
LEFT, RIGHT, TOP, BOTTOM = 50, 8, 10, 24


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    text: str
    label_shown: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class GridLine:
    y: float
    text: str


@dataclass(frozen=True)
class BarChart:
    bars: list[Bar]
    grid: list[GridLine]


@dataclass(frozen=True)
class LineChart:
    line: str
    area: str
    forecast: str
    points: list[Bar]
    grid: list[GridLine]
    threshold_y: float | None


def nice_top(largest: float) -> float:
    """The smallest 1, 2, 2.5 or 5 times a power of ten that is not below `largest`; 1 for nothing."""
    if largest <= 0:
        return 1.0
    power: float = 10.0 ** floor(log10(largest))
    for step in (1, 2, 2.5, 5, 10):
        if step * power >= largest * (1 - 1e-9):
            return step * power
    raise AssertionError("ten times the power is above every number of that power")


def _grid(top: float, show: Callable[[float], str]) -> list[GridLine]:
    return [GridLine(round(_y(top * part, top), 1), show(top * part)) for part in (0, 0.5, 1)]


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - max(0.0, value) / top * (HEIGHT - TOP - BOTTOM)


def _labels_shown(count: int) -> set[int]:
    """At most five labels under the axis, always the first and the last: on a phone there is room for no more."""
    if count <= 5:
        return set(range(count))
    step = -(-count // 4)
    shown = {index for index in range(0, count, step) if count - 1 - index >= step * 0.75}
    return shown | {count - 1}


def bar_chart(points: Sequence[tuple[str, float]], show: Callable[[float], str], *, least_top: float = 1) -> BarChart:
    """Bars for `(label, value >= 0)`; `show` writes a value for a reader. The axis reaches at least `least_top`."""
    top = nice_top(max([least_top, *(value for _, value in points)]))
    slot = (WIDTH - LEFT - RIGHT) / max(1, len(points))
    shown = _labels_shown(len(points))
    bars = []
    for index, (label, value) in enumerate(points):
        y = _y(value, top)
        width = min(slot * 0.72, 48)
        bars.append(
            Bar(
                x=round(LEFT + index * slot + (slot - width) / 2, 1),
                y=round(y, 1),
                width=round(width, 1),
                height=round(HEIGHT - BOTTOM - y, 1),
                label=label,
                text=show(value),
                label_shown=index in shown,
            )
        )
    return BarChart(bars, _grid(top, show))


def line_chart(
    points: Sequence[tuple[str, float]],
    show: Callable[[float], str],
    *,
    forecast: Sequence[tuple[str, float]] = (),
    threshold: float | None = None,
    least_top: float = 1,
) -> LineChart:
    """A line through `points`, dotted on through `forecast`; `threshold` draws a rule across. Values are >= 0."""
    everything = [*points, *forecast]
    top = nice_top(max([least_top, threshold or 0, *(value for _, value in everything)]))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(everything) - 1)
    shown = _labels_shown(len(everything))
    placed = [
        Bar(round(LEFT + index * step, 1), round(_y(value, top), 1), 0, 0, label, show(value), index in shown)
        for index, (label, value) in enumerate(everything)
    ]
    solid, dotted = placed[: len(points)], placed[max(0, len(points) - 1) :] if forecast else []
    line = _path(solid)
    floor_y = HEIGHT - BOTTOM
    area = f"{line} L{solid[-1].x} {floor_y} L{solid[0].x} {floor_y} Z" if len(solid) > 1 else ""
    return LineChart(
        line, area, _path(dotted), placed, _grid(top, show), None if threshold is None else round(_y(threshold, top), 1)
    )


def _path(points: Sequence[Bar]) -> str:
    return " ".join(f"{'M' if index == 0 else 'L'}{point.x} {point.y}" for index, point in enumerate(points))
