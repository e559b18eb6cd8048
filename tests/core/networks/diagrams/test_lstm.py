"""The drawn cell of an LSTM against its equations, differentiated by HIPS autograd."""

import autograd.numpy as anp
import numpy as np

from tests.core.nets import Architecture
from tests.core.networks.diagrams.drawn import STEPS, Equations, assert_drawn, layer_of


def sigma(x):
    return 1 / (1 + anp.exp(-x))


def equations(layer, x, h, c) -> Equations:
    """Write one step out, h′ and c′ being those of the step before."""
    names = "ifgo"
    w, u, b = (
        dict(zip(names, np.split(matrix, 4), strict=True))
        for matrix in (layer.weights.weight_ih, layer.weights.weight_hh, layer.weights.bias_ih + layer.weights.bias_hh)
    )

    def gate(name):
        phi = anp.tanh if name == "g" else sigma
        return lambda x, h: phi(anp.dot(w[name], x) + anp.dot(u[name], h) + b[name])

    i, f, g, o = (gate(name)(x, h) for name in names)
    gates = {name: (gate(name), {"x": x, "h′": h}) for name in names}
    cell = lambda i, f, g, c: f * c + i * g  # noqa: E731
    read = {"i": i, "f": f, "g": g, "c′": c}
    return {
        **gates,
        "c": (cell, read),
        "h": (lambda o, c: o * anp.tanh(c), {"o": o, "c": cell(i, f, g, c)}),
    }


def test_values_and_derivatives_of_one_step():
    layer, inputs = layer_of(Architecture("lstm"))
    diagram = layer.diagram(STEPS)
    for place, step in enumerate(STEPS):
        expected = equations(layer, inputs[step - 1], layer.h[step - 1], layer.c[step - 1])
        assert_drawn(diagram, place, expected)


def test_the_states_are_h_and_c():
    layer, _ = layer_of(Architecture("lstm"))
    start = np.arange(6.0)
    diagram = layer.rerun(np.ones((2, layer.input_size)), start).diagram(np.array([1]))
    assert list(diagram.states) == ["h", "c"]
    np.testing.assert_array_equal(np.concatenate([*diagram.states.values()]), start)
