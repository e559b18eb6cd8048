"""Ridge regression in closed form: exact where it can be, no better than the mean where there is nothing to read."""

import numpy as np
import pytest

from unrolled.core.behaviour.blocks import Split
from unrolled.core.behaviour.probe import STRENGTHS, RidgeProbe

RNG = np.random.default_rng(4)


def test_a_linear_target_is_read_back_exactly():
    features = RNG.standard_normal((90, 5))
    fit = RidgeProbe(features, Split(0, 60, 0, 30)).fit(features @ RNG.standard_normal((5, 2)) + 3.0)
    assert fit.unexplained.value < 1e-18
    assert fit.predicted.shape == (30, 2)


def test_noise_cannot_be_read_out_of_other_noise():
    fit = RidgeProbe(RNG.standard_normal((900, 30)), Split(0, 600, 0, 300)).fit(RNG.standard_normal((900, 1)))
    assert 0.95 < fit.unexplained.value < 1.1
    # The density of a standard normal: −½ ln 2πe.
    assert fit.log_likelihood.value == pytest.approx(-0.5 * np.log(2 * np.pi * np.e), abs=0.08)


def test_a_fit_that_is_as_wide_as_it_is_long_does_not_run_away():
    assert (
        RidgeProbe(RNG.standard_normal((60, 40)), Split(0, 40, 0, 20))
        .fit(RNG.standard_normal((60, 1)))
        .unexplained.value
        < 1.5
    )


def test_the_left_out_errors_are_those_of_fits_without_the_block_and_its_gaps():
    features, targets = RNG.standard_normal((40, 3)), RNG.standard_normal((40, 2))
    # The strength is measured in the unit in which the largest number lies between ½ and 1.
    features /= 2.0 ** np.frexp(np.abs(features - features.mean(axis=0)).max())[1]
    split = Split(0, 40, 2, 0)
    probe, errors = RidgeProbe(features, split), np.zeros(len(STRENGTHS))
    for held, kept in split.folds():
        x, y = features[kept], targets[kept]
        near = x - x.mean(axis=0)
        for place, strength in enumerate(probe.strengths):
            weight = np.linalg.solve(near.T @ near + strength * np.eye(3), near.T @ (y - y.mean(axis=0)))
            predicted = y.mean(axis=0) + (features[held] - x.mean(axis=0)) @ weight
            errors[place] += np.square(targets[held] - predicted).sum()
    np.testing.assert_allclose(probe.left_out_errors(targets), errors / targets.size, rtol=1e-9)


def test_a_small_target_is_a_target():
    features = RNG.standard_normal((90, 5))
    targets = 1e-14 * (features @ RNG.standard_normal((5, 1)))
    fit = RidgeProbe(features, Split(5, 55, 4, 26)).fit(targets)
    assert fit.unexplained.value < 1e-18
    assert fit.unexplained.error < 1e-18
    assert fit.predicted.shape == (26, 1)


def test_what_never_changes_has_no_share():
    fit = RidgeProbe(RNG.standard_normal((30, 2)), Split(0, 20, 0, 10)).fit(np.ones((30, 1)))
    assert np.isnan(fit.unexplained.value)
    assert np.isnan(fit.log_likelihood.value)


def test_features_that_never_change_give_the_mean():
    targets = RNG.standard_normal((30, 1))
    fit = RidgeProbe(np.zeros((30, 2)), Split(0, 20, 0, 10)).fit(targets)
    np.testing.assert_allclose(fit.predicted, targets[:20].mean())
    assert fit.unexplained.value == pytest.approx(1)


@pytest.mark.parametrize("power", [-900, 700, 960])
def test_the_unit_of_what_is_read_does_not_matter(power):
    features, targets = RNG.standard_normal((90, 5)), RNG.standard_normal((90, 2))
    plain = RidgeProbe(features, Split(0, 60, 0, 30)).fit(targets)
    other = RidgeProbe(np.ldexp(features, power), Split(0, 60, 0, 30)).fit(targets)
    np.testing.assert_array_equal(other.predicted, plain.predicted)
    assert other.unexplained.value == plain.unexplained.value
