"""All singular values of a product against many-digit arithmetic."""

import mpmath
import numpy as np
import pytest

from tests.core.nets import dense_product, random_rnn, rnn_with, rotation, vanilla
from tests.models import make_network
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.spectra.singular_values import log10_singular_values


def digits(chain, t: int, k: int, count: int = 320):
    """Take the singular values with hundreds of digits; what is below their accuracy is no oracle."""
    with mpmath.workdps(count):
        product = mpmath.eye(chain.state_size)
        for step in range(k + 1, t + 1):
            product = mpmath.matrix(chain.jacobians(np.array([step]))[0].tolist()) * product
        return np.array([float(mpmath.log10(value)) for value in mpmath.svd_r(product, compute_uv=False)])


@pytest.mark.parametrize(
    ("activation", "init", "length", "hidden", "gain"),
    [
        ("tanh", "pytorch", 32, 10, 1.0),
        ("sigmoid", "pytorch", 48, 6, 1.0),
        ("tanh", "orthogonal", 32, 6, 1.0),
        ("tanh", "gaussian", 40, 6, 1.5),
        ("softsign", "glorot_uniform", 40, 6, 1.0),
        ("sine", "gaussian", 30, 6, 2.0),
        # Neighbours too close to separate, and units saturated to very different degrees.
        ("identity", "pytorch", 30, 7, 10.0),
        ("selu", "orthogonal", 25, 7, 1.5),
        ("elu", "spectral", 39, 7, 0.1),
        ("tanh", "he", 20, 7, 10.0),
        ("elu", "identity", 42, 9, 10.0),
        ("selu", "identity", 25, 11, 3.0),
    ],
)
def test_all_singular_values_are_those_of_many_digits(activation, init, length, hidden, gain):
    chain = random_rnn(length, hidden, activation, init, gain)
    truth = digits(chain, length, 1)
    assert truth[0] - truth[-1] > 3, "the case must reach below what float64 alone can tell apart"
    np.testing.assert_allclose(log10_singular_values(chain, length, 1), truth, atol=1e-9)


def test_equal_singular_values_stay_equal():
    np.testing.assert_allclose(log10_singular_values(rnn_with(rotation(0.4), 50, "identity"), 50, 1), 0, atol=1e-12)
    pair = rnn_with(0.5 * np.diag([1.0, 1.0 + 1e-9, 1e-3]), 40, "identity")
    truth = 39 * np.log10([0.5 * (1 + 1e-9), 0.5, 0.5e-3])
    np.testing.assert_allclose(log10_singular_values(pair, 40, 1), truth, atol=1e-9)


def test_closed_units_have_singular_values_of_zero():
    chain = random_rnn(20, 6, "hardtanh", "gaussian", 1.2)
    closed = int((vanilla(chain).slope[1:] == 0).sum(axis=1).max())
    assert 0 < closed < 6
    values = log10_singular_values(chain, 20, 1)
    assert np.isneginf(values[6 - closed :]).all()
    assert values[0] == pytest.approx(np.log10(np.linalg.norm(dense_product(chain, 20, 1), 2)), abs=1e-9)
    assert np.isneginf(log10_singular_values(rnn_with(np.eye(3), 5, "relu", bias=-1.0), 5, 1)).all()


def test_units_closed_at_different_steps_are_all_counted():
    parameters = {
        "weight_ih_l0": np.eye(4),
        "weight_hh_l0": 0.01 * np.eye(4),
        "bias_ih_l0": np.full(4, 1.0),
        "bias_hh_l0": np.zeros(4),
    }
    inputs = np.zeros((4, 4))
    inputs[1, 0] = inputs[2, 1] = inputs[3, 2] = -9.0
    values = log10_singular_values(
        jacobian_chain(make_network("rnn", 4, 4, activation="relu").run(parameters, inputs)), 4, 1
    )
    np.testing.assert_allclose(values[0], -6)
    assert np.isneginf(values[1:]).all()


def test_a_saturated_unit_hides_nothing():
    weight = np.random.default_rng(0).standard_normal((3, 3))
    chain = rnn_with(weight, 6, "tanh", bias=np.array([0.0, 0.0, 30.0]))
    for k in (1, 5):
        truth = digits(chain, 6, k)
        assert truth[-1] < -20
        np.testing.assert_allclose(log10_singular_values(chain, 6, k), truth, atol=1e-10)


@pytest.mark.parametrize("k", [1, 5])
def test_a_value_that_rounding_took_is_absent_and_not_wrong(k):
    rng = np.random.default_rng(0)
    chain = rnn_with(np.outer(*rng.standard_normal((2, 3))), 6, "tanh", initial_state=np.ones(3))
    values = log10_singular_values(chain, 6, k)
    assert values[0] == pytest.approx(np.log10(np.linalg.norm(dense_product(chain, 6, k), 2)), abs=1e-10)
    assert np.isnan(values[1:]).all()
