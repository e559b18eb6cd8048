"""A probe fitted again is the probe, to far more digits than it is held to."""

import numpy as np
import pytest

from tests.core.cost.sizes import counted
from unrolled.core.behaviour.blocks import Ratio, Split
from unrolled.core.behaviour.probe import RidgeProbe
from unrolled.core.checks.probe import apart, fitted_and_tested, ratio, refit, refit_flops, squared_errors
from unrolled.core.cost.derivative import Cost

RNG = np.random.default_rng(0)


def drawn(rows=120, features=6, scale=1.0):
    """Draw features that are alike from row to row, one of them twice, and targets that depend on them."""
    state = scale * np.cumsum(RNG.standard_normal((rows, features)), axis=0)
    state[:, -1] = state[:, 0]
    return state, state[:, :2] / scale + 0.3 * RNG.standard_normal((rows, 2))


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
@pytest.mark.parametrize(("washout", "gap"), [(0, 0), (10, 1), (7, 9)])
def test_a_true_fit_is_found_again(scale, washout, gap):
    features, targets = drawn(scale=scale)
    split = Split.of(120, washout, gap)
    told = RidgeProbe(features, split).fit(targets)
    rows, tested = fitted_and_tested(120, washout, gap)
    assert np.array_equal(rows, np.arange(120)[split.fitted_rows])
    assert np.array_equal(tested, np.arange(120)[split.tested_rows])
    alone, other = refit(features, [targets, targets[:, :1]], washout, gap)
    nearest = min(alone, key=lambda fit: float(np.abs(fit.predicted - told.predicted).max()))
    assert np.allclose(nearest.predicted, told.predicted, rtol=1e-7, atol=1e-9)
    assert other[0].predicted.shape == (len(tested), 1)
    truth = ratio(*squared_errors(nearest.predicted, targets, rows, tested))
    assert apart((told.unexplained.value, told.unexplained.error), [truth[:2]]) < 1e-9
    assert np.allclose(truth[2], told.unexplained.deviations, rtol=1e-6, atol=1e-12)


def test_what_never_moves_is_fitted_by_its_mean():
    (fit,) = refit(np.ones((60, 3)), [np.ones((60, 1))], 0, 2)[0][:1]
    rows, tested = fitted_and_tested(60, 0, 2)
    assert np.array_equal(fit.predicted, np.ones((len(tested), 1)))
    assert np.isnan(ratio(*squared_errors(fit.predicted, np.ones((60, 1)), rows, tested))[:2]).all()


def test_a_ratio_is_that_of_its_blocks():
    over, under = RNG.random(37), RNG.random(37)
    split = Split(0, 0, 0, 37)
    told = Ratio(split.by_block(over), split.by_block(under))
    assert apart((told.value, told.error), [ratio(over, under)[:2]]) < 1e-12
    rare = np.zeros(37)
    rare[3] = 1.0
    assert np.isnan(ratio(over, rare)[1])


def test_the_nearest_of_several_truths_counts():
    assert apart((1.0, np.nan), [(5.0, 1.0), (1.0, np.nan)]) == 0.0
    assert apart((1.0, 2.0), [(1.01, 2.0)]) == pytest.approx(0.01 / 1.02)
    assert apart((np.nan, 2.0), [(1.0, 2.0)]) == apart((1.0,), [(np.inf,)]) == np.inf


def test_the_work_is_counted():
    features, targets = drawn(rows=200, features=40)
    assert counted(Cost(refit_flops(131, 40, 2)), lambda: refit(features, [targets], 0, 3)) == pytest.approx(1, rel=0.1)
