"""The triangle against closed forms, at lengths and sizes where plain float64 gives up."""

import numpy as np
import pytest

from tests.core.nets import random_rnn, rnn_with, rotation
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

NORMS = pytest.mark.parametrize("norm", ["spectral", "frobenius"])


def lags(length: int):
    step = np.arange(length)
    return np.where(step[:, None] >= step, step[:, None] - step, np.nan)


def offset(norm: str, size: int) -> float:
    return 0.5 * np.log10(size) if norm == "frobenius" else 0.0


@NORMS
def test_a_linear_network_has_the_powers_of_its_matrix(norm):
    weight = np.random.default_rng(1).standard_normal((4, 4)) / 2
    log10_norms = triangle(rnn_with(weight, 30, "identity"), square_grid(sample_steps(30, 256)), norm)
    for lag in (0, 1, 7, 29):
        truth = np.linalg.norm(np.linalg.matrix_power(weight, lag), 2 if norm == "spectral" else "fro")
        np.testing.assert_allclose(np.diagonal(log10_norms, -lag), np.log10(truth), atol=1e-12)


@NORMS
@pytest.mark.parametrize("rho", [0.9, 1.0, 1.2])
def test_a_scaled_rotation_decays_by_its_radius(norm, rho):
    log10_norms = triangle(rnn_with(rho * rotation(0.7), 60, "identity"), square_grid(sample_steps(60, 256)), norm)
    np.testing.assert_allclose(log10_norms, lags(60) * np.log10(rho) + offset(norm, 2), atol=1e-12)


@NORMS
def test_an_orthogonal_matrix_keeps_every_size(norm):
    weight = INITIALISATIONS["orthogonal"].draw(np.random.default_rng(2), 8)
    chain = rnn_with(weight, 60, "identity")
    log10_norms = triangle(chain, square_grid(sample_steps(60, 256)), norm)
    np.testing.assert_allclose(log10_norms[np.tril_indices(60)], offset(norm, 8), atol=1e-12)
    np.testing.assert_allclose(log10_singular_values(chain, 60, 1), 0, atol=1e-12)


@NORMS
def test_tanh_at_rest_is_the_linear_network(norm):
    weight = np.random.default_rng(1).standard_normal((5, 5))
    steps = square_grid(sample_steps(20, 256))
    log10_norms, linear = (triangle(rnn_with(weight, 20, name), steps, norm) for name in ("tanh", "identity"))
    np.testing.assert_allclose(log10_norms, linear, atol=1e-12)


@NORMS
def test_a_sigmoid_held_at_one_half_has_a_quarter_of_the_matrix(norm):
    weight = np.random.default_rng(1).standard_normal((5, 5))
    centred = rnn_with(weight, 20, "sigmoid", bias=-0.5 * weight.sum(axis=1), initial_state=np.full(5, 0.5))
    linear = rnn_with(weight / 4, 20, "identity")
    steps = square_grid(sample_steps(20, 256))
    np.testing.assert_allclose(triangle(centred, steps, norm), triangle(linear, steps, norm), atol=1e-10)


@NORMS
def test_open_relu_units_pass_powers_of_alpha(norm):
    open_units = rnn_with(0.97 * np.eye(6), 40, "relu", bias=1.0)
    np.testing.assert_allclose(
        triangle(open_units, square_grid(sample_steps(40, 256)), norm),
        lags(40) * np.log10(0.97) + offset(norm, 6),
        atol=1e-12,
    )


@NORMS
def test_two_thousand_steps_of_a_sigmoid_network_are_a_number(norm):
    steps = sample_steps(2000, 64)
    log10_norms = triangle(random_rnn(2000, 16, "sigmoid"), square_grid(steps), norm)
    assert -2000 < log10_norms[-1, 0] < -1400
    assert np.isfinite(log10_norms[np.tril_indices(len(steps))]).all()
    centred = rnn_with(0.5 * np.eye(3), 2000, "sigmoid", bias=-0.25, initial_state=np.full(3, 0.5))
    truth = 1999 * np.log10(0.125)
    assert triangle(centred, square_grid(np.array([1, 2000])), norm)[1, 0] == pytest.approx(
        truth + offset(norm, 3), abs=1e-9
    )
    assert truth < -1800


@NORMS
def test_two_thousand_steps_of_growth_are_a_number(norm):
    chain = rnn_with(8.0 * rotation(0.3), 2000, "sine")
    assert triangle(chain, square_grid(np.array([1, 2000])), norm)[1, 0] == pytest.approx(
        1999 * np.log10(8) + offset(norm, 2), abs=1e-8
    )


@NORMS
def test_one_step_may_shrink_beyond_float64_itself(norm):
    # Slopes near 1e-174 twice in a row: 1e-348 is no float64, its logarithm is.
    chain = rnn_with(np.eye(2), 3, "tanh", bias=200.0)
    log10_norms = triangle(chain, square_grid(sample_steps(3, 256)), norm)
    truth = np.log10(np.exp(np.log(4) - 402)) + np.log10(np.exp(np.log(4) - 402))
    assert log10_norms[2, 0] == pytest.approx(truth + offset(norm, 2), abs=1e-9)
    assert log10_norms[2, 0] < -340


@NORMS
def test_closed_relu_units_are_exactly_zero_and_never_nan(norm):
    log10_norms = triangle(rnn_with(np.eye(4), 24, "relu", bias=-1.0), square_grid(sample_steps(24, 256)), norm)
    lower = np.tril_indices(24, -1)
    assert np.isneginf(log10_norms[lower]).all()
    np.testing.assert_allclose(np.diagonal(log10_norms), offset(norm, 4))


@NORMS
def test_a_nilpotent_matrix_is_zero_from_its_index_on(norm):
    log10_norms = triangle(rnn_with(np.eye(5, k=1), 60, "identity"), square_grid(sample_steps(60, 256)), norm)
    lag = lags(60)
    assert np.isneginf(log10_norms[lag >= 5]).all()
    assert np.isfinite(log10_norms[lag < 5]).all()


@NORMS
@pytest.mark.parametrize("hidden", [1, 2])
def test_the_smallest_networks_and_lengths(norm, hidden):
    assert triangle(random_rnn(1, hidden), square_grid(sample_steps(1, 256)), norm) == pytest.approx(
        offset(norm, hidden)
    )
    assert triangle(random_rnn(2, hidden), square_grid(sample_steps(2, 256)), norm).shape == (2, 2)
