"""The drawn attention: embeddings into mixtures into outputs, with the weights that attention gives."""

import numpy as np
import pytest

from tests.core.feedforward.nets import random_trace
from tests.core.networks.diagrams.drawn import dense
from unrolled.core.feedforward.attention import AttentionTrace

STEPS = np.array([7, 2])


def test_values_and_derivatives_of_a_step():
    trace = random_trace("attention")
    assert isinstance(trace, AttentionTrace)
    diagram = trace.diagram()
    assert (diagram.reads, diagram.into) == ("e", "m")
    cell = diagram.cell(STEPS)
    embedding, mixture = (node.values for node in cell.nodes)
    np.testing.assert_array_equal(embedding, trace.embeddings()[STEPS - 1])
    outputs = mixture @ trace.parameters["weight_o"].T + trace.parameters["bias_o"]
    np.testing.assert_allclose(outputs, trace.outputs[STEPS - 1], rtol=1e-12)
    assert [(edge.source, edge.target) for edge in cell.edges] == [("x", "e"), ("m", "o")]
    np.testing.assert_array_equal(dense(cell.edges[0].derivative, 1), trace.parameters["weight_e"])
    np.testing.assert_array_equal(dense(cell.edges[1].derivative, 1), trace.parameters["weight_o"])


def test_what_a_mixture_reads():
    trace = random_trace("attention", hidden=2, size=2, key_size=2)
    diagram = trace.diagram()
    weights = diagram.log_weights(7)
    assert weights is not None
    assert np.exp(weights).sum() == pytest.approx(1.0)
    # Through W_o and W_e, which are square here, the edge is the whole derivative.
    assert isinstance(trace, AttentionTrace)
    parameters = trace.parameters
    inner = [
        np.linalg.inv(parameters["weight_o"]) @ matrix @ np.linalg.inv(parameters["weight_e"])
        for matrix in trace.jacobians(7, np.arange(1, 8))
    ]
    sizes = [np.linalg.norm(matrix, 2) for matrix in inner]
    assert 10 ** diagram.norms(7, np.arange(1, 8), "spectral") == pytest.approx(sizes, rel=1e-9)
    joint = np.linalg.norm(np.concatenate(inner[1:4], axis=1), 2)
    assert 10 ** diagram.joint_norm(7, np.arange(2, 5), "spectral") == pytest.approx(joint, rel=1e-9)


def test_formulas():
    diagram = random_trace("attention").diagram()
    assert diagram.formula(7, 2) == "∂m_7/∂e_2 = α (W_v + (v_2 − m_7) q_7ᵀ W_k/√d)"
    assert diagram.formula(7, 7) == "∂m_7/∂e_7 = α (W_v + (v_7 − m_7) q_7ᵀ W_k/√d) + what the query moves"
    assert diagram.joint_formula(7, np.array([2, 3])) == "∂m_7/∂e_2 … ∂e_3, 2 side by side"
