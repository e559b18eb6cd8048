"""The drawn cell of both GRUs against their equations, differentiated by HIPS autograd."""

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest

from tests.core.nets import Architecture
from tests.core.networks.diagrams.drawn import STEPS, Equations, assert_drawn, layer_of


def sigma(x):
    return 1 / (1 + anp.exp(-x))


def equations(layer, x, h) -> Equations:
    """Write one step out, h′ being that of the step before."""
    weights = layer.weights
    wr, wz, wn = np.split(weights.weight_ih, 3)
    ur, uz, un = np.split(weights.weight_hh, 3)
    br, bz, _ = np.split(weights.bias_ih + weights.bias_hh, 3)
    bn, vn = np.split(weights.bias_ih, 3)[2], np.split(weights.bias_hh, 3)[2]
    entering = {"x": x, "h′": h}
    r = (lambda x, h: sigma(anp.dot(wr, x) + anp.dot(ur, h) + br), entering)
    z = (lambda x, h: sigma(anp.dot(wz, x) + anp.dot(uz, h) + bz), entering)
    gates = {"r": r[0](x, h), "z": z[0](x, h)}
    between: Equations
    n: tuple[Any, Any]
    if layer.reset == "after":
        between = {"q": (lambda h: anp.dot(un, h) + vn, {"h′": h})}
        q = un @ h + vn
        n = (lambda x, r, q: anp.tanh(anp.dot(wn, x) + bn + r * q), {"x": x, "r": gates["r"], "q": q})
    else:
        between = {"m": (lambda r, h: r * h, {"r": gates["r"], "h′": h})}
        m = gates["r"] * h
        n = (lambda x, m: anp.tanh(anp.dot(wn, x) + bn + anp.dot(un, m) + vn), {"x": x, "m": m})
    read = {"n": n[0](*n[1].values()), "z": gates["z"], "h′": h}
    return {"r": r, "z": z, **between, "n": n, "h": (lambda n, z, h: (1 - z) * n + z * h, read)}


@pytest.mark.parametrize("reset", ["after", "before"])
def test_values_and_derivatives_of_one_step(reset):
    layer, inputs = layer_of(Architecture("gru", reset=reset))
    diagram = layer.diagram(STEPS)
    for place, step in enumerate(STEPS):
        assert_drawn(diagram, place, equations(layer, inputs[step - 1], layer.h[step - 1]))
    np.testing.assert_array_equal(diagram.states["h"], layer.h[0])
