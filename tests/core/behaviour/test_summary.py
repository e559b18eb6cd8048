"""What a triangle says in a few numbers, on triangles made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from unrolled.core.behaviour.profile import lag_profile
from unrolled.core.behaviour.summary import VERDICTS, half_life, summarise, verdict_of


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
        (-0.01, "decays", None),
        (-0.003, "preserves", None),
        (0.01, "grows", None),
        (0.0, "preserves", None),
        (0.3, "explodes", None),
    ],
)
def test_rate_verdict_and_horizon_of_an_even_decay(rate, verdict, horizon):
    summary = summarise(lag_profile(*even(rate, 40)))
    assert summary.verdict == verdict
    assert summary.horizon == horizon
    assert summary.rate == pytest.approx(rate, abs=1e-12)


def test_the_horizon_is_measured_from_lag_zero():
    triangle, steps = even(-0.6, 40)
    assert summarise(lag_profile(triangle + 0.7, steps)).horizon == 5


def test_sampled_triangles_keep_true_lags_and_rates():
    profile = lag_profile(*even(-0.05, 400, stride=8))
    assert profile.lag[1] == 8
    summary = summarise(profile)
    assert summary.rate == pytest.approx(-0.05)
    assert summary.horizon == 56


def test_exact_zeros_have_no_rate_and_no_nan():
    triangle, steps = even(0.0, 8)
    triangle[np.tril_indices(8, -2)] = -np.inf
    profile = lag_profile(triangle, steps)
    assert not np.isnan(profile.median).any()
    summary = summarise(profile)
    assert (summary.verdict, summary.horizon, summary.rate, summary.zero_from) == ("zero", 1, None, 2)


def test_one_step_has_no_rate():
    summary = summarise(lag_profile(np.zeros((1, 1)), np.array([1])))
    assert (summary.verdict, summary.horizon, summary.rate) == (None, None, None)


def test_a_block_that_begins_as_zero_is_compared_with_its_first_size():
    triangle, steps = even(-0.5, 30)
    np.fill_diagonal(triangle, -np.inf)
    profile = lag_profile(triangle, steps)
    assert (profile.reference_lag, profile.reference) == (1, -0.5)
    summary = summarise(profile)
    assert (summary.verdict, summary.horizon) == ("vanishes", 7)
    assert summary.rate == pytest.approx(-0.5)


def test_a_block_that_is_felt_between_samples_is_compared_with_that():
    triangle, steps = even(-0.5, 160, stride=4)
    np.fill_diagonal(triangle, -np.inf)
    sampled = lag_profile(triangle, steps)
    assert (sampled.reference_lag, sampled.reference) == (4, -2.0)
    onset = replace(sampled, onset=(1, -0.5))
    assert (onset.reference_lag, onset.reference) == (1, -0.5)
    summary = summarise(onset)
    assert summary.horizon == 4
    assert summary.rate == pytest.approx(-0.5)
    # What dies before the first sample is reported as well.
    triangle[np.tril_indices(40, -1)] = -np.inf
    summary = summarise(replace(lag_profile(triangle, steps), onset=(1, -0.5)))
    assert (summary.verdict, summary.horizon, summary.rate) == ("zero", 1, None)


def test_a_triangle_of_nothing_but_zeros_is_zero_from_lag_zero_on():
    triangle, steps = even(0.0, 9)
    triangle[np.tril_indices(9)] = -np.inf
    profile = lag_profile(triangle, steps)
    assert profile.reference == -np.inf
    summary = summarise(profile)
    assert (summary.verdict, summary.horizon, summary.zero_from) == ("zero", 0, 0)


def test_without_a_chain_there_is_a_horizon_and_neither_rate_nor_verdict():
    profile = replace(lag_profile(*even(-0.6, 40)), chained=False)
    summary = summarise(profile)
    assert (summary.verdict, summary.horizon, summary.rate) == (None, 5, None)


def test_a_half_life_is_the_time_in_which_half_is_left():
    assert 10 ** (-0.1 * half_life(-0.1)) == pytest.approx(0.5)
    assert half_life(0.1) == half_life(-0.1)
    assert half_life(0.0) == np.inf


def test_the_verdict_changes_at_half_lives_of_5_and_of_100_steps():
    at = [-np.inf, *(sign * np.log10(2) / steps for sign in (-1, 1) for steps in (4.99, 5.01, 99.9, 100.1))]
    verdicts = [verdict_of(rate) for rate in sorted([*at, 0.0])]
    assert verdicts == [
        "zero", "vanishes", "decays", "decays", "preserves", "preserves", "preserves", "grows", "grows", "explodes",
    ]  # fmt: skip
    assert sorted(set(verdicts), key=verdicts.index) == list(VERDICTS)
