"""Ridge regression in closed form: exact where it can be, no better than the mean where there is nothing to read."""

import numpy as np
import pytest

from unrolled.core.behaviour.probe import RidgeProbe

RNG = np.random.default_rng(4)


def test_a_linear_target_is_read_back_exactly():
    features = RNG.standard_normal((90, 5))
    fit = RidgeProbe(features, 60).fit(features @ RNG.standard_normal((5, 2)) + 3.0)
    assert fit.unexplained < 1e-18
    assert fit.predicted.shape == (30, 2)


def test_noise_cannot_be_read_out_of_other_noise():
    fit = RidgeProbe(RNG.standard_normal((900, 30)), 600).fit(RNG.standard_normal((900, 1)))
    assert 0.95 < fit.unexplained < 1.1
    # The density of a standard normal: −½ ln 2πe.
    assert fit.log_likelihood == pytest.approx(-0.5 * np.log(2 * np.pi * np.e), abs=0.08)


def test_a_fit_that_is_as_wide_as_it_is_long_does_not_run_away():
    assert RidgeProbe(RNG.standard_normal((60, 40)), 40).fit(RNG.standard_normal((60, 1))).unexplained < 1.5


def test_the_left_out_errors_are_those_of_fits_without_the_row():
    features, targets = RNG.standard_normal((12, 3)), RNG.standard_normal((12, 1))
    # The strength is measured in the unit in which the largest number lies between ½ and 1.
    features /= 2.0 ** np.frexp(np.abs(features - features.mean(axis=0)).max())[1]
    probe = RidgeProbe(features, 12)
    centred = targets - targets.mean()
    strength, mean = probe._strength(centred, probe._left.T @ centred)
    errors = []
    for row in range(12):
        others = np.delete(np.arange(12), row)
        x, y = features[others], targets[others]
        near = x - x.mean(axis=0)
        weight = np.linalg.solve(near.T @ near + strength * np.eye(3), near.T @ (y - y.mean()))
        errors.append(float((targets[row] - y.mean() - (features[row] - x.mean(axis=0)) @ weight)[0]))
    assert mean == pytest.approx(float(np.mean(np.square(errors))), rel=1e-9)


def test_what_never_changes_has_no_share():
    fit = RidgeProbe(RNG.standard_normal((30, 2)), 20).fit(np.ones((30, 1)))
    assert np.isnan(fit.unexplained)
    assert np.isnan(fit.log_likelihood)


def test_features_that_never_change_give_the_mean():
    targets = RNG.standard_normal((30, 1))
    fit = RidgeProbe(np.zeros((30, 2)), 20).fit(targets)
    np.testing.assert_allclose(fit.predicted, targets[:20].mean())
    assert fit.unexplained == pytest.approx(1)


@pytest.mark.parametrize("power", [-900, 700, 960])
def test_the_unit_of_what_is_read_does_not_matter(power):
    features, targets = RNG.standard_normal((90, 5)), RNG.standard_normal((90, 2))
    plain = RidgeProbe(features, 60).fit(targets)
    other = RidgeProbe(np.ldexp(features, power), 60).fit(targets)
    np.testing.assert_array_equal(other.predicted, plain.predicted)
    assert other.unexplained == plain.unexplained
