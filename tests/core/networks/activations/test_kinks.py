"""The kinks of every activation, found where its slope jumps or turns."""

import numpy as np
import pytest

from unrolled.core.networks.activations import ACTIVATIONS

_STEP = 1e-3


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_jumps_or_turns_at_the_kinks_alone(name):
    # No kink falls on a point.
    x = np.arange(-8.0, 8.0, _STEP) + 0.37 * _STEP
    slope = ACTIVATIONS[name].derivative(x)
    # Of a smooth slope it is quadratic in the step.
    second_difference = np.abs(slope[2:] - 2.0 * slope[1:-1] + slope[:-2])
    found = np.round(x[1:-1][second_difference > 0.05 * _STEP], 1) + 0.0
    assert sorted(set(found.tolist())) == list(ACTIVATIONS[name].kinks)
