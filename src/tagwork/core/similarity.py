"""How alike two shapes are, 0 to 1, one measure per sort of shape. Shapes are canonical values in image pixels."""

from collections.abc import Mapping, Sequence
from math import exp, sqrt
from unicodedata import normalize

import numpy as np

from .geometry import Bounds, Floats, Ring, bounds_of, overlap_areas
from .reading import Number

OKS_SIGMA = 0.09
# A lone point says nothing of the size of its object: it is taken to cover one hundredth of the image.
POINT_OBJECT_SHARE = 0.01
# A skeleton drawn as one line still has a width: it is taken to be at most four times as long as wide.
SKELETON_MAX_ASPECT = 4
# Mean distance at which two lines have nothing in common, as a share of the square root of the image's area.
POLYLINE_TOLERANCE_RATIO = 0.02
POLYLINE_SAMPLES = 64
IOU_ROWS_AT_ONCE = 256


def box_iou_matrix(a: Sequence[Sequence[Number]], b: Sequence[Sequence[Number]]) -> Floats:
    """Intersection over union of upright boxes [x, y, width, height]; shape (len(a), len(b))."""
    first = np.asarray(a, dtype=np.float64).reshape(-1, 4)
    second = np.asarray(b, dtype=np.float64).reshape(-1, 4)
    result = np.empty((len(first), len(second)))
    second_end = second[:, :2] + second[:, 2:]
    second_area = second[:, 2] * second[:, 3]
    for start in range(0, len(first), IOU_ROWS_AT_ONCE):
        rows = first[start : start + IOU_ROWS_AT_ONCE, None]
        sides = np.minimum(rows[..., :2] + rows[..., 2:], second_end) - np.maximum(rows[..., :2], second[:, :2])
        np.maximum(sides, 0, out=sides)
        both = sides[..., 0] * sides[..., 1]
        result[start : start + IOU_ROWS_AT_ONCE] = both / (rows[..., 2] * rows[..., 3] + second_area - both)
    return np.minimum(result, 1.0, out=result)  # x + width - x may be a rounding error more than width


def bounds_meet(a: Bounds, b: Bounds) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def region_iou(a: Sequence[Ring], b: Sequence[Ring]) -> float:
    """Intersection over union of two regions (outline and holes), exact up to EXACT_EDGE_PAIRS edge pairs."""
    if not bounds_meet(bounds_of(a[0]), bounds_of(b[0])):
        return 0.0
    area_a, area_b, both = overlap_areas(a, b)
    union = area_a + area_b - both
    return min(1.0, max(0.0, both / union)) if union > 0 else 0.0


def point_object_area(image_size: tuple[int, int]) -> float:
    return POINT_OBJECT_SHARE * image_size[0] * image_size[1]


def keypoint_similarity(distance_squared: float, object_area: float, sigma: float = OKS_SIGMA) -> float:
    """Object keypoint similarity of one keypoint: exp(-d² / (2 s² k²)), k = 2 sigma, s² its area (COCO 2016)."""
    return exp(-distance_squared / (2 * object_area * (2 * sigma) ** 2))


def skeleton_oks(
    expected: Mapping[str, Sequence[Number]], given: Mapping[str, Sequence[Number]], image_size: tuple[int, int]
) -> float:
    """Mean keypoint similarity over the keypoints labelled on either side (values [x, y, visibility]).

    COCO skips keypoints that only the given skeleton has; here they count as 0, since a keypoint that is not there must
    not be made up. The object's area is the box around the expected keypoints, at most SKELETON_MAX_ASPECT times as
    long as wide; a single keypoint is compared as a point.
    """
    left, top, right, bottom = bounds_of([place[:2] for place in expected.values()])
    longest = max(right - left, bottom - top)
    area = max((right - left) * (bottom - top), longest * longest / SKELETON_MAX_ASPECT)
    if area == 0:
        area = point_object_area(image_size)
    named = expected.keys() | given.keys()
    total = 0.0
    for name in expected.keys() & given.keys():
        (ex, ey, _), (gx, gy, _) = expected[name], given[name]
        total += keypoint_similarity((ex - gx) ** 2 + (ey - gy) ** 2, area)
    return total / len(named)


def _sampled(path: Floats, count: int) -> Floats:
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    stops = np.linspace(0, along[-1], count)
    return np.stack([np.interp(stops, along, path[:, 0]), np.interp(stops, along, path[:, 1])], axis=1)


def _distances(places: Floats, path: Floats) -> Floats:
    """Distance of each place to the nearest point of the path, by segments."""
    nearest = np.full(len(places), np.inf)
    for start in range(0, len(path) - 1, 2_048):
        head = path[start : start + 2_048 + 1]
        begin, step = head[:-1], np.diff(head, axis=0)
        length_squared = np.maximum((step**2).sum(axis=1), 1e-12)
        offset = places[:, None] - begin
        share = np.clip((offset * step).sum(axis=2) / length_squared, 0, 1)
        apart = offset - share[..., None] * step
        nearest = np.minimum(nearest, np.hypot(apart[..., 0], apart[..., 1]).min(axis=1))
    return nearest


def polyline_mean_distance(a: Ring, b: Ring) -> float:
    """Mean distance in px between two lines, in both directions, from POLYLINE_SAMPLES equally spaced points on each.

    Both directions, because a line that covers only half of the other is near it everywhere. Direction of drawing and
    number of vertices do not matter. The modified Hausdorff distance of Dubuisson and Jain (1994, "A modified Hausdorff
    distance for object matching"), with the mean of the two directions for their maximum: one slip of the hand at one
    vertex, which decides the plain Hausdorff and the Fréchet distance alone, costs here what it is long.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    there = _distances(_sampled(first, POLYLINE_SAMPLES), second).mean()
    back = _distances(_sampled(second, POLYLINE_SAMPLES), first).mean()
    return float((there + back) / 2)


def polyline_similarity(a: Ring, b: Ring, image_size: tuple[int, int]) -> float:
    """1 at distance 0, falling linearly to 0 at POLYLINE_TOLERANCE_RATIO x sqrt(image area)."""
    tolerance_px = POLYLINE_TOLERANCE_RATIO * sqrt(image_size[0] * image_size[1])
    return max(0.0, 1.0 - polyline_mean_distance(a, b) / tolerance_px)


def levenshtein(a: str, b: str) -> int:
    """Edit distance by bit vectors (Myers 1999, in the form of Hyyrö 2003): one pass over b, a lives in one integer."""
    if not a:
        return len(b)
    positions: dict[str, int] = {}
    for place, character in enumerate(a):
        positions[character] = positions.get(character, 0) | 1 << place
    full, top = (1 << len(a)) - 1, 1 << (len(a) - 1)
    rises, falls, distance = full, 0, len(a)
    for character in b:
        equal = positions.get(character, 0)
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        right_rises = falls | ~(diagonal | rises)
        right_falls = rises & diagonal
        if right_rises & top:
            distance += 1
        if right_falls & top:
            distance -= 1
        right_rises = right_rises << 1 | 1
        right_falls = right_falls << 1
        rises = (right_falls | ~(diagonal | right_rises)) & full
        falls = right_rises & diagonal & full
    return distance


def plain_text(text: str) -> str:
    """What is compared of a text: Unicode NFC, runs of white space as one blank, none at the ends. Case counts."""
    return " ".join(normalize("NFC", text).split())


def text_similarity(expected: str, given: str) -> float:
    """1 - character error rate (edit distance over expected length), not below 0; two empty texts agree."""
    wanted, found = plain_text(expected), plain_text(given)
    if not wanted:
        return 0.0 if found else 1.0
    return max(0.0, 1.0 - levenshtein(wanted, found) / len(wanted))
