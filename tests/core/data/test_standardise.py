"""Numbers of any size brought to mean 0 and deviation 1."""

import numpy as np
import pytest

from unrolled.core.data.standardise import standardise, standardise_columns


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e307])
def test_numbers_of_any_size_have_mean_0_and_deviation_1(scale):
    values = scale * np.array([[3.0, -4.0], [1.5, 8.0]])
    scaled, notes = standardise(values, "The numbers")
    assert (scaled.mean(), scaled.std()) == pytest.approx((0.0, 1.0), abs=1e-12)
    np.testing.assert_allclose(scaled, (values / scale - 2.125) / (values / scale).std())
    assert notes[0].startswith("The numbers are standardised: ")


@pytest.mark.parametrize("value", [0.0, 5.0, 1e308])
def test_equal_numbers_become_zero_and_say_so(value):
    scaled, notes = standardise(np.full(4, value), "The numbers")
    np.testing.assert_array_equal(scaled, 0.0)
    assert notes == ("The numbers are all equal: standardised, they are 0 at every step.",)


def test_columns_are_standardised_each_in_place_and_flat_ones_counted():
    values = np.array([[1.0, 7.0, 10.0], [3.0, 7.0, 40.0]])
    scaled, flat = standardise_columns(values)
    assert scaled is values
    assert flat == 1
    np.testing.assert_allclose(scaled, [[-1.0, 0.0, -1.0], [1.0, 0.0, 1.0]])
