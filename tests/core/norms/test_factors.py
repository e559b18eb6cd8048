"""Factors of the squares whose Gram matrices are not stored."""

import numpy as np

from tests.core.norms.products import assert_spectral, random_chain
from unrolled.core.arrays.grid import Grid


def test_factors_whose_gram_matrices_are_not_stored(monkeypatch):
    monkeypatch.setattr("unrolled.core.norms.factors._STORED_ENTRIES", 0)
    monkeypatch.setattr("unrolled.core.norms.squares._GRAM_ENTRIES", 3 * 48**2)
    assert_spectral(random_chain(model="lstm", layers=2, hidden=12, length=36))
    window = Grid(np.arange(5, 41, 3), np.arange(1, 41, 2))
    assert_spectral(random_chain(model="lstm", hidden=24, length=40, wrt="x", of="s"), window)
