"""What a triangle says in a few numbers, on triangles made by hand."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.behaviour.summary import horizon_range, lag_profile, summarise, truncation_steps


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
    summary = summarise(lag_profile(*even(rate, 40)), 40)
    assert summary.verdict == verdict
    assert summary.horizon == horizon
    assert summary.rate == pytest.approx(rate, abs=1e-12)


def test_the_horizon_is_measured_from_lag_zero():
    triangle, steps = even(-0.6, 40)
    assert summarise(lag_profile(triangle + 0.7, steps), 40).horizon == 5


def test_median_and_range_are_taken_over_t():
    triangle = np.array([[0, np.nan, np.nan], [-1.0, 0, np.nan], [-5.0, -3.0, 0]])
    profile = lag_profile(triangle, np.array([1, 2, 3]))
    np.testing.assert_array_equal(profile.lag, [0, 1, 2])
    np.testing.assert_array_equal(profile.median, [0, -2, -5])
    np.testing.assert_array_equal(profile.low, [0, -3, -5])
    np.testing.assert_array_equal(profile.high, [0, -1, -5])


def test_sampled_triangles_keep_true_lags_and_rates():
    profile = lag_profile(*even(-0.05, 400, stride=8))
    assert profile.lag[1] == 8
    summary = summarise(profile, 400)
    assert summary.rate == pytest.approx(-0.05)
    assert summary.horizon == 56


def test_exact_zeros_have_no_rate_and_no_nan():
    triangle, steps = even(0.0, 8)
    triangle[np.tril_indices(8, -2)] = -np.inf
    profile = lag_profile(triangle, steps)
    assert not np.isnan(profile.median).any()
    summary = summarise(profile, 8)
    assert (summary.verdict, summary.horizon, summary.rate) == ("vanishes", 1, None)


def test_one_step_has_no_rate():
    summary = summarise(lag_profile(np.zeros((1, 1)), np.array([1])), 1)
    assert (summary.verdict, summary.horizon, summary.rate) == ("preserves", None, None)


def test_a_block_that_begins_as_zero_is_compared_with_its_first_size():
    triangle, steps = even(-0.5, 30)
    np.fill_diagonal(triangle, -np.inf)
    profile = lag_profile(triangle, steps)
    assert (profile.reference_lag, profile.reference) == (1, -0.5)
    summary = summarise(profile, 30)
    assert (summary.verdict, summary.horizon) == ("vanishes", 7)
    assert summary.rate == pytest.approx(-0.5)


def test_a_block_that_is_felt_between_samples_is_compared_with_that():
    triangle, steps = even(-0.5, 160, stride=4)
    np.fill_diagonal(triangle, -np.inf)
    sampled = lag_profile(triangle, steps)
    assert (sampled.reference_lag, sampled.reference) == (4, -2.0)
    onset = replace(sampled, onset=(1, -0.5))
    assert (onset.reference_lag, onset.reference) == (1, -0.5)
    summary = summarise(onset, 160)
    assert summary.horizon == 4
    assert summary.rate == pytest.approx(-0.5)
    # What dies before the first sample is reported as well.
    triangle[np.tril_indices(40, -1)] = -np.inf
    summary = summarise(replace(lag_profile(triangle, steps), onset=(1, -0.5)), 160)
    assert (summary.verdict, summary.horizon, summary.rate) == ("vanishes", 0, None)


def test_a_triangle_of_nothing_but_zeros_vanishes():
    triangle, steps = even(0.0, 9)
    triangle[np.tril_indices(9)] = -np.inf
    profile = lag_profile(triangle, steps)
    assert profile.reference == -np.inf
    assert summarise(profile, 9).verdict == "vanishes"
    assert truncation_steps(triangle, steps, 0.9) == 1


def horizons_of(triangle, steps):
    return horizon_range(triangle, steps, lag_profile(triangle, steps))


def test_horizons_of_single_steps_are_those_of_the_later_half():
    assert horizons_of(*even(-0.6, 40)) == (5, 5)
    assert horizons_of(*even(-0.01, 40)) == (20, None)
    triangle, steps = even(-1.0, 40)
    triangle[30] /= 3  # Step 31 forgets three times as slowly, and the first steps remember everything.
    triangle[3] = np.where(np.isnan(triangle[3]), np.nan, 0.0)
    assert horizons_of(triangle, steps) == (3, 9)
    triangle[35] = np.where(np.isnan(triangle[35]), np.nan, 0.0)
    assert horizons_of(triangle, steps) == (3, None)


def test_horizons_count_true_steps_when_sampled():
    assert horizons_of(*even(-0.05, 400, stride=8)) == (56, 56)


def test_a_chain_that_dies_has_horizons_of_what_is_left():
    triangle, steps = even(0.0, 12)
    triangle[np.tril_indices(12, -4)] = -np.inf
    assert horizons_of(triangle, steps) == (3, 3)


SHARES = few(
    product([-2.0, -0.3, -0.01, 0.0, 0.2], [0.1, 0.5, 0.9, 0.99, 0.999999]),
    [(-2.0, 0.99), (-0.3, 0.999999), (-0.01, 0.9), (0.0, 0.5), (0.2, 0.1)],
)


@pytest.mark.parametrize(("rate", "share"), SHARES)
def test_truncation_keeps_its_share_of_the_sum_of_squares_and_no_step_fewer_does(rate, share):
    triangle, steps = even(rate, 40)
    window = truncation_steps(triangle, steps, share)
    lag = steps[:, None] - steps
    squares = np.where(lag >= 0, 10.0 ** (2 * rate * lag), 0.0)

    def within(count):
        return squares[lag < count].sum() / squares.sum()

    assert within(window) >= share * (1 - 1e-12)
    assert window == 1 or within(window - 1) < share


def test_truncation_by_hand():
    # A pair each at lag 0, 1 and 2 of three steps: 3, 2 and 1 of six.
    triangle, steps = even(0.0, 3)
    assert [truncation_steps(triangle, steps, share) for share in (0.4, 0.5, 0.6, 0.8, 0.9, 1.0)] == [1, 1, 2, 2, 3, 3]
    # Far below and far above what float64 squares.
    assert truncation_steps(triangle - 5000, steps, 0.8) == truncation_steps(triangle + 5000, steps, 0.8) == 2
    sampled, at = even(0.0, 400, stride=8)
    assert truncation_steps(sampled, at, 1.0) == 393


def test_the_pairs_that_a_truncation_of_sixty_steps_keeps():
    lag = np.subtract.outer(np.arange(60), np.arange(60))
    chunk = np.arange(60) // 10
    assert np.count_nonzero(lag >= 0) == 1830
    assert np.count_nonzero((lag >= 0) & (lag < 10)) == 555
    assert np.count_nonzero((lag >= 0) & np.equal.outer(chunk, chunk)) == 330
    triangle, steps = even(0.0, 60)
    assert truncation_steps(triangle, steps, 555 / 1830) == 10
    assert truncation_steps(triangle, steps, 1010 / 1830) == 20
