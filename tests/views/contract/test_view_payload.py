"""Numbers and arrays as JSON."""

import numpy as np

from unrolled.views.contract.view import count_zeros, finite, finite_list, finite_rows


def test_what_is_not_finite_is_none():
    values = np.array([1.5, np.nan, np.inf, -np.inf])
    assert [finite(value) for value in values] == finite_list(values) == [1.5, None, None, None]
    assert finite_rows(values.reshape(2, 2)) == [[1.5, None], [None, None]]


def test_exact_zeros_are_counted_apart_from_no_path():
    assert count_zeros(np.array([[0.0, np.nan], [-np.inf, -np.inf]])) == 2
