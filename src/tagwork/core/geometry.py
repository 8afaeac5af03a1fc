"""Plane geometry in image pixels (x right, y down): areas, point tests, turned boxes, ellipses, crossings, overlaps.

A region is a list of rings: the first is the outline, the others are holes. Inside is decided by the even-odd rule over
all rings, which equals "outline minus holes" for the regions validation lets through, and needs no ring direction.
"""

from collections.abc import Sequence
from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from .reading import Number

Ring = Sequence[Sequence[Number]]
Bounds = tuple[float, float, float, float]
Floats = NDArray[np.float64]

ELLIPSE_VERTICES = 96
# Above this many pairs of edges two outlines are traced from pixels, and sampled lines say the same as exact slabs.
EXACT_EDGE_PAIRS = 250_000
SAMPLED_LINES = 2_048
MIN_SAMPLED_LINES = 64
# Crossings of lines and edges that one comparison may cost (about half a second), whatever the outlines look like.
MAX_CROSSINGS = 4_000_000
CROSSINGS_AT_ONCE = 250_000


def ring_area(ring: Ring) -> float:
    """Signed area in px² by the shoelace formula; positive when the ring runs clockwise on the screen."""
    twice = 0.0
    last_x, last_y = ring[-1]
    for x, y in ring:
        twice += last_x * y - x * last_y
        last_x, last_y = x, y
    return twice / 2


def region_area(rings: Sequence[Ring]) -> float:
    """Area of the outline minus the areas of its holes, px²."""
    return abs(ring_area(rings[0])) - sum(abs(ring_area(hole)) for hole in rings[1:])


def bounds_of(path: Ring) -> Bounds:
    """(left, top, right, bottom) of a list of points."""
    xs = [vertex[0] for vertex in path]
    ys = [vertex[1] for vertex in path]
    return (min(xs), min(ys), max(xs), max(ys))


def convex_hull(points: Ring) -> list[Sequence[Number]]:
    """The corners of the convex hull, clockwise on the screen (Andrew's monotone chain, 1979)."""
    corners = sorted({(x, y) for x, y in points})
    chains: list[list[Sequence[Number]]] = []
    for way in (corners, corners[::-1]):
        chain: list[Sequence[Number]] = []
        for x, y in way:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        chains.append(chain[:-1])
    return [*chains[0], *chains[1]]


def box_corners(box: Sequence[Number], angle_degrees: Number = 0) -> list[list[float]]:
    """Corners of [x, y, width, height] turned about its centre, clockwise on the screen, from the former top left."""
    x, y, width, height = box
    centre_x, centre_y = x + width / 2, y + height / 2
    c, s = cos(radians(angle_degrees)), sin(radians(angle_degrees))
    return [
        [centre_x + dx * c - dy * s, centre_y + dx * s + dy * c]
        for dx, dy in (
            (-width / 2, -height / 2),
            (width / 2, -height / 2),
            (width / 2, height / 2),
            (-width / 2, height / 2),
        )
    ]


def ellipse_ring(ellipse: Sequence[Number], vertices: int = ELLIPSE_VERTICES) -> list[list[float]]:
    """Polygon with the area of the ellipse [cx, cy, rx, ry, angle]: radii grow by what inscribing loses."""
    centre_x, centre_y, radius_x, radius_y, angle_degrees = ellipse
    swell = sqrt(2 * pi / (vertices * sin(2 * pi / vertices)))
    c, s = cos(radians(angle_degrees)), sin(radians(angle_degrees))
    ring = []
    for step in range(vertices):
        turn = 2 * pi * step / vertices
        dx, dy = radius_x * swell * cos(turn), radius_y * swell * sin(turn)
        ring.append([centre_x + dx * c - dy * s, centre_y + dx * s + dy * c])
    return ring


def edges_of(rings: Sequence[Ring]) -> Floats:
    """All edges as rows (x0, y0, x1, y1), closing each ring."""
    parts = []
    for ring in rings:
        start = np.asarray(ring, dtype=np.float64)
        parts.append(np.concatenate([start, np.roll(start, -1, axis=0)], axis=1))
    return np.concatenate(parts)


def point_in_edges(x: float, y: float, edges: Floats) -> bool:
    """Even-odd rule by the half-open crossing test (Franklin's PNPOLY); on an edge it may say either."""
    crossed = edges[(edges[:, 1] > y) != (edges[:, 3] > y)]
    at_y = crossed[:, 0] + (y - crossed[:, 1]) * (crossed[:, 2] - crossed[:, 0]) / (crossed[:, 3] - crossed[:, 1])
    return bool(np.count_nonzero(x < at_y) % 2)


def point_in_region(x: float, y: float, rings: Sequence[Ring]) -> bool:
    return point_in_edges(x, y, edges_of(rings))


def _candidate_pairs(low: Floats, high: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Sweep and prune on one axis: the order by `low`, for each edge the end of those that begin before it ends."""
    order = np.argsort(low, kind="stable")
    end = np.searchsorted(low[order], high[order], side="right")
    return order, end, int((end - np.arange(len(end)) - 1).sum())


def has_crossing(rings: Sequence[Ring], max_pairs: int) -> tuple[bool | None, int]:
    """Do two edges of the region properly cross?  Returns (answer, edge pairs looked at); None when over `max_pairs`.

    A proper crossing is an inner point of one edge on an inner point of another. Touching, at a vertex or along an
    edge, is allowed: outlines traced around diagonal pixels touch themselves, and the even-odd rule gives them an area.
    Candidates come from sweep and prune along the axis where fewer edges overlap (exact; a full Bentley-Ottmann sweep
    would bound the worst case, but its robust form is ten times the code and slower below some thousand edges).
    """
    edges = edges_of(rings)
    low_x, high_x = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
    low_y, high_y = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    order, end, pairs = min(
        _candidate_pairs(low_x, high_x), _candidate_pairs(low_y, high_y), key=lambda found: found[2]
    )
    if pairs > max_pairs:
        return None, pairs
    edges = edges[order]
    begin = np.arange(1, len(edges) + 1)
    counts = end - begin
    position = 0
    while position < len(edges):
        # as many edges at once as keep the arrays small
        stop = position + max(1, int(np.searchsorted(np.cumsum(counts[position:]), CROSSINGS_AT_ONCE)))
        block = counts[position:stop]
        first = np.repeat(np.arange(position, min(stop, len(edges))), block)
        second = np.arange(len(first)) - np.repeat(np.cumsum(block) - block, block) + first + 1
        if _cross(edges[first], edges[second]):
            return True, pairs
        position = stop
    return False, pairs


def _cross(first: Floats, second: Floats) -> bool:
    ax, ay, bx, by = first.T
    cx, cy, dx, dy = second.T
    c_side = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    d_side = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    a_side = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    b_side = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    # Coordinates are hundredths below 10^7: doubled areas this small are zero, rounded.
    nothing = 1e-7
    apart = (np.minimum(c_side, d_side) < -nothing) & (np.maximum(c_side, d_side) > nothing)
    return bool((apart & (np.minimum(a_side, b_side) < -nothing) & (np.maximum(a_side, b_side) > nothing)).any())


def _crossing_heights(a: Floats, b: Floats) -> Floats:
    """y of every point where an edge of `a` meets an edge of `b` (n x m pairs at once; parallel edges give none)."""
    ax, ay, bx, by = (column[:, None] for column in a.T)
    cx, cy, dx, dy = b.T
    divisor = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    with np.errstate(divide="ignore", invalid="ignore"):
        along_a = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / divisor
        along_b = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / divisor
    meet = (along_a >= 0) & (along_a <= 1) & (along_b >= 0) & (along_b <= 1)  # NaN is False
    row, column = np.nonzero(meet)
    return np.asarray(a[row, 1] + along_a[row, column] * (a[row, 3] - a[row, 1]), dtype=np.float64)


def overlap_areas(a: Sequence[Ring], b: Sequence[Ring]) -> tuple[float, float, float]:
    """(area of a, area of b, area of both) in px², for regions without proper crossings.

    Exact by slabs: between two neighbouring heights at which an edge begins, ends or crosses an edge of the other
    region, every length along a horizontal line is linear in y, so height x length on the middle line is the area.
    Outlines of more than EXACT_EDGE_PAIRS edge pairs, or that cross too often, are measured on at most SAMPLED_LINES
    equally spaced lines instead.
    """
    edges_a, edges_b = edges_of(a), edges_of(b)
    edges = np.concatenate([edges_a, edges_b])
    belongs_to_b = np.arange(len(edges)) >= len(edges_a)
    slanted = edges[:, 1] != edges[:, 3]
    edges, belongs_to_b = edges[slanted], belongs_to_b[slanted]
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])

    exact = len(edges_a) * len(edges_b) <= EXACT_EDGE_PAIRS
    if exact:
        levels = np.unique(np.concatenate([low, high, _crossing_heights(edges_a, edges_b)]))
        exact = (np.searchsorted(levels, high) - np.searchsorted(levels, low)).sum() <= MAX_CROSSINGS
    if not exact:
        edges_per_line = (high - low).sum() / (high.max() - low.min())
        sampled = min(SAMPLED_LINES, max(MIN_SAMPLED_LINES, int(MAX_CROSSINGS / edges_per_line)))
        levels = np.linspace(low.min(), high.max(), sampled + 1)
    heights = np.diff(levels)
    lines = (levels[1:] + levels[:-1]) / 2

    first_line = np.searchsorted(lines, low)
    lines_met = np.searchsorted(lines, high) - first_line
    slope = (edges[:, 2] - edges[:, 0]) / (edges[:, 3] - edges[:, 1])

    totals = np.zeros(3)
    at_once = max(1, CROSSINGS_AT_ONCE // max(1, len(edges)))
    for start in range(0, len(lines), at_once):
        begin = np.maximum(first_line, start)
        met = np.maximum(np.minimum(first_line + lines_met, start + at_once) - begin, 0)
        edge = np.repeat(np.arange(len(edges)), met)
        line = np.arange(len(edge)) - np.repeat(np.cumsum(met) - met, met) + begin[edge]
        x = edges[edge, 0] + (lines[line] - edges[edge, 1]) * slope[edge]
        order = np.lexsort((x, line))
        line, x, of_b = line[order], x[order], belongs_to_b[edge[order]]
        # Every line meets each region an even number of times, so the parities are zero again where the line changes.
        in_a, in_b = np.cumsum(~of_b)[:-1] & 1, np.cumsum(of_b)[:-1] & 1
        pieces = np.diff(x) * heights[line[:-1]]
        totals += (pieces @ in_a, pieces @ in_b, pieces @ (in_a & in_b))
    return float(totals[0]), float(totals[1]), float(totals[2])
