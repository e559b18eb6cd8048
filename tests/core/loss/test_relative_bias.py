"""Distances of truncated gradients to the whole one, of any size; and the places of the first cut."""

import numpy as np
import pytest

from unrolled.core.loss.relative_bias import Distances, distances, first_cuts

WHOLE = np.array([[3.0, 0.0], [0.0, 4.0]])


def test_distances_are_those_of_vectors():
    result = distances(np.array([WHOLE, 2.0 * WHOLE, -WHOLE, [[4.0, 0.0], [0.0, -3.0]], np.zeros((2, 2))]), WHOLE)
    np.testing.assert_allclose(result.relative, [0.0, 1.0, 2.0, np.sqrt(2.0), 1.0])
    np.testing.assert_allclose(result.cosine, [1.0, 1.0, -1.0, 0.0, np.nan], atol=1e-15)
    np.testing.assert_allclose(result.ratio, [1.0, 2.0, 1.0, 1.0, 0.0])


@pytest.mark.parametrize("size", [1e-170, 1e-250, 2.0**-940])
def test_a_gradient_without_a_square_has_its_direction(size):
    result = distances(size * np.array([[[3.0, 0.0], [4.0, 0.0]]]), WHOLE)
    assert result.cosine[0] == pytest.approx(9.0 / 25.0)
    assert result.relative[0] == 1.0


def test_a_gradient_without_digits_has_none():
    assert np.isnan(distances(np.full((1, 2, 2), 1e-310), WHOLE).cosine).all()


def test_distances_are_put_together_and_chosen():
    one = Distances(np.array([1.0]), np.array([2.0]), np.array([3.0]))
    joined = Distances.joined([one, Distances.unknown(2)])
    np.testing.assert_array_equal(joined.ratio, [3.0, np.nan, np.nan])
    assert joined.at(slice(0, 1)).cosine.tolist() == [2.0]


@pytest.mark.parametrize(
    ("window", "cuts"),
    [
        (1, [0]),
        (2, [0, 1]),
        (8, [0, 1, 2, 3, 4, 5, 6, 7]),
        (9, [0, 1, 2, 3, 4, 5, 6, 7]),
        (20, [0, 2, 5, 7, 10, 12, 15, 17]),
        (99, [0, 12, 24, 37, 49, 61, 74, 86]),
        (100, [0]),
        (101, [0]),
    ],
)
def test_first_cuts_are_all_or_evenly_spaced(window, cuts):
    assert first_cuts(window, 100).tolist() == cuts
