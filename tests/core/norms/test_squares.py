"""Squares whose rows and columns lie unevenly, and products that are multiples of orthogonal matrices."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.norms.products import assert_spectral, random_chain
from unrolled.core.arrays.grid import Grid


@pytest.mark.parametrize("rows", few([1, 3, 16], [3]))
def test_a_window_whose_rows_and_columns_lie_unevenly(rows, monkeypatch):
    # Where they overlap every step is a column and every second one a row; beyond, all steps of the grid are rows.
    monkeypatch.setattr("unrolled.core.norms.squares._ROWS", rows)
    assert_spectral(random_chain(length=100, hidden=12), Grid(np.arange(40, 101, 2), np.arange(20, 61)))
    assert_spectral(random_chain(length=100, hidden=12), Grid(np.arange(40, 101), np.arange(20, 61, 3)))


def test_multiples_of_orthogonal_matrices():
    weight = 0.7 * np.linalg.qr(np.random.default_rng(1).standard_normal((24, 24)))[0]
    assert assert_spectral(random_chain(weight=weight, activation="identity")) == 0.0
    # Not quite: these must not be taken for one.
    for perturbation in (1e-6, 1e-9):
        noise = perturbation * np.random.default_rng(2).standard_normal((24, 24))
        assert_spectral(random_chain(weight=weight + noise, activation="identity"))
