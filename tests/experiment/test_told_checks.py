"""What is told is held to the cells beside it: true summaries pass, and every planted fault fails."""

from dataclasses import replace

import numpy as np
import pytest

from tests.truth.networks import MEMO, NETWORKS
from unrolled.core.behaviour.kept_share import sufficient_steps
from unrolled.core.behaviour.profile import lag_profile
from unrolled.core.behaviour.step_horizons import StepHorizons, step_horizons
from unrolled.core.behaviour.summary import Summary, summarise
from unrolled.experiment.told_checks import kept_share_check, step_horizons_check, told_checks
from unrolled.experiment.triangle import horizons, sufficient_truncation, told


def even(rate, length, stride=1):
    """Make a triangle that decays by one rate everywhere."""
    steps = np.arange(stride, length + 1, stride)
    lag = (steps[:, None] - steps[None, :]).astype(float)
    return np.where(lag >= 0, rate * lag, np.nan), steps


def judged(sizes, steps, summary):
    """Check what is told of a triangle: by name, whether it passed."""
    return {check.name: check.passed for check in told_checks(steps, sizes, lag_profile(sizes, steps), summary)}


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_told_of_true_networks_passes(name):
    known = told(NETWORKS[name], MEMO)
    checks = told_checks(known.steps, known.log10_norm, known.profile, known.summary)
    if NETWORKS[name].query.row.states:
        found = horizons(NETWORKS[name], MEMO)
        truncation = sufficient_truncation(NETWORKS[name], MEMO)
        checks += (
            step_horizons_check(known.steps, known.log10_norm, known.profile, found),
            kept_share_check(known.log10_norm, 0.99, truncation),
        )
    assert all(check.passed for check in checks), checks


@pytest.mark.parametrize("stride", [1, 5])
def test_a_wrong_horizon_rate_or_verdict_fails(stride):
    sizes, steps = even(-0.05, 200, stride)
    true = summarise(lag_profile(sizes, steps))
    assert all(judged(sizes, steps, true).values())
    wrong = {
        "horizon": [replace(true, horizon=horizon) for horizon in (75, 30, None)],
        "rate": [replace(true, rate=-0.05001), replace(true, rate=0.05)],
        "verdict": [replace(true, verdict=other) for other in ("vanishes", "preserves", "grows", "zero")],
    }
    for name, summaries in wrong.items():
        for summary in summaries:
            assert not judged(sizes, steps, summary)[name], (name, summary)
    grown, _ = even(0.05, 200, stride)
    assert not judged(grown, steps, replace(summarise(lag_profile(grown, steps)), verdict="explodes"))["verdict"]


def test_what_far_inputs_have_is_added_up_again():
    sizes, steps = even(-0.05, 30)
    profile = replace(lag_profile(sizes, steps), chained=False, far_share=0.5)
    wrong = {check.name: check.passed for check in told_checks(steps, sizes, profile, summarise(profile))}
    assert not wrong["far inputs"]
    share = (100.0 ** sizes[-1, :15]).sum() / (100.0 ** sizes[-1]).sum()
    true = told_checks(steps, sizes, replace(profile, far_share=share), summarise(profile))
    assert all(check.passed for check in true)


@pytest.mark.parametrize("rate", [-400.0, 400.0])
def test_a_rate_beyond_any_number_is_judged_too(rate):
    sizes, steps = even(rate, 9)
    true = summarise(lag_profile(sizes, steps))
    assert all(judged(sizes, steps, true).values())
    assert not judged(sizes, steps, replace(true, verdict="preserves"))["verdict"]
    profile = replace(lag_profile(sizes, steps), chained=False, far_share=float(rate > 0))
    assert all(check.passed for check in told_checks(steps, sizes, profile, summarise(profile)))


def test_what_is_zero_is_told_as_that():
    sizes, steps = even(0.0, 9)
    sizes[np.tril_indices(9)] = -np.inf
    assert all(judged(sizes, steps, Summary("zero", 0, None, 0)).values())
    assert not judged(sizes, steps, Summary("zero", None, None, 0))["horizon"]
    alive, _ = even(-0.1, 9)
    assert not judged(alive, steps, Summary("zero", None, None, 3))["verdict"]


def test_horizons_of_single_steps_are_recounted():
    sizes, steps = even(-0.6, 40)
    profile = lag_profile(sizes, steps)
    true = step_horizons(sizes, profile)
    assert step_horizons_check(steps, sizes, profile, true).passed
    for wrong in (replace(true, low=4), replace(true, high=6), replace(true, told=33)):
        assert not step_horizons_check(steps, sizes, profile, wrong).passed
    few, at = even(-0.05, 400, 8)
    assert step_horizons_check(at, few, lag_profile(few, at), StepHorizons(60, 60, 42, 8)).passed
    assert not step_horizons_check(at, few, lag_profile(few, at), StepHorizons(8, 40, 42, 8)).passed


def test_a_share_is_added_up_again():
    sizes, steps = even(-0.05, 60)
    exact = sufficient_steps(sizes, steps, 0.99)
    assert kept_share_check(sizes, 0.99, exact).passed
    for wrong in (exact[0] - 1, exact[0] + 1):
        assert not kept_share_check(sizes, 0.99, (wrong, wrong)).passed
    between = kept_share_check(sizes, 0.99, (3, 9))
    assert (between.value, between.passed) == (None, True)
