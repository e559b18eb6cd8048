"""Values with their errors."""

import numpy as np

from unrolled.core.behaviour.blocks import Ratio
from unrolled.views.memory.estimate import Estimates


def test_an_estimate_reaches_two_standard_errors_to_both_sides():
    estimates = Estimates(np.array([1.0, 0.2]), np.array([0.1, 0.2]))
    np.testing.assert_allclose(estimates.least, [0.8, -0.2])
    np.testing.assert_allclose(estimates.most, [1.2, 0.6])
    assert estimates.at(1) == (0.2, 0.2)


def test_ratios_are_taken_as_they_are_and_none_is_unknown():
    ratio = Ratio(np.array([1.0, 3.0, 2.0]), np.array([2.0, 2.0, 2.0]))
    estimates = Estimates.of([ratio, None])
    assert estimates.at(0) == (1.0, ratio.error)
    assert np.isnan(estimates.at(1)).all()
    assert np.isnan(Estimates.none(3).values).tolist() == [True] * 3
