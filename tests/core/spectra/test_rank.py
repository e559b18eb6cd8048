"""Exact zeros among singular values, distinguished from what rounding lost."""

import numpy as np

from tests.core.nets import rnn_with
from unrolled.core.spectra.lyapunov import log10_spectra
from unrolled.core.spectra.rank import StructuralRank


def test_closed_units_are_zero_and_hide_nothing_at_any_lag():
    chain = rnn_with(np.diag([0.9, 0.8, 0.7]), 900, "relu", bias=np.array([0.1, 0.1, -1.0]))
    log10_values = log10_spectra(chain, 1, np.array([2, 40, 900]))
    assert np.isneginf(log10_values[:, 2]).all()
    for index, lag in enumerate((1, 39, 899)):
        np.testing.assert_allclose(log10_values[index, :2], lag * np.log10([0.9, 0.8]), atol=1e-9)


def test_the_bound_counts_rows_and_columns_that_are_all_zero():
    narrow = np.ones((3, 4))
    narrow[1] = 0.0
    rank = StructuralRank.identity(4).times(narrow)
    assert rank.bound == 2
    assert rank.times(np.diag([0.0, 1.0, 1.0])).bound == 1
    # What was lost once does not come back.
    assert rank.times(np.ones((5, 3))).bound == 2
    # No factor has an empty row, but no path is left: two shifts in a row.
    shift = np.array([[0.0, 1.0], [0.0, 0.0]])
    assert StructuralRank.identity(2).times(shift).times(shift).bound == 0
