"""Which given object answers which expected one: similarities across kinds, and the best one-to-one assignment."""

from collections.abc import Sequence

import numpy as np

from . import masks
from .geometry import Floats
from .shapes import SHAPES, Annotation, ImageSize
from .similarity import bounds_meet, region_iou

Pair = tuple[int, int, float]


def _across_kinds(expected: Annotation, given: Annotation, image_size: ImageSize) -> float:
    """Shapes of different kinds agree as far as the areas they cover do; points and lines cover none.

    Outlines are compared as outlines; only where one side is a mask does the other become pixels.
    """
    first, second = SHAPES[expected["kind"]], SHAPES[given["kind"]]
    if not bounds_meet(first.bounds(expected), second.bounds(given)):
        return 0.0
    outline, other_outline = first.outline(expected), second.outline(given)
    if outline is not None and other_outline is not None:
        return region_iou(outline, other_outline)
    one, other = first.region(expected, image_size), second.region(given, image_size)
    return masks.iou(one, other) if one is not None and other is not None else 0.0


def similarity_matrix(expected: Sequence[Annotation], given: Sequence[Annotation], image_size: ImageSize) -> Floats:
    """Similarity of every expected (rows) to every given (columns) shape, 0 to 1; labels are not looked at."""
    result = np.zeros((len(expected), len(given)))
    rows_of = {
        kind: [row for row, one in enumerate(expected) if one["kind"] == kind] for kind in {e["kind"] for e in expected}
    }
    columns_of = {
        kind: [column for column, one in enumerate(given) if one["kind"] == kind] for kind in {g["kind"] for g in given}
    }
    for kind, rows in rows_of.items():
        for other_kind, columns in columns_of.items():
            if kind == other_kind:
                result[np.ix_(rows, columns)] = SHAPES[kind].similarities(
                    [expected[row] for row in rows], [given[column] for column in columns], image_size
                )
            else:
                for row in rows:
                    for column in columns:
                        result[row, column] = _across_kinds(expected[row], given[column], image_size)
    return result


def best_pairs(similarity: Floats, threshold: float) -> list[Pair]:
    """The one-to-one pairs (row, column, similarity) at or above the threshold: most pairs first, then most alike.

    The assignment problem, solved by the Hungarian method (Kuhn 1955; SciPy's form is Crouse 2016). Taking the best
    pair first (greedy, as COCO's evaluation does) is refused: it can leave a worker's object unmatched that fits.
    """
    possible = similarity >= threshold
    rows, columns = np.nonzero(possible)
    if len(rows) and (possible.sum(axis=1).max() > 1 or possible.sum(axis=0).max() > 1):
        # Imported here: SciPy takes longer to load than the commands that never match anything take to run.
        from scipy.optimize import linear_sum_assignment

        # One pair more outweighs any gain in similarity.
        worth = np.where(possible, similarity + min(similarity.shape), 0.0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
    return [
        (row, column, float(similarity[row, column]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if possible[row, column]
    ]
