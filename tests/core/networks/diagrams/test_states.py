"""The cell that is drawn from Jacobians alone: one node a state, and every block of J_t and B_t on its edge."""

import numpy as np

from tests.core.networks.diagrams.drawn import dense
from unrolled.core.networks.diagrams.states import states_diagram

RNG = np.random.default_rng(3)
STATES, STEPS = RNG.standard_normal((7, 6)), np.array([2, 5])
JACOBIANS, INPUTS = RNG.standard_normal((2, 6, 6)), RNG.standard_normal((2, 6, 4))


def test_one_state_is_one_node():
    diagram = states_diagram(("h",), STATES, STEPS, JACOBIANS, INPUTS)
    (node,) = diagram.nodes
    assert (node.name, node.kind, node.x, node.y) == ("h", "state", 0.0, 0.0)
    np.testing.assert_array_equal(node.values, STATES[STEPS])
    by_input, by_state = diagram.edges
    assert (by_input.source, by_input.target, by_input.is_back) == ("x", "h", False)
    assert (by_state.source, by_state.target, by_state.is_back) == ("h", "h", True)
    assert by_input.formula == "∂h_{t}/∂x_{t}"
    assert by_state.formula == "∂h_{t}/∂h_{s}"
    np.testing.assert_array_equal(dense(by_input.derivative, 1), INPUTS[1])
    np.testing.assert_array_equal(dense(by_state.derivative, 0), JACOBIANS[0])
    np.testing.assert_array_equal(diagram.states["h"], STATES[0])
    assert (diagram.output, diagram.carrier, diagram.width) == ("h", ("h", "h"), 0.0)


def test_several_states_are_joined_by_the_blocks():
    diagram = states_diagram(("h", "c", "m"), STATES, STEPS, JACOBIANS, INPUTS)
    parts = {"h": slice(0, 2), "c": slice(2, 4), "m": slice(4, 6)}
    edges = {(edge.source, edge.target): edge for edge in diagram.edges}
    assert len(edges) == len(diagram.edges) == 12
    for target, rows in parts.items():
        np.testing.assert_array_equal(dense(edges["x", target].derivative, 1), INPUTS[1, rows])
        for source, columns in parts.items():
            edge = edges[source, target]
            assert edge.is_back
            assert edge.formula == f"∂{target}_{{t}}/∂{source}_{{s}}"
            np.testing.assert_array_equal(dense(edge.derivative, 1), JACOBIANS[1, rows, columns])
    for node in diagram.nodes:
        np.testing.assert_array_equal(node.values, STATES[STEPS, parts[node.name]])
        np.testing.assert_array_equal(diagram.states[node.name], STATES[0, parts[node.name]])
    assert [node.kind for node in diagram.nodes] == ["state", "cell", "cell"]
    places = {(node.x, node.y) for node in diagram.nodes}
    assert len(places) == 3
    assert diagram.width == max(node.x for node in diagram.nodes) == diagram.nodes[0].x
    assert diagram.output == "h"
    assert diagram.carrier == ("m", "m")
