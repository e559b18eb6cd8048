"""LSTM and GRU against closed forms and against one-step formulas written out here."""

import numpy as np
import pytest

from tests.core.nets import Derivative, Kind, dense_product, gru, lstm, run
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.behaviour.lstm_shortcuts import shortcuts
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product, running_norms
from unrolled.core.networks.initialisations import MemoryBias, initial_parameters
from unrolled.core.networks.network import Network
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values
from unrolled.errors import Overflow

RESETS = pytest.mark.parametrize("reset", ["after", "before"])
LENGTH, HIDDEN = 14, 4


def sigma(x):
    return 1 / (1 + np.exp(-x))


def unscaled(chain: JacobianChain, t: int, k: int):
    found = product(chain, t, k)
    return found.matrix * 10.0**found.log10_scale if found.matrix.any() else found.matrix


def driven(layer, inputs):
    """Compute pre-activations of gates that feel nothing but the input."""
    return inputs @ layer.weights.weight_ih.T + layer.weights.bias_ih + layer.weights.bias_hh


# With recurrent weights 0 everything is known.


def test_an_lstm_without_recurrent_weights_is_its_forget_gates():
    trace = run(Kind("lstm"), LENGTH, HIDDEN, gain=0.0, amplitude=2.0)
    f = sigma(driven(trace.layers[0], trace.inputs)[:, HIDDEN : 2 * HIDDEN])
    o = sigma(driven(trace.layers[0], trace.inputs)[:, 3 * HIDDEN :])
    slope = 1 - np.tanh(lstm(Derivative().chain(trace)).c) ** 2
    for t, k in ((14, 1), (14, 13), (9, 0), (5, 5)):
        kept = np.prod(f[k:t], axis=0)
        np.testing.assert_allclose(unscaled(Derivative("c", "c").chain(trace), t, k), np.diag(kept), rtol=1e-12, atol=0)
        outward = np.diag(o[t - 1] * slope[t] * kept) if t > k else np.zeros((HIDDEN, HIDDEN))
        np.testing.assert_allclose(unscaled(Derivative("h", "c").chain(trace), t, k), outward, rtol=1e-11, atol=0)
        np.testing.assert_array_equal(unscaled(Derivative("c", "h").chain(trace), t, k), 0)
        np.testing.assert_array_equal(
            unscaled(Derivative("h", "h").chain(trace), t, k), np.eye(HIDDEN) if t == k else 0
        )
    for norm in ("spectral", "frobenius"):
        found = triangle(Derivative("h", "h").chain(trace), square_grid(sample_steps(LENGTH, LENGTH)), norm)
        assert np.isneginf(found[np.tril_indices(LENGTH, -1)]).all()
    values = log10_singular_values(Derivative("c", "c").chain(trace), 14, 1)
    np.testing.assert_allclose(values, np.sort(np.log10(np.prod(f[1:14], axis=0)))[::-1], atol=1e-12)


@RESETS
def test_a_gru_without_recurrent_weights_is_its_update_gates(reset):
    trace = run(Kind("gru", 1, reset), LENGTH, HIDDEN, gain=0.0, amplitude=2.0)
    z = sigma(driven(trace.layers[0], trace.inputs)[:, HIDDEN : 2 * HIDDEN])
    chain = Derivative().chain(trace)
    for t, k in ((14, 1), (14, 13), (9, 0), (5, 5)):
        np.testing.assert_allclose(unscaled(chain, t, k), np.diag(np.prod(z[k:t], axis=0)), rtol=1e-12, atol=0)
    found = triangle(chain, square_grid(sample_steps(LENGTH, LENGTH)), "spectral")
    for t in range(1, LENGTH + 1):
        truth = [np.log10(np.prod(z[k:t], axis=0).max()) for k in range(1, t + 1)]
        np.testing.assert_allclose(found[t - 1, :t], truth, atol=1e-12)


# The memory that biases promise.


def silent(model: str, memory: MemoryBias, length: int, hidden: int = 3, reset="after") -> JacobianChain:
    """Run a gated network that feels neither itself nor an input; ∂c/∂c of an LSTM, ∂h/∂h of a GRU."""
    network = Network(model, 1, hidden, reset=reset)
    drawn = initial_parameters("identity", 0.0, network, np.random.default_rng(3), memory)
    trace = network.run(drawn, np.zeros((length, 1)))
    return Derivative("c", "c").chain(trace) if model == "lstm" else Derivative().chain(trace)


@pytest.mark.parametrize("model", ["lstm", "gru"])
@pytest.mark.parametrize(("bias", "half_life"), [(0.0, 1.00), (1.0, 2.21), (2.0, 5.46), (4.0, 38.2)])
def test_the_bias_of_the_keeping_gate_sets_the_half_life(model, bias, half_life):
    sizes = running_norms(silent(model, MemoryBias(forget_bias=bias), 60), 1, np.arange(1, 61), "spectral")
    assert np.interp(np.log10(2), -sizes, np.arange(len(sizes))) == pytest.approx(half_life, abs=0.05)
    np.testing.assert_allclose(np.diff(sizes), np.log10(sigma(bias)), atol=1e-12)


@pytest.mark.parametrize("model", ["lstm", "gru"])
@pytest.mark.parametrize("horizon", [100, 1000])
def test_a_chrono_gate_keeps_one_part_in_e_over_its_horizon(model, horizon):
    chain = silent(model, MemoryBias(forget_bias=float(np.log(horizon - 1))), horizon + 1)
    kept = 10 ** running_norms(chain, 1, np.array([horizon + 1]), "spectral")[-1]
    assert kept == pytest.approx((1 - 1 / horizon) ** horizon, rel=1e-10)
    assert kept == pytest.approx(1 / np.e, rel=0.6 / horizon)


@pytest.mark.parametrize("model", ["lstm", "gru"])
def test_units_of_a_chrono_network_forget_at_rates_spread_over_the_horizon(model):
    chain = silent(model, MemoryBias(chrono=50), 2, hidden=120)
    times = 1 / (1 - np.diagonal(dense_product(chain, 2, 1)))
    # f = σ(ln u) = u/(1 + u) with u uniform in (1, 49): 1/(1 − f) is uniform in (2, 50).
    assert times.min() > 2
    assert times.max() < 50
    assert times.mean() == pytest.approx(26, abs=4)


def test_an_lstm_that_remembers_is_not_the_product_of_its_output_blocks():
    trace = run(Kind("lstm"), 40, 16, memory=MemoryBias(forget_bias=6.0))
    layer = lstm(Derivative().chain(trace))
    found = shortcuts(layer, trace.inputs, "spectral", np.array([2]), np.array([0, 10, 30]))
    truth = unscaled(Derivative("h", "h").chain(trace), 32, 2)
    assert 10 ** found.truth_h[2] == pytest.approx(np.linalg.norm(truth, 2), rel=1e-10)
    assert 0.1 < np.linalg.norm(truth, 2) < 1
    blocks = np.eye(16)
    for step in range(3, 33):
        blocks = layer.jacobians(np.array([step]))[0, :16, :16] @ blocks
    assert 10 ** found.blocks[2] == pytest.approx(np.linalg.norm(blocks, 2), rel=1e-9)
    assert 1e-28 < np.linalg.norm(blocks, 2) < 1e-24
    assert np.linalg.norm(truth, 2) / np.linalg.norm(blocks, 2) > 1e20


# One step, written out. Primes are the state before; U are blocks of weight_hh, W of weight_ih.


def test_one_step_of_an_lstm():
    trace = run(Kind("lstm"), 6, HIDDEN, gain=2.0)
    chain = Derivative("s", "s").chain(trace)
    layer = lstm(chain)
    u, w = np.split(layer.weights.weight_hh, 4), np.split(layer.weights.weight_ih, 4)
    for t in range(1, 7):
        h, c = layer.h[t - 1], layer.c[t - 1]
        drive = layer.weights.weight_ih @ trace.inputs[t - 1] + layer.weights.bias_ih + layer.weights.bias_hh
        i, f, g, o = np.split(drive + layer.weights.weight_hh @ h, 4)
        i, f, g, o = sigma(i), sigma(f), np.tanh(g), sigma(o)
        cell = f * c + i * g
        np.testing.assert_allclose(layer.states[t], np.concatenate([o * np.tanh(cell), cell]), rtol=1e-12)

        def onto_cell(m, c=c, i=i, f=f, g=g):
            return np.diag(c * f * (1 - f)) @ m[1] + np.diag(g * i * (1 - i)) @ m[0] + np.diag(i * (1 - g**2)) @ m[2]

        def onto_output(m, o=o, cell=cell):
            out = np.diag(np.tanh(cell) * o * (1 - o)) @ m[3]
            return out + np.diag(o * (1 - np.tanh(cell) ** 2)) @ onto_cell(m)

        truth = np.block([
            [onto_output(u), np.diag(o * (1 - np.tanh(cell) ** 2) * f)],
            [onto_cell(u), np.diag(f)],
        ])  # fmt: skip
        np.testing.assert_allclose(layer.jacobians(np.array([t]))[0], truth, rtol=1e-10, atol=1e-14)
        entering = np.concatenate([onto_output(w), onto_cell(w)])
        np.testing.assert_allclose(layer.input_jacobians(np.array([t]))[0], entering, rtol=1e-10, atol=1e-14)


@RESETS
def test_one_step_of_a_gru(reset):
    trace = run(Kind("gru", 1, reset), 6, HIDDEN, gain=2.0)
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
            inner, entering = np.diag(r) @ un + np.diag(q) @ dr @ ur, wn + np.diag(q) @ dr @ wr
        else:
            n = np.tanh(wn @ x + b[2] + un @ (r * h) + v[2])
            inner = un @ (np.diag(r) + np.diag(h) @ dr @ ur)
            entering = wn + un @ np.diag(h) @ dr @ wr
        a = np.diag((1 - z) * (1 - n**2))
        np.testing.assert_allclose(layer.h[t], (1 - z) * n + z * h, rtol=1e-12)
        truth = np.diag(z) + dz @ uz + a @ inner
        np.testing.assert_allclose(layer.jacobians(np.array([t]))[0], truth, rtol=1e-10, atol=1e-14)
        found = layer.input_jacobians(np.array([t]))[0]
        np.testing.assert_allclose(found, dz @ wz + a @ entering, rtol=1e-10, atol=1e-14)


def test_the_two_reset_gates_are_two_networks():
    after, before = (run(Kind("gru", 1, reset), LENGTH, HIDDEN, gain=2.0) for reset in ("after", "before"))
    assert np.abs(after.layers[0].h[-1] - before.layers[0].h[-1]).max() > 1e-3
    difference = dense_product(Derivative().chain(after), 4, 1) - dense_product(Derivative().chain(before), 4, 1)
    assert np.abs(difference).max() > 1e-3


# The network.


def test_a_state_that_leaves_float64_is_told_with_its_step():
    network = Network("gru", 1, 2)
    parameters = {name: np.ones(shape) for name, shape in network.parameter_shapes().items()}
    parameters["weight_hh_l0"] = np.full((6, 2), 1e308)
    with pytest.raises(Overflow, match=r"With GRU .* at step 1"):
        network.run(parameters, np.zeros((3, 1)), {"h": np.full((1, 2), 1e300)})


@pytest.mark.parametrize(("model", "gates"), [("lstm", 4), ("gru", 3)])
def test_parameter_names_and_shapes_are_those_of_pytorch(model, gates):
    assert Network(model, 3, 5, 2).parameter_shapes() == {
        "weight_ih_l0": (gates * 5, 3),
        "weight_hh_l0": (gates * 5, 5),
        "bias_ih_l0": (gates * 5,),
        "bias_hh_l0": (gates * 5,),
        "weight_ih_l1": (gates * 5, 5),
        "weight_hh_l1": (gates * 5, 5),
        "bias_ih_l1": (gates * 5,),
        "bias_hh_l1": (gates * 5,),
    }


@pytest.mark.parametrize("kind", [Kind("lstm", 2), Kind("gru", 2)], ids=str)
def test_the_initial_state_and_the_layers_below_enter(kind):
    trace = run(kind, 5, 3)
    for layer in trace.layers:
        assert np.abs(layer.states[0]).min() > 0
    upper = trace.layers[1]
    alone = upper.rerun(trace.layers[0].h[1:], upper.states[0])
    np.testing.assert_array_equal(alone.states, upper.states)
    at_rest = kind.network(2, 3).run(
        initial_parameters("pytorch", 1.0, kind.network(2, 3), np.random.default_rng(0)), trace.inputs
    )
    assert not at_rest.layers[1].states[0].any()
