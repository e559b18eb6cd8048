"""The horizon of a window, read off every few steps, is its own last lag."""

import numpy as np
import pytest

from tests.core.feedforward.nets import random_trace
from unrolled.core.arrays.grid import sample_steps
from unrolled.core.behaviour.feedforward_horizon import direct_horizon
from unrolled.core.behaviour.profile import lag_profile
from unrolled.core.behaviour.summary import summarise


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("window", [5, 7, 8])
def test_a_window_is_forgotten_after_its_last_lag(norm, window):
    trace = random_trace("window", 60, window=window, activation="identity")
    for resolution in (15, 60):
        steps = sample_steps(60, resolution)
        triangle = np.array([trace.log10_norms(int(t), steps, norm) for t in steps])
        triangle[np.triu_indices(len(steps), 1)] = np.nan
        profile = lag_profile(triangle, steps)
        horizon = summarise(profile).horizon
        assert direct_horizon(trace, steps, profile, norm, horizon) == window - 1


def test_what_never_falls_or_has_one_step_stays_as_it_is():
    trace = random_trace("mlp", 20)
    for steps, horizon in ((sample_steps(20, 5), None), (np.array([20]), 0)):
        sizes = np.where(steps[:, None] >= steps, 0.0, np.nan)
        assert direct_horizon(trace, steps, lag_profile(sizes, steps), "spectral", horizon) == horizon
