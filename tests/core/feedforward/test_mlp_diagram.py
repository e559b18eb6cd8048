"""The drawn MLP: its edges multiply up to ∂o_t/∂x_k, and the columns of each lag have their norm."""

from typing import Any

import numpy as np
import pytest

from tests.core.feedforward.nets import random_trace
from tests.core.networks.diagrams.drawn import dense
from unrolled.core.feedforward.mlp import MLPTrace

STEPS, T = np.array([9, 4, 9]), 9


def columns(trace, t, steps):
    """Cut ∂h_t/∂x_k of the first layer out of its weights, side by side."""
    weight, size = trace.parameters["weight_l0"], trace.inputs.shape[1]
    blocks = [weight[:, (t - k) * size : (t - k + 1) * size] for k in steps]
    return trace.slopes[0][t - 1][:, None] * np.concatenate(blocks, axis=1)


@pytest.mark.parametrize("layers", [1, 3])
def test_the_edges_multiply_up_to_the_jacobian(layers):
    trace = random_trace("window", layers=layers)
    diagram = trace.diagram()
    cell = diagram.cell(STEPS)
    assert len(cell.nodes) == len(cell.edges) == layers
    assert [edge.source for edge in cell.edges] == [node.name for node in cell.nodes]
    assert [edge.target for edge in cell.edges] == [*(node.name for node in cell.nodes[1:]), "o"]
    assert diagram.into == cell.nodes[0].name
    for place, t in enumerate(STEPS.tolist()):
        for k in range(t - 3, t + 1):
            matrix = columns(trace, t, [k])
            for edge in cell.edges:
                matrix = dense(edge.derivative, place) @ matrix
            np.testing.assert_allclose(matrix, trace.jacobians(t, np.array([k]))[0], rtol=1e-12, atol=1e-15)
        assert isinstance(trace, MLPTrace)
        outputs = trace.parameters["weight_o"] @ cell.nodes[-1].values[place] + trace.parameters["bias_o"]
        np.testing.assert_allclose(outputs, trace.outputs[t - 1], rtol=1e-12)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_norms_of_the_columns_of_some_lags(norm):
    trace = random_trace("window")
    order: Any = 2 if norm == "spectral" else "fro"
    diagram, steps = trace.diagram(), np.array([6, 7, 9])
    expected = [np.linalg.norm(columns(trace, T, [k]), order) for k in steps]
    assert 10 ** diagram.norms(T, steps, norm) == pytest.approx(expected)
    joint = np.linalg.norm(columns(trace, T, steps), order)
    assert 10 ** diagram.joint_norm(T, steps, norm) == pytest.approx(joint)


def test_formulas():
    deep, flat = random_trace("window", layers=2).diagram(), random_trace("mlp", layers=1).diagram()
    assert flat.formula(5, 5) == "∂h_5/∂x_5 = diag φ′(a_5) W_0"
    assert deep.formula(5, 3) == "∂h¹_5/∂x_3 = diag φ′(a¹_5) W_0, columns of lag 2"
    assert deep.joint_formula(5, np.array([2, 3])) == "∂h¹_5/∂x_2 … ∂x_3 = diag φ′(a¹_5) W_0, columns of 2 lags"
    edges = deep.cell(STEPS).edges
    assert edges[0].formula == "∂h²_{t}/∂h¹_{t} = diag φ′(a²_{t}) W_1"
    assert edges[1].formula == "∂o_{t}/∂h²_{t} = W_o"
