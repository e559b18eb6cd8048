"""The forward pass and its one-step Jacobians."""

import numpy as np
import pytest

from tests.core.nets import random_rnn, rnn_with, vanilla
from tests.models import initial_parameters, make_network
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.jacobians.product import product
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.errors import Overflow


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_recurrence_holds_at_every_step(activation):
    rng, network = np.random.default_rng(2), make_network("rnn", 3, 5, activation=activation)
    parameters = initial_parameters("pytorch", 1.0, network, rng)
    inputs, start = rng.standard_normal((7, 3)), rng.standard_normal(5)
    trace = vanilla(jacobian_chain(network.run(parameters, inputs, {"h": start[None]})))
    np.testing.assert_array_equal(trace.h[0], start)
    for t in range(1, 8):
        a = (
            parameters["weight_ih_l0"] @ inputs[t - 1]
            + parameters["bias_ih_l0"]
            + parameters["weight_hh_l0"] @ trace.h[t - 1]
            + parameters["bias_hh_l0"]
        )
        np.testing.assert_allclose(trace.a[t - 1], a, rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(trace.h[t], ACTIVATIONS[activation].function(trace.a[t - 1]))


def test_the_one_step_jacobians_are_slopes_times_weights():
    trace = vanilla(random_rnn(length=6, hidden=4))
    for t in range(1, 7):
        slope = 1 - np.tanh(trace.a[t - 1]) ** 2
        np.testing.assert_allclose(
            trace.jacobians(np.array([t]))[0], np.diag(slope) @ trace.weights.weight_hh, rtol=1e-12
        )
        np.testing.assert_allclose(
            trace.input_jacobians(np.array([t]))[0], np.diag(slope) @ trace.weights.weight_ih, rtol=1e-12
        )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_piece_ends_exactly_at_a_kink(activation):
    kinks = ACTIVATIONS[activation].kinks
    bias = np.array([kink + side * 1e-9 for kink in kinks for side in (-1, 1)] or [-0.3, 0.3])
    pieces = vanilla(rnn_with(np.zeros((len(bias), len(bias))), 2, activation, bias=bias)).pieces
    assert pieces.shape == (2, len(kinks) * len(bias))
    for own, kink in zip(np.split(pieces, len(kinks) or 1, axis=1), kinks, strict=False):
        np.testing.assert_array_equal(own, np.broadcast_to(bias > kink, own.shape))


@pytest.mark.parametrize("activation", ["relu", "identity", "elu", "softplus"])
def test_a_state_that_leaves_float64_is_refused_with_its_step(activation):
    with pytest.raises(Overflow, match=r"at step 309: lower gain, amplitude or length \(to less than 309\)"):
        rnn_with(10.0 * np.eye(2), 2000, activation, initial_state=np.ones(2) * 1.0)


def test_the_longest_prefix_before_the_overflow_is_computed():
    trace = vanilla(rnn_with(10.0 * np.eye(2), 308, "identity", initial_state=np.ones(2)))
    assert trace.h[-1, 0] == pytest.approx(1e308)


@pytest.mark.parametrize(("activation", "rate", "constant"), [("tanh", 2.0, 4.0), ("sigmoid", 1.0, 1.0)])
def test_a_slope_is_right_in_all_its_digits_or_closed(activation, rate, constant):
    outcomes = set()
    for a in np.linspace(660.0, 760.0, 51) / rate:
        result = product(rnn_with(np.eye(1), 2, activation, bias=np.array([a - 1.0]), initial_state=np.ones(1)), 1, 0)
        assert result.log10_scale == -np.inf or result.log10_scale == pytest.approx(
            np.log10(constant) - rate * a * np.log10(np.e), rel=1e-13
        )
        outcomes.add(result.log10_scale == -np.inf)
    assert outcomes == {True, False}
