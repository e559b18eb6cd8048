"""Every edge of a cell has the size of its local derivative: compared with HIPS autograd."""

from collections.abc import Callable
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.cases import few
from tests.views.answers import answer, experiment, size
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo

Equations = dict[str, tuple[Callable[..., Any], dict[str, Any]]]


SIZES: dict[str, Any] = {"length": 5, "hidden": 3, "input": "text", "text": "abca"}


STEP = 3


def sigma(x):
    return 1 / (1 + anp.exp(-x))


def measured(function, place, arguments, norm):
    return size(np.atleast_2d(jacobian(function, place)(*arguments)), norm)


def edges_of(network):
    return {(edge["source"], edge["target"]): edge for edge in answer("graph", network)["edges"]}


def lstm_step(forward, step) -> Equations:
    """Return every value of one step, and every local equation with its arguments."""
    layer = forward.trace.layers[0]
    weights, h, c, x = layer.weights, layer.h[step - 1], layer.c[step - 1], forward.sequence.inputs[step - 1]
    bias = weights.bias_ih + weights.bias_hh
    blocks = {name: slice(3 * place, 3 * place + 3) for place, name in enumerate("ifgo")}

    def gate(name):
        phi = anp.tanh if name == "g" else sigma
        rows = blocks[name]
        return lambda x, h: phi(anp.dot(weights.weight_ih[rows], x) + anp.dot(weights.weight_hh[rows], h) + bias[rows])

    values = {name: gate(name)(x, h) for name in blocks}
    cell = values["f"] * c + values["i"] * values["g"]
    equations: Equations = {name: (gate(name), {f"x{step}": x, f"h{step - 1}": h}) for name in blocks}
    read = {f"{name}{step}": values[name] for name in "ifg"} | {f"c{step - 1}": c}
    equations["c"] = (lambda i, f, g, c: f * c + i * g, read)
    equations["h"] = (lambda o, c: o * anp.tanh(c), {f"o{step}": values["o"], f"c{step}": cell})
    return equations


def gru_step(forward, step) -> Equations:
    """Do the same for both kinds of GRU."""
    layer = forward.trace.layers[0]
    weights, h, x = layer.weights, layer.h[step - 1], forward.sequence.inputs[step - 1]
    wr, wz, wn = np.split(weights.weight_ih, 3)
    ur, uz, un = np.split(weights.weight_hh, 3)
    br, bz, _ = np.split(weights.bias_ih + weights.bias_hh, 3)
    bn, vn = weights.bias_ih[6:], weights.bias_hh[6:]
    entering = {f"x{step}": x, f"h{step - 1}": h}
    equations: Equations = {
        "r": (lambda x, h: sigma(anp.dot(wr, x) + anp.dot(ur, h) + br), entering),
        "z": (lambda x, h: sigma(anp.dot(wz, x) + anp.dot(uz, h) + bz), entering),
    }
    r, z = (equations[name][0](x, h) for name in "rz")
    if layer.reset == "after":
        q = un @ h + vn
        equations["q"] = (lambda h: anp.dot(un, h) + vn, {f"h{step - 1}": h})
        read = {f"x{step}": x, f"r{step}": r, f"q{step}": q}
        equations["n"] = (lambda x, r, q: anp.tanh(anp.dot(wn, x) + bn + r * q), read)
    else:
        m = r * h
        equations["m"] = (lambda r, h: r * h, {f"r{step}": r, f"h{step - 1}": h})
        equations["n"] = (
            lambda x, m: anp.tanh(anp.dot(wn, x) + bn + anp.dot(un, m) + vn),
            {f"x{step}": x, f"m{step}": m},
        )
    n = equations["n"][0](*equations["n"][1].values())
    read = {f"n{step}": n, f"z{step}": z, f"h{step - 1}": h}
    equations["h"] = (lambda n, z, h: (1 - z) * n + z * h, read)
    return equations


def rnn_step(forward, step) -> Equations:
    """Do the same for a vanilla RNN."""
    layer = forward.trace.layers[0]
    weights, h, x = layer.weights, layer.h[step - 1], forward.sequence.inputs[step - 1]
    bias = weights.bias_ih + weights.bias_hh
    entering = {f"x{step}": x, f"h{step - 1}": h}
    equations: Equations = {
        "a": (lambda x, h: anp.dot(weights.weight_ih, x) + anp.dot(weights.weight_hh, h) + bias, entering)
    }
    return equations | {"h": (anp.tanh, {f"a{step}": equations["a"][0](x, h)})}


CELLS: list[tuple[dict[str, Any], Callable[..., Equations]]] = [
    ({"model": "rnn"}, rnn_step),
    ({"model": "lstm", "forget_bias": 1}, lstm_step),
    ({"model": "gru"}, gru_step),
    ({"model": "gru", "reset": "before"}, gru_step),
]


@pytest.mark.parametrize(
    ("cell", "norm"),
    few(
        product(CELLS, ("spectral", "frobenius")),
        [(cell, ("spectral", "frobenius")[place % 2]) for place, cell in enumerate(CELLS)],
    ),
)
def test_every_edge_of_a_cell(cell, norm):
    fields, equations = cell
    network = experiment(**SIZES, **fields, norm=norm)
    edges, expected = edges_of(network), equations(run(network, Memo(2**26)), STEP)
    into = {ends for ends in edges if ends[1][1:] == str(STEP)}
    assert into == {(source, f"{name}{STEP}") for name, (_, read) in expected.items() for source in read}
    for name, (function, read) in expected.items():
        for place, source in enumerate(read):
            edge_norm = 10 ** edges[source, f"{name}{STEP}"]["log10_norm"]
            assert edge_norm == pytest.approx(measured(function, place, list(read.values()), norm), rel=1e-10)
