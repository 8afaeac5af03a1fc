"""COCO run-length encoded masks: bit-identical to pycocotools, without a dense bitmap wherever runs suffice.

A mask of height h and width w is read column by column (index = x * h + y). `counts` are lengths of runs, alternating
0s and 1s and starting with 0s. The compressed string stores each count (from the fourth on as the difference to the
count two before) in groups of five bits, low group first, one character 48 + group (+ 32 when more follow) each
(pycocotools/common/maskApi.c, rleToString and rleFrString).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .geometry import CROSSINGS_AT_ONCE, Bounds, Ring, edges_of
from .reading import MAX_RUNS

Counts = NDArray[np.int64]
Bitmap = NDArray[np.bool_]

MAX_PIXELS = 400_000_000
MAX_GROUPS = 7  # 7 x 5 bits: every difference of two counts below 2^31


class MaskError(ValueError):
    """The mask cannot be read: bad characters, too many runs, or runs that do not fill the image."""


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Runs of one mask; `counts` are non-negative, sum to height_px * width_px, and only the first may be zero."""

    height_px: int
    width_px: int
    counts: Counts

    @property
    def area_px(self) -> int:
        return int(self.counts[1::2].sum())

    def as_json(self) -> dict[str, Any]:
        return {"size": [self.height_px, self.width_px], "counts": compress(self.counts)}


def uncompress(text: str | bytes, max_runs: int = MAX_RUNS) -> Counts:
    """Counts from the compressed string; raises MaskError before anything is allocated for too long a string."""
    try:
        raw = text.encode("ascii") if isinstance(text, str) else text
    except UnicodeEncodeError:
        raise MaskError("the run lengths hold a character that is not ASCII") from None
    if len(raw) > max_runs * MAX_GROUPS:
        raise MaskError(f"more than {max_runs:,} runs")
    groups = np.frombuffer(raw, dtype=np.uint8).astype(np.int64) - 48
    if len(groups) == 0:
        raise MaskError("the run lengths are empty")
    if groups.min() < 0 or groups.max() > 63:
        raise MaskError("the run lengths hold a character outside '0' to 'o'")
    last = np.flatnonzero((groups & 32) == 0)
    if len(last) == 0 or last[-1] != len(groups) - 1:
        raise MaskError("the run lengths end within a number")
    if len(last) > max_runs:
        raise MaskError(f"more than {max_runs:,} runs")
    first = np.concatenate([[0], last[:-1] + 1])
    place = np.arange(len(groups)) - np.repeat(first, last - first + 1)
    if place.max() >= MAX_GROUPS:
        raise MaskError("a run length is too large")
    values = np.add.reduceat((groups & 31) << (5 * place), first)
    negative = (groups[last] & 16) != 0
    values[negative] -= 1 << (5 * (place[last][negative] + 1))
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def compress(counts: Counts | Sequence[int]) -> str:
    """The compressed string of counts, the same characters as pycocotools writes."""
    values = np.array(counts, dtype=np.int64)
    values[3:] -= np.asarray(counts, dtype=np.int64)[1:-2]
    characters = np.zeros((len(values), MAX_GROUPS + 1), dtype=np.uint8)
    going = np.ones(len(values), dtype=bool)
    for place in range(MAX_GROUPS + 1):
        group = values & 31
        values >>= 5
        more = np.where((group & 16) != 0, values != -1, values != 0)
        characters[going, place] = (group + 48 + 32 * more)[going]
        going &= more
        if not going.any():
            break
    return characters[characters > 0].tobytes().decode("ascii")


def mask_of_counts(counts: Counts | Sequence[int], height_px: int, width_px: int) -> Mask:
    """A mask of checked, canonical runs: zero-length runs inside are merged, so equal masks have equal counts."""
    if not 0 < height_px * width_px <= MAX_PIXELS or height_px < 0:
        raise MaskError(f"a mask of {height_px} x {width_px} pixels")
    if len(counts) > MAX_RUNS:
        raise MaskError(f"more than {MAX_RUNS:,} runs")
    runs = np.asarray(counts, dtype=np.int64)
    if len(runs) == 0 or runs.min() < 0 or runs.max() > height_px * width_px:
        raise MaskError("a run is negative or longer than the mask")
    if int(runs.sum()) != height_px * width_px:
        raise MaskError(f"the runs fill {int(runs.sum()):,} pixels, not {height_px * width_px:,}")
    if (runs[1:] == 0).any():
        ends = np.cumsum(runs)
        return mask_of_runs(ends[0:-1:2], ends[1::2], height_px, width_px)
    return Mask(height_px, width_px, runs)


def mask_of_runs(starts: Counts, ends: Counts, height_px: int, width_px: int) -> Mask:
    """A mask from sorted, disjoint runs [start, end) of ones; empty runs are dropped, touching runs joined."""
    kept = ends > starts
    starts, ends = starts[kept], ends[kept]
    joined = np.concatenate([[True], starts[1:] > ends[:-1]]) if len(starts) else np.zeros(0, dtype=bool)
    starts, ends = starts[joined], ends[np.roll(joined, -1)] if len(ends) else ends
    edges = np.stack([starts, ends], axis=1).ravel()
    counts = np.diff(np.concatenate([[0], edges, [height_px * width_px]]))
    return Mask(height_px, width_px, counts if len(counts) == 1 or counts[-1] > 0 else counts[:-1])


def mask_of_json(value: dict[str, Any]) -> Mask:
    """Read {"size": [h, w], "counts": compressed string or list of counts}. Raises MaskError."""
    height_px, width_px = value["size"]
    counts = value["counts"]
    return mask_of_counts(uncompress(counts) if isinstance(counts, str | bytes) else counts, height_px, width_px)


def encode(bitmap: Bitmap) -> Mask:
    """Mask of a dense (height, width) bitmap."""
    height_px, width_px = bitmap.shape
    flat = np.asarray(bitmap, dtype=bool).ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges = np.concatenate([[0] if not flat[0] else [0, 0], changes, [flat.size]])
    return Mask(height_px, width_px, np.diff(edges).astype(np.int64))


def decode(mask: Mask) -> Bitmap:
    """Dense (height, width) bitmap; the only function here whose memory grows with the pixels."""
    ones = np.arange(len(mask.counts)) % 2 == 1
    return np.repeat(ones, mask.counts).reshape((mask.height_px, mask.width_px), order="F")


def intersection_px(a: Mask, b: Mask) -> int:
    """Pixels in both. For each run of a, how many ones of b lie before its end minus before its start: O(n log m)."""
    if (a.height_px, a.width_px) != (b.height_px, b.width_px):
        raise MaskError("the masks differ in size")
    edges_a, edges_b = np.cumsum(a.counts), np.cumsum(b.counts)
    ones_before = np.concatenate([[0], np.cumsum(np.where(np.arange(len(b.counts)) % 2 == 1, b.counts, 0))])
    run = np.searchsorted(edges_b, edges_a, side="left")
    # edges_a[k] lies in run `run[k]` of b: all earlier ones, and within a run of ones those up to the edge
    into = edges_a - (edges_b[run] - b.counts[run])
    ones = ones_before[run] + np.where(run % 2 == 1, into, 0)
    return int(np.diff(ones)[0::2].sum())


def iou(a: Mask, b: Mask) -> float:
    """Intersection over union; two empty masks agree (1.0)."""
    both = intersection_px(a, b)
    union = a.area_px + b.area_px - both
    return both / union if union else 1.0


def bounds(mask: Mask) -> Bounds:
    """(left, top, right, bottom) in pixels around all ones; an empty mask has (0, 0, 0, 0)."""
    edges = np.cumsum(mask.counts)
    starts, ends = edges[0:-1:2], edges[1::2]
    if len(ends) == 0:
        return (0.0, 0.0, 0.0, 0.0)
    height = mask.height_px
    wraps = starts // height != (ends - 1) // height  # a run over a column's end touches the top and the bottom row
    top = 0 if wraps.any() else int((starts % height).min())
    bottom = height if wraps.any() else int(((ends - 1) % height).max()) + 1
    return (float(starts[0] // height), float(top), float((ends[-1] - 1) // height + 1), float(bottom))


def polygon_to_mask(rings: Sequence[Ring], height_px: int, width_px: int) -> Mask:
    """Rasterise a region: a pixel is in when its centre is, by the even-odd rule; parts off the image are cut.

    Scanlines run down the columns, so crossings sorted by (column, y) are already the runs of the mask. A centre
    exactly on a left or top edge is in, on a right or bottom edge out, so neighbours that share an edge share no pixel.
    pycocotools' frPyObjects also paints pixels the outline merely touches; the two differ by at most the outline.
    """
    edges = edges_of(rings)
    edges = edges[edges[:, 0] != edges[:, 2]]
    low, high = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
    first = np.clip(np.ceil(low - 0.5), 0, width_px).astype(np.int64)
    columns = np.clip(np.ceil(high - 0.5), 0, width_px).astype(np.int64) - first
    slope = (edges[:, 3] - edges[:, 1]) / (edges[:, 2] - edges[:, 0])
    starts, ends = [], []
    at_once = max(1, CROSSINGS_AT_ONCE // max(1, len(edges)))
    for left in range(0, width_px, at_once):
        begin = np.maximum(first, left)
        met = np.maximum(np.minimum(first + columns, left + at_once) - begin, 0)
        edge = np.repeat(np.arange(len(edges)), met)
        if len(edge) == 0:
            continue
        column = np.arange(len(edge)) - np.repeat(np.cumsum(met) - met, met) + begin[edge]
        y = edges[edge, 1] + (column + 0.5 - edges[edge, 0]) * slope[edge]
        order = np.lexsort((y, column))
        index = column[order] * height_px + np.clip(np.ceil(y[order] - 0.5), 0, height_px).astype(np.int64)
        starts.append(index[0::2])
        ends.append(index[1::2])
    none = np.zeros(0, dtype=np.int64)
    return mask_of_runs(np.concatenate([none, *starts]), np.concatenate([none, *ends]), height_px, width_px)
