"""Live comparison with HIPS autograd, which knows nothing of our Jacobians."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import cycle
from itertools import product as cases
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.cases import few
from tests.core.nets import SOME_ARCHITECTURES, Architecture, Derivative
from tests.models import initial_parameters
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.jacobians.product import product

FORWARD: Mapping[str, Callable[[Any], Any]] = {
    "tanh": anp.tanh,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)),
    "relu": lambda x: anp.maximum(x, 0),
    "softplus": lambda x: anp.log1p(anp.exp(x)),
    "silu": lambda x: x / (1 + anp.exp(-x)),
    "mish": lambda x: x * anp.tanh(anp.log1p(anp.exp(x))),
    "sine": anp.sin,
    "elu": lambda x: anp.where(x > 0, x, anp.exp(x) - 1),
    "softsign": lambda x: x / (1 + anp.abs(x)),
}
LENGTH, HIDDEN, FEATURES = 6, 3, 2
# Every step takes the values of nodes that stand instead of what it would compute.
AS_COMPUTED: Mapping[str, Any] = {}


def rnn_step(architecture: Architecture, weights, state, x, nodes=AS_COMPUTED):
    w, u, b, v = weights
    return nodes.get("h", FORWARD[architecture.activation](anp.dot(w, x) + b + anp.dot(u, state) + v))


def lstm_step(architecture: Architecture, weights, state, x, nodes=AS_COMPUTED):
    w, u, b, v = weights
    h, c = state[:HIDDEN], state[HIDDEN:]
    i, f, g, o = anp.split(anp.dot(w, x) + b + anp.dot(u, h) + v, 4)
    sigma = FORWARD["sigmoid"]
    c = nodes.get("c", sigma(f) * c + sigma(i) * anp.tanh(g))
    return anp.concatenate([nodes.get("h", sigma(o) * anp.tanh(c)), c])


def gru_step(architecture: Architecture, weights, state, x, nodes=AS_COMPUTED):
    w, u, b, v = weights
    wr, wz, wn = anp.split(anp.dot(w, x) + b, 3)
    ur, uz, un = anp.split(u, 3)
    vr, vz, vn = anp.split(v, 3)
    sigma = FORWARD["sigmoid"]
    r, z = sigma(wr + anp.dot(ur, state) + vr), sigma(wz + anp.dot(uz, state) + vz)
    if architecture.reset == "after":
        n = anp.tanh(wn + r * (anp.dot(un, state) + vn))
    else:
        n = anp.tanh(wn + anp.dot(un, r * state) + vn)
    return nodes.get("h", (1 - z) * n + z * state)


def mingru_step(architecture: Architecture, weights, state, x, nodes=AS_COMPUTED):
    w, b, v = weights
    z, candidate = anp.split(anp.dot(w, x) + b + v, 2)
    z = FORWARD["sigmoid"](z)
    return nodes.get("h", (1 - z) * state + z * candidate)


STEPS = {"rnn": rnn_step, "lstm": lstm_step, "gru": gru_step, "mingru": mingru_step}


def drawn(architecture: Architecture, init: str = "gaussian", hidden: int = HIDDEN):
    """Draw parameters, sequence and trace, and a function that runs all layers from one joint state to later ones.

    Nodes of one layer may be given for the first of its steps.
    """
    rng = np.random.default_rng(11)
    network = architecture.network(FEATURES, hidden)
    parameters = initial_parameters(init, 1.2, network, rng)
    for name in parameters:
        if "bias" in name:
            parameters[name] += 0.3 * rng.standard_normal(parameters[name].shape)
    inputs = rng.standard_normal((LENGTH, FEATURES))
    initial = {name: rng.standard_normal((architecture.layers, hidden)) for name in network.cell.states}
    trace = network.run(parameters, inputs, initial)
    size = network.state_size
    weights = [
        [parameters[name] for name in network.parameter_shapes() if name.endswith(f"_l{layer}")]
        for layer in range(architecture.layers)
    ]

    def onward(state, xs, nodes=AS_COMPUTED, layer_of_nodes=0):
        for x in xs:
            entering, parts = x, []
            for layer in range(architecture.layers):
                own = state[layer * size : (layer + 1) * size]
                these = nodes if layer == layer_of_nodes else AS_COMPUTED
                parts.append(STEPS[architecture.model](architecture, weights[layer], own, entering, these))
                entering = parts[-1][:hidden]
            state, nodes = anp.concatenate(parts), AS_COMPUTED
        return state

    def state_at(step: int):
        return np.concatenate([layer.states[step] for layer in trace.layers])

    return trace, inputs, onward, state_at


INITS = ["pytorch", "orthogonal", "he"]


@pytest.mark.parametrize(
    ("activation", "init"), few(cases(FORWARD, INITS), list(zip(FORWARD, cycle(INITS), strict=False)))
)
def test_every_pair_of_a_vanilla_network_equals_autograd(activation, init):
    trace, inputs, onward, state_at = drawn(Architecture("rnn", activation=activation), init, 5)
    np.testing.assert_allclose(onward(state_at(0), inputs), trace.layers[0].h[-1], rtol=1e-12)
    for t in range(1, LENGTH + 1):
        for k in range(1, t + 1):
            truth = jacobian(lambda state, k=k, t=t: onward(state, inputs[k:t]))(state_at(k))
            result = product(jacobian_chain(trace), t, k)
            np.testing.assert_allclose(result.matrix * 10.0**result.log10_scale, truth, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_every_part_of_every_layer_equals_autograd(architecture: Architecture):
    trace, inputs, onward, state_at = drawn(architecture)
    np.testing.assert_allclose(onward(state_at(0), inputs), state_at(LENGTH), rtol=1e-12)
    size = architecture.network(FEATURES, HIDDEN).state_size
    entries = np.arange(architecture.layers * size).reshape(architecture.layers, size)
    places = {"h": slice(0, HIDDEN), "c": slice(HIDDEN, size), "s": slice(0, size)}

    @cache
    def truth(t: int, k: int, wrt: str, origin: int):
        """Differentiate all states at t with respect to a node at k; at k = 0 all states are given."""
        if wrt == "x":
            return jacobian(lambda x: onward(state_at(k - 1), [x, *inputs[k:t]]))(inputs[k - 1])
        columns = entries[origin - 1, places[wrt]]
        if k == 0:
            return jacobian(lambda state: onward(state, inputs[:t]))(state_at(0))[:, columns]

        def run_from(value):
            halves = {"h": value[:HIDDEN], "c": value[HIDDEN:]} if wrt == "s" else {wrt: value}
            nodes = {name: half for name, half in halves.items() if len(half)}
            return onward(state_at(k - 1), inputs[k - 1 : t], nodes, origin - 1)

        return jacobian(run_from)(state_at(k)[columns])

    for t, k in ((1, 0), (3, 3), (5, 4), (6, 2), (6, 0)):
        for derivative in architecture.derivatives():
            if derivative.wrt == "x" and k == 0:
                continue
            rows = entries[(derivative.layer or 1) - 1, places[derivative.of]]
            expected = truth(t, k, derivative.wrt, derivative.origin or 1)[rows]
            result = product(derivative.chain(trace), t, k)
            ours = result.matrix * 10.0**result.log10_scale if result.matrix.any() else result.matrix
            atol = 1e-11 * np.abs(expected).max()
            np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=atol, err_msg=f"{derivative} {t} {k}")


def test_a_higher_layer_is_not_felt_by_a_lower_one():
    trace, inputs, onward, state_at = drawn(Architecture("gru", 2))
    truth = jacobian(lambda state: onward(state, inputs[2:]))(state_at(2))
    np.testing.assert_array_equal(truth[:HIDDEN, HIDDEN:], 0)
    alone = product(Derivative("h", "h", 1, 1).chain(trace), LENGTH, 2)
    np.testing.assert_allclose(alone.matrix * 10.0**alone.log10_scale, truth[:HIDDEN, :HIDDEN], rtol=1e-10)
