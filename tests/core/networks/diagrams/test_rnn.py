"""The drawn cell of a vanilla RNN against its equations, differentiated by HIPS autograd."""

import autograd.numpy as anp
import numpy as np

from tests.core.nets import Architecture
from tests.core.networks.diagrams.drawn import STEPS, assert_drawn, layer_of


def test_values_and_derivatives_of_one_step():
    layer, inputs = layer_of(Architecture("rnn"))
    weights = layer.weights
    bias = weights.bias_ih + weights.bias_hh
    diagram = layer.diagram(STEPS)
    for place, step in enumerate(STEPS):
        x, h = inputs[step - 1], layer.h[step - 1]

        def a(x, h):
            return anp.dot(weights.weight_ih, x) + anp.dot(weights.weight_hh, h) + bias

        assert_drawn(diagram, place, {"a": (a, {"x": x, "h′": h}), "h": (anp.tanh, {"a": a(x, h)})})
    np.testing.assert_array_equal(diagram.states["h"], layer.h[0])
