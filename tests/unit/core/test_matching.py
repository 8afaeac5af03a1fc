from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwork.core.matching import best_pairs, similarity_matrix


def by_trying_all(similarity: np.ndarray, threshold: float) -> tuple[int, float]:
    """(pairs, total similarity) of the best assignment, by all orders of the longer side."""
    if similarity.shape[0] > similarity.shape[1]:
        similarity = similarity.T
    best = (0, 0.0)
    for order in permutations(range(similarity.shape[1]), similarity.shape[0]):
        values = [similarity[row, column] for row, column in enumerate(order) if similarity[row, column] >= threshold]
        best = max(best, (len(values), sum(values)))
    return best


@settings(max_examples=150)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_no_other_assignment_has_more_pairs_or_more_similarity(rows: int, columns: int, seed: int) -> None:
    similarity = np.random.default_rng(seed).random((rows, columns)).round(2)
    pairs = best_pairs(similarity, 0.5)
    assert len({row for row, _, _ in pairs}) == len({column for _, column, _ in pairs}) == len(pairs)
    assert all(value == similarity[row, column] >= 0.5 for row, column, value in pairs)
    count, total = by_trying_all(similarity, 0.5)
    assert len(pairs) == count
    assert np.isclose(sum(value for _, _, value in pairs), total)


def test_two_fair_pairs_are_better_than_one_perfect_pair() -> None:
    assert sorted(best_pairs(np.array([[0.5, 1.0], [0.1, 0.5]]), 0.5)) == [(0, 0, 0.5), (1, 1, 0.5)]


def test_nothing_pairs_with_nothing() -> None:
    assert best_pairs(np.zeros((0, 3)), 0.5) == []
    assert similarity_matrix([], [], (10, 10)).shape == (0, 0)


def test_shapes_that_cover_pixels_are_comparable_across_kinds_and_others_are_not() -> None:
    box = {"kind": "box", "box": [10.25, 10.25, 40, 20]}
    outline = {"kind": "polygon", "polygon": [[[10.25, 10.25], [50.25, 10.25], [50.25, 30.25], [10.25, 30.25]]]}
    turned = {"kind": "box", "box": [20.25, 0.25, 20, 40], "angle_degrees": 90}
    point = {"kind": "point", "point": [20, 20]}
    ours = similarity_matrix([box, point], [outline, turned, point, box], (100, 100))
    assert np.allclose(ours, [[1, 1, 0, 1], [0, 0, 1, 0]])
