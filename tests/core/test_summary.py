"""What a triangle says in a few numbers, on triangles made by hand."""

import numpy as np
import pytest

from app.core.summary import by_lag, summarise


def even(rate: float, length: int, stride: int = 1):
    """Make a triangle that decays by one rate everywhere."""
    steps = np.arange(stride, length + 1, stride)
    lag = (steps[:, None] - steps[None, :]).astype(float)
    return np.where(lag >= 0, rate * lag, np.nan), steps


@pytest.mark.parametrize(
    ("rate", "verdict", "horizon"),
    [
        (-0.6, "vanishes", 5),
        (-1.0, "vanishes", 3),
        (-0.01, "preserves", None),
        (0.0, "preserves", None),
        (0.3, "explodes", None),
    ],
)
def test_rate_verdict_and_horizon_of_an_even_decay(rate, verdict, horizon):
    found = summarise(by_lag(*even(rate, 40)), 40)
    assert found.verdict == verdict
    assert found.horizon == horizon
    assert found.rate == pytest.approx(rate, abs=1e-12)


def test_the_horizon_is_measured_from_lag_zero():
    triangle, steps = even(-0.6, 40)
    assert summarise(by_lag(triangle + 0.7, steps), 40).horizon == 5


def test_median_and_range_are_taken_over_t():
    triangle = np.array([[0, np.nan, np.nan], [-1.0, 0, np.nan], [-5.0, -3.0, 0]])
    profile = by_lag(triangle, np.array([1, 2, 3]))
    np.testing.assert_array_equal(profile.lag, [0, 1, 2])
    np.testing.assert_array_equal(profile.median, [0, -2, -5])
    np.testing.assert_array_equal(profile.low, [0, -3, -5])
    np.testing.assert_array_equal(profile.high, [0, -1, -5])


def test_sampled_triangles_keep_true_lags_and_rates():
    profile = by_lag(*even(-0.05, 400, stride=8))
    assert profile.lag[1] == 8
    found = summarise(profile, 400)
    assert found.rate == pytest.approx(-0.05)
    assert found.horizon == 56


def test_exact_zeros_have_no_rate_and_no_nan():
    triangle, steps = even(0.0, 8)
    triangle[np.tril_indices(8, -2)] = -np.inf
    profile = by_lag(triangle, steps)
    assert not np.isnan(profile.median).any()
    found = summarise(profile, 8)
    assert (found.verdict, found.horizon, found.rate) == ("vanishes", 1, None)


def test_one_step_has_no_rate():
    found = summarise(by_lag(np.zeros((1, 1)), np.array([1])), 1)
    assert (found.verdict, found.horizon, found.rate) == ("preserves", None, None)
