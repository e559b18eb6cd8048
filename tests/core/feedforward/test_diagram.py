"""A model drawn from its Jacobians alone: every output with an edge from each input, and from many side by side."""

import numpy as np
import pytest

from tests.core.feedforward.nets import random_trace
from unrolled.core.feedforward import diagram as module
from unrolled.core.feedforward.diagram import InputDiagram

STEPS = np.array([2, 3, 5, 6, 7])


def order(norm):
    return 2 if norm == "spectral" else "fro"


# Of a window of four inputs the first of these steps are nothing.
@pytest.mark.parametrize("model", ["attention", "window"])
@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
@pytest.mark.parametrize("chunk", [1, 20, 2**20])
def test_norms_one_by_one_and_side_by_side(model, norm, chunk, monkeypatch):
    monkeypatch.setattr(module, "_CHUNK_ENTRIES", chunk)
    trace = random_trace(model)
    diagram, matrices = InputDiagram(trace), trace.jacobians(9, STEPS)
    expected = [np.linalg.norm(matrix, order(norm)) for matrix in matrices]
    assert 10 ** diagram.norms(9, STEPS, norm) == pytest.approx(expected)
    joint = np.linalg.norm(np.concatenate(list(matrices), axis=1), order(norm))
    assert 10 ** diagram.joint_norm(9, STEPS, norm) == pytest.approx(joint)


class Extreme:
    """A trace whose Jacobians are far from 1, or nothing."""

    def __init__(self, scale):
        self.scale = scale

    def jacobians(self, t, steps):
        return self.scale * np.broadcast_to(np.eye(2), (len(steps), 2, 2))

    def log10_norms(self, t, steps, norm):
        with np.errstate(divide="ignore"):
            size = np.log10(self.scale) + (0.5 * np.log10(2.0) if norm == "frobenius" else 0.0)
        return np.full(len(steps), size)


@pytest.mark.parametrize(("scale", "log10_scale"), [(1e-250, -250.0), (1e250, 250.0), (0.0, -np.inf)])
def test_neither_overflow_nor_underflow_changes_a_joint_norm(scale, log10_scale):
    diagram = InputDiagram(Extreme(scale))
    assert diagram.joint_norm(9, STEPS, "spectral") == pytest.approx(log10_scale + 0.5 * np.log10(5))
    assert diagram.joint_norm(9, STEPS, "frobenius") == pytest.approx(log10_scale + 0.5 * np.log10(10))


def test_nothing_stands_between_input_and_output():
    diagram = InputDiagram(random_trace("mlp"))
    cell = diagram.cell(STEPS)
    assert (diagram.reads, diagram.into, cell.nodes, cell.edges) == ("x", "o", (), ())
    assert diagram.formula(9, 2) == "∂o_9/∂x_2"
    assert diagram.joint_formula(9, np.arange(2, 1500)) == "∂o_9/∂x_2 … ∂x_1499, 1,498 side by side"
    assert diagram.log_weights(9) is None
