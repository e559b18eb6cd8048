"""The edges of every cell, multiplied along each way through a step and added up, are its Jacobians J_t and B_t."""

from typing import Any

import numpy as np
import pytest

from tests.core.nets import FORMS, Architecture
from tests.core.networks.diagrams.drawn import STEPS, dense, layer_of
from unrolled.core.networks.diagrams.cell import CellDiagram, gate_edges


def through(diagram: CellDiagram, place: int, start: str, *, is_back: bool) -> dict[str, Any]:
    """Derive every node with respect to x, or to a state of the step before, by the chain rule along the edges."""
    derived: dict[str, Any] = {}
    for node in diagram.nodes:
        for edge in diagram.edges:
            if edge.target != node.name:
                continue
            matrix = dense(edge.derivative, place)
            if edge.source == start and edge.is_back == is_back:
                derived[node.name] = derived.get(node.name, 0.0) + matrix
            elif not edge.is_back and edge.source in derived:
                derived[node.name] = derived.get(node.name, 0.0) + matrix @ derived[edge.source]
    return derived


@pytest.mark.parametrize(("model", "reset"), FORMS)
def test_within_a_step_an_edge_runs_from_left_to_right(model, reset):
    diagram = layer_of(Architecture(model, reset=reset))[0].diagram(STEPS)
    across = {node.name: node.x for node in diagram.nodes} | {"x": -np.inf}
    assert all(across[edge.source] < across[edge.target] for edge in diagram.edges if not edge.is_back)
    assert max(across.values()) == diagram.width


@pytest.mark.parametrize(("model", "reset"), FORMS)
def test_the_ways_through_a_cell_add_up_to_its_jacobians(model, reset):
    layer, _ = layer_of(Architecture(model, reset=reset))
    diagram = layer.diagram(STEPS)
    jacobians, input_jacobians = layer.jacobians(STEPS), layer.input_jacobians(STEPS)
    zero = np.zeros((layer.hidden_size, layer.hidden_size))
    for place in range(len(STEPS)):
        of_input = through(diagram, place, "x", is_back=False)
        np.testing.assert_allclose(
            np.concatenate([of_input[name] for name in diagram.states]), input_jacobians[place], rtol=1e-10, atol=1e-14
        )
        of_states = [through(diagram, place, name, is_back=True) for name in diagram.states]
        blocks = [[derived.get(name, zero) for derived in of_states] for name in diagram.states]
        np.testing.assert_allclose(np.block(blocks), jacobians[place], rtol=1e-10, atol=1e-14)


def test_what_is_read_first_stands_at_the_front():
    for model, reset in FORMS:
        diagram = layer_of(Architecture(model, reset=reset))[0].diagram(STEPS)
        known = {"x"}
        for node in diagram.nodes:
            assert {edge.source for edge in diagram.edges if edge.target == node.name and not edge.is_back} <= known
            known.add(node.name)
        assert diagram.output == "h"
        assert diagram.carrier in {(edge.source, edge.target) for edge in diagram.edges if edge.is_back}


def test_gates_have_their_rows_of_the_weights():
    slopes = {"g": np.ones((2, 2)), "z": np.ones((2, 2))}
    edges = list(gate_edges(slopes, np.arange(4.0)[:, None], np.arange(8.0).reshape(4, 2)))
    assert [(edge.source, edge.target, edge.is_back) for edge in edges] == [
        ("x", "g", False), ("h", "g", True), ("x", "z", False), ("h", "z", True)
    ]  # fmt: skip
    assert edges[0].formula == "∂g_{t}/∂x_{t} = diag(1 − g_{t}²) W_g"
    assert edges[3].formula == "∂z_{t}/∂h_{s} = diag(z_{t} (1 − z_{t})) U_z"
    np.testing.assert_array_equal(dense(edges[2].derivative, 1), [[2.0], [3.0]])
    np.testing.assert_array_equal(dense(edges[3].derivative, 1), [[4.0, 5.0], [6.0, 7.0]])
