"""Exact arithmetic against fractions, and what must not be decided by rounding."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples
from unrolled.core.arrays import exact
from unrolled.core.arrays.exact import is_nilpotent, log_determinant


def determinant(matrix):
    """Expand a small matrix of float64 numbers along its first row, in fractions."""
    if len(matrix) == 0:
        return Fraction(1)
    minors = ([[*row[:place], *row[place + 1 :]] for row in matrix[1:]] for place in range(len(matrix)))
    terms = zip(matrix[0], minors, range(len(matrix)), strict=True)
    return sum(((-1) ** place * Fraction(number) * determinant(minor) for number, minor, place in terms), Fraction(0))


ENTRIES = st.one_of(
    st.integers(-4, 4).map(float), st.sampled_from([0.1, -0.3, 1e-200, 1e200, 5e-324]), st.floats(-3, 3)
)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(ENTRIES, min_size=n, max_size=n), min_size=n, max_size=n)))
@settings(max_examples=examples(300), deadline=None)
def test_it_is_that_of_fractions(rows):
    truth, told = determinant(rows), log_determinant(np.array(rows))
    if not truth:
        assert told == -math.inf
    else:
        size = math.log(abs(truth.numerator)) - math.log(truth.denominator)
        assert told == pytest.approx(size, rel=1e-12, abs=1e-12)


def test_a_large_one_takes_too_long():
    assert log_determinant(np.random.default_rng(0).standard_normal((90, 90))) is None
    assert log_determinant(np.zeros((90, 90))) == -math.inf


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[2, -1], [4, -2]], True),
        ([[2, -1], [4, -2.0000000000000004]], False),
        ([[0, 1, 2], [0, 0, 3], [0, 0, 0]], True),
        ([[5, -3, 2], [15, -9, 6], [10, -6, 4]], True),
        ([[0.0]], True),
        ([[1e-300]], False),
        ([[1e-14, 0], [0, 1e-14]], False),
        ([[0.1, -0.1], [0.1, -0.1]], True),
        ([[0.1, -0.3], [0.1, -0.1]], False),
        ([[1e200, -1e-200], [1e300, -1e200]], False),
        ([[4194301.0]], False),
    ],
)
def test_nilpotent_is_what_has_a_power_of_zero(rows, expected):
    assert is_nilpotent(np.array(rows, dtype=float)) is expected


def test_a_shuffled_jordan_block_is_nilpotent(monkeypatch):
    size, rng = 9, np.random.default_rng(0)
    basis = np.eye(size) + np.triu(rng.integers(-2, 3, (size, size)), 1)
    block = basis @ np.eye(size, k=1) @ np.rint(np.linalg.inv(basis))
    turned = block[rng.permutation(size)][:, rng.permutation(size)]
    assert is_nilpotent(block)
    assert np.abs(np.linalg.eigvals(block + block.T)).max() > 0
    assert not is_nilpotent(turned + np.eye(size))
    # A large one is known by its pattern alone.
    monkeypatch.setattr(exact, "_MOST_EXACT", 1)
    assert is_nilpotent(np.triu(np.ones((size, size)), 1))
    assert not is_nilpotent(np.array([[2.0, -1.0], [4.0, -2.0]]))
