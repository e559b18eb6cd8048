"""How far back single steps remember."""

import numpy as np
import pytest

from tests.core.nets import Architecture, Derivative, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.behaviour.profile import lag_profile
from unrolled.core.behaviour.step_horizons import StepHorizons, sampled_step_horizons, step_horizons
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.norms.triangle import triangle


def even(rate, length):
    """Make a triangle that decays by one rate everywhere."""
    lag = np.subtract.outer(np.arange(length), np.arange(length)).astype(float)
    return np.where(lag >= 0, rate * lag, np.nan)


def horizons_of(sizes):
    return step_horizons(sizes, lag_profile(sizes, np.arange(1, len(sizes) + 1)))


def test_a_past_that_is_too_short_is_left_out_and_counted():
    # Steps 1 to 6 still have a thousandth at step 1.
    assert horizons_of(even(-0.6, 40)) == StepHorizons(5, 5, 34, 6)
    assert horizons_of(even(-0.01, 40)) == StepHorizons(None, None, 0, 40)


def test_each_step_has_its_own():
    sizes = even(-1.0, 40)
    sizes[30] /= 3  # Step 31 forgets three times as slowly, and step 4 remembers everything.
    assert horizons_of(sizes) == StepHorizons(3, 9, 36, 4)
    sizes[35] = np.where(np.isnan(sizes[35]), np.nan, 0.0)
    assert horizons_of(sizes) == StepHorizons(3, 9, 35, 5)


def test_what_is_exactly_zero_remembers_nothing():
    sizes = even(0.0, 12)
    sizes[np.tril_indices(12, -4)] = -np.inf
    assert horizons_of(sizes) == StepHorizons(3, 3, 8, 4)
    sizes[np.tril_indices(12)] = -np.inf
    assert horizons_of(sizes) == StepHorizons(0, 0, 12, 0)


def test_before_the_first_lag_with_a_path_there_is_nothing_to_tell():
    sizes = even(-1.0, 12)
    np.fill_diagonal(sizes, -np.inf)
    # Compared with lag 1: of the steps 2, 3, 4 and 5 the first still has enough, step 1 has no path.
    assert horizons_of(sizes) == StepHorizons(4, 4, 7, 5)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("count", [7, 16, 30])
@pytest.mark.parametrize(("of", "wrt"), [("h", "h"), ("s", "x"), ("c", "h")])
def test_samples_have_the_horizons_of_their_steps(norm, count, of, wrt):
    chain = Derivative(of, wrt).chain(run(Architecture("lstm"), 90, 4, memory=MemoryBias(forget_bias=1.0)))
    every, steps = np.arange(1, 91), sample_steps(90, count)
    whole, sampled = (triangle(chain, square_grid(each), norm) for each in (every, steps))
    profile = lag_profile(whole, every)
    rows = np.array([int(np.flatnonzero(row >= profile.reference - 3).min(initial=t)) for t, row in enumerate(whole)])
    told = [int(t - 1 - rows[t - 1]) for t in steps if rows[t - 1] > 0 and t > profile.reference_lag]
    found = sampled_step_horizons(chain, steps, sampled, profile, norm)
    assert (found.low, found.high, found.told) == (min(told), max(told), len(told))
    assert found.told + found.untold == len(steps)
