"""Every initialisation against its own law."""

import numpy as np
import pytest

from app.core.initialisations import INITIALISATIONS, initial_parameters

SIZE = 96


def matrix(init: str, gain: float = 1.0, size: int = SIZE, features: int = 1, seed: int = 3):
    return initial_parameters(init, gain, features, size, np.random.default_rng(seed))["weight_hh_l0"]


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_gain_multiplies_the_recurrent_matrix_only(init):
    plain = initial_parameters(init, 1.0, 3, 8, np.random.default_rng(0))
    scaled = initial_parameters(init, 2.5, 3, 8, np.random.default_rng(0))
    np.testing.assert_allclose(scaled["weight_hh_l0"], 2.5 * plain["weight_hh_l0"], rtol=1e-14)
    for name in ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0"):
        np.testing.assert_array_equal(scaled[name], plain[name])


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_recurrent_matrix_does_not_depend_on_the_input(init):
    np.testing.assert_array_equal(matrix(init, features=1), matrix(init, features=40))


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("pytorch", 1 / np.sqrt(3 * SIZE)),
        ("glorot_uniform", 1 / np.sqrt(SIZE)),
        ("glorot_normal", 1 / np.sqrt(SIZE)),
        ("he", np.sqrt(2 / SIZE)),
        ("gaussian", 1 / np.sqrt(SIZE)),
    ],
)
def test_entries_have_the_published_spread(init, deviation):
    drawn = matrix(init)
    assert drawn.std() == pytest.approx(deviation, rel=0.03)
    assert abs(drawn.mean()) < 4 * deviation / SIZE


@pytest.mark.parametrize(("init", "bound"), [("pytorch", 1 / np.sqrt(SIZE)), ("glorot_uniform", np.sqrt(3 / SIZE))])
def test_uniform_entries_fill_their_interval(init, bound):
    drawn = np.abs(matrix(init))
    assert drawn.max() <= bound
    assert drawn.max() > 0.99 * bound


def test_orthogonal_identity_and_spectral_keep_their_promise():
    q = matrix("orthogonal", 1.5)
    np.testing.assert_allclose(q @ q.T, 1.5**2 * np.eye(SIZE), atol=1e-12)
    np.testing.assert_array_equal(matrix("identity", 0.5), 0.5 * np.eye(SIZE))
    assert np.abs(np.linalg.eigvals(matrix("spectral", 0.9))).max() == pytest.approx(0.9, rel=1e-10)


def test_input_weights_and_biases_start_as_in_pytorch():
    for init in INITIALISATIONS:
        drawn = initial_parameters(init, 1.0, 5, 64, np.random.default_rng(1))
        assert 0.9 / 8 < np.abs(drawn["weight_ih_l0"]).max() <= 1 / 8
        for name in ("bias_ih_l0", "bias_hh_l0"):
            assert np.abs(drawn[name]).max() <= 1 / 8
            assert drawn[name].any() == (init == "pytorch")
