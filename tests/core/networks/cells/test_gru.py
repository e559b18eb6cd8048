"""Both forms of the GRU against closed forms and against one step written out here."""

import mpmath
import numpy as np
import pytest

from tests.core.jacobians.dense import unscaled
from tests.core.nets import Architecture, Derivative, dense_product, gru, run
from tests.core.networks.cells.gates import gate_inputs, sigma
from tests.models import make_network
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.networks.cells.gru import GRUTrace
from unrolled.core.norms.triangle import triangle
from unrolled.errors import Overflow

RESETS = pytest.mark.parametrize("reset", ["after", "before"])
LENGTH, HIDDEN = 14, 4


@RESETS
def test_a_gru_without_recurrent_weights_is_its_update_gates(reset):
    trace = run(Architecture("gru", 1, reset), LENGTH, HIDDEN, gain=0.0, amplitude=2.0)
    z = sigma(gate_inputs(trace.layers[0], trace.inputs)[:, HIDDEN : 2 * HIDDEN])
    chain = Derivative().chain(trace)
    for t, k in ((14, 1), (14, 13), (9, 0), (5, 5)):
        np.testing.assert_allclose(unscaled(chain, t, k), np.diag(np.prod(z[k:t], axis=0)), rtol=1e-12, atol=0)
    log10_norms = triangle(chain, square_grid(sample_steps(LENGTH, LENGTH)), "spectral")
    for t in range(1, LENGTH + 1):
        truth = [np.log10(np.prod(z[k:t], axis=0).max()) for k in range(1, t + 1)]
        np.testing.assert_allclose(log10_norms[t - 1, :t], truth, atol=1e-12)


# Primes are the state before; U are blocks of weight_hh, W of weight_ih.
@RESETS
def test_one_step_of_a_gru(reset):
    trace = run(Architecture("gru", 1, reset), 6, HIDDEN, gain=2.0)
    chain = Derivative().chain(trace)
    layer = gru(chain)
    (ur, uz, un), (wr, wz, wn) = np.split(layer.weights.weight_hh, 3), np.split(layer.weights.weight_ih, 3)
    b, v = np.split(layer.weights.bias_ih, 3), np.split(layer.weights.bias_hh, 3)
    for t in range(1, 7):
        h, x = layer.h[t - 1], trace.inputs[t - 1]
        r, z = sigma(wr @ x + b[0] + ur @ h + v[0]), sigma(wz @ x + b[1] + uz @ h + v[1])
        dr, dz = np.diag(r * (1 - r)), np.diag((h - np.tanh(layer.a[t - 1, 2 * HIDDEN :])) * z * (1 - z))
        if reset == "after":
            q = un @ h + v[2]
            n = np.tanh(wn @ x + b[2] + r * q)
            recurrent, entering = np.diag(r) @ un + np.diag(q) @ dr @ ur, wn + np.diag(q) @ dr @ wr
        else:
            n = np.tanh(wn @ x + b[2] + un @ (r * h) + v[2])
            recurrent = un @ (np.diag(r) + np.diag(h) @ dr @ ur)
            entering = wn + un @ np.diag(h) @ dr @ wr
        a = np.diag((1 - z) * (1 - n**2))
        np.testing.assert_allclose(layer.h[t], (1 - z) * n + z * h, rtol=1e-12)
        factors = layer.unit_factors(np.array([t]))
        assert list(factors) == ["z", "r"], "the decisive one first"
        np.testing.assert_allclose(np.concatenate(list(factors.values())), [z, r], rtol=1e-12)
        truth = np.diag(z) + dz @ uz + a @ recurrent
        np.testing.assert_allclose(layer.jacobians(np.array([t]))[0], truth, rtol=1e-10, atol=1e-14)
        input_jacobian = layer.input_jacobians(np.array([t]))[0]
        np.testing.assert_allclose(input_jacobian, dz @ wz + a @ entering, rtol=1e-10, atol=1e-14)


def test_the_two_reset_gates_are_two_networks():
    after, before = (run(Architecture("gru", 1, reset), LENGTH, HIDDEN, gain=2.0) for reset in ("after", "before"))
    assert np.abs(after.layers[0].h[-1] - before.layers[0].h[-1]).max() > 1e-3
    difference = dense_product(Derivative().chain(after), 4, 1) - dense_product(Derivative().chain(before), 4, 1)
    assert np.abs(difference).max() > 1e-3


def test_a_state_that_leaves_float64_is_refused_with_its_step():
    network = make_network("gru", 1, 2)
    parameters = {name: np.ones(shape) for name, shape in network.parameter_shapes().items()}
    parameters["weight_hh_l0"] = np.full((6, 2), 1e308)
    with pytest.raises(Overflow, match=r"With GRU .* at step 1"):
        network.run(parameters, np.zeros((3, 1)), {"h": np.full((1, 2), 1e300)})


@RESETS
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_difference_of_saturated_state_and_candidate_keeps_its_digits(reset, sign):
    # h′ and n are as close to ±1 as float64 can tell; only what either lacks of 1 has digits left.
    candidates, update = sign * np.array([8.0, 12.0, 9.0, 15.0, 7.0, 11.0]), -6.0
    network = make_network("gru", 1, 1, reset=reset)
    parameters = {name: np.zeros(shape) for name, shape in network.parameter_shapes().items()}
    parameters["weight_ih_l0"][2], parameters["bias_ih_l0"][1] = 1.0, update
    (layer,) = network.run(parameters, candidates[:, None], {"h": np.array([[sign * 0.75]])}).layers
    assert isinstance(layer, GRUTrace)
    with mpmath.workdps(60):
        h, z, truth = mpmath.mpf(sign * 0.75), 1 / (1 + mpmath.exp(-mpmath.mpf(update))), []
        for n in map(mpmath.tanh, map(mpmath.mpf, candidates.tolist())):
            truth.append(float(h - n))
            h = (1 - z) * n + z * h
    assert np.abs(truth[-3:]).max() < 1e-5
    np.testing.assert_allclose(layer.gates(np.arange(1, 7)).gap[:, 0], truth, rtol=1e-10)


@RESETS
@pytest.mark.parametrize("only_reset", [False, True])
@pytest.mark.parametrize("biases", [(0.3, 40.0), (40.0, 0.3), (-40.0, -0.4), (-0.2, -40.0), (40.0, 40.0)], ids=str)
def test_derivatives_of_a_saturated_gru_have_all_their_digits(reset, biases, only_reset):
    # 1 − σ(40) is 4e-18: taken from 1 it would be nothing, and with it all that is written.
    rng, network = np.random.default_rng(2), make_network("gru", 1, 2, reset=reset)
    parameters = {name: rng.uniform(0.2, 0.9, shape) for name, shape in network.parameter_shapes().items()}
    parameters["bias_ih_l0"][:4] = np.repeat(biases, 2)
    if only_reset:
        # What passes through the slope of r is seen where nothing else passes.
        parameters["weight_hh_l0"][2:] = parameters["weight_ih_l0"][2:] = 0.0
    start, x = np.array([0.3, -0.6]), 0.7
    (layer,) = network.run(parameters, np.array([[x]]), {"h": start[None]}).layers
    assert isinstance(layer, GRUTrace)
    exact = {name: mpmath.matrix(array.tolist()) for name, array in parameters.items()}

    def after(unit, h0, h1, entering):
        """Write the step out, one unit of it, in as many digits as there are."""
        w, u, b, v = (exact[f"{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        h, a = (h0, h1), [w[i, 0] * entering + b[i] for i in range(6)]

        def sigmoid(i):
            return 1 / (1 + mpmath.exp(-(a[i] + v[i] + u[i, 0] * h0 + u[i, 1] * h1)))

        r, z = [sigmoid(i) for i in (0, 1)], sigmoid(2 + unit)
        if reset == "after":
            rest = r[unit] * (u[4 + unit, 0] * h0 + u[4 + unit, 1] * h1 + v[4 + unit])
        else:
            rest = u[4 + unit, 0] * r[0] * h0 + u[4 + unit, 1] * r[1] * h1 + v[4 + unit]
        return (1 - z) * mpmath.tanh(a[4 + unit] + rest) + z * h[unit]

    with mpmath.workdps(80):
        point = (*map(mpmath.mpf, start.tolist()), mpmath.mpf(x))
        by_state, by_input = (
            np.array([
                [float(mpmath.diff(lambda *at, unit=unit: after(unit, *at), point, order)) for order in orders]
                for unit in (0, 1)
            ])
            for orders in (((1, 0, 0), (0, 1, 0)), ((0, 0, 1),))
        )  # fmt: skip
    np.testing.assert_allclose(layer.jacobians(np.array([1]))[0], by_state, rtol=1e-12)
    np.testing.assert_allclose(layer.input_jacobians(np.array([1]))[0], by_input, rtol=1e-12)
    for unit, gradient in enumerate(np.eye(2)):
        d_state, d_input = layer.vjp(1, gradient)
        np.testing.assert_allclose(d_state, by_state[unit], rtol=1e-12)
        np.testing.assert_allclose(d_input, by_input[unit], rtol=1e-12)


@RESETS
def test_gradients_of_the_gates_are_those_that_go_back_to_the_input(reset):
    trace = run(Architecture("gru", 1, reset), 6, HIDDEN, gain=2.0)
    layer = gru(Derivative().chain(trace))
    gradients = np.random.default_rng(5).standard_normal((3, HIDDEN))
    delta = layer.delta(4, gradients)
    for row, gradient in zip(delta, gradients, strict=True):
        np.testing.assert_allclose(layer.weights.weight_ih.T @ row, layer.vjp(4, gradient)[1], rtol=1e-11, atol=1e-14)
