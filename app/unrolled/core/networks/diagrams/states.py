"""The cell of any recurrent layer, drawn from its states and one-step Jacobians alone."""

from collections.abc import Sequence

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Stack

# How far apart states stand, and how much lower the output stands than what comes before it.
_NEXT, _LOWER = 88.0, 30.0


def states_diagram(
    names: Sequence[str], states: Array, steps: Steps, jacobians: Array, input_jacobians: Array
) -> CellDiagram:
    """Draw one node a state at some 1-based steps, with blocks of B_t out of x_t and of J_t out of every state before.

    ``names`` are those of the parts of equal size of ``states`` (T + 1, S), the output first; it stands rightmost.
    J_t (n, S, S) and B_t (n, S, D) are those of the steps.
    """
    count = len(names)
    size = states.shape[1] // count
    parts = {name: slice(place * size, (place + 1) * size) for place, name in enumerate(names)}
    nodes = [
        CellNode(
            name,
            "cell" if place else "state",
            states[steps, parts[name]],
            _NEXT * (count - 1 - place),
            _LOWER * ((count - 1) / 2 - place),
        )
        for place, name in enumerate(names)
    ]
    edges: list[CellEdge] = []
    for target, rows in parts.items():
        edges.append(CellEdge("x", target, f"∂{target}_{{t}}/∂x_{{t}}", Stack(input_jacobians[:, rows])))
        for source, columns in parts.items():
            block = Stack(jacobians[:, rows, columns])
            edges.append(CellEdge(source, target, f"∂{target}_{{t}}/∂{source}_{{s}}", block, is_back=True))
    initial = dict(zip(names, np.split(states[0], count), strict=True))
    return CellDiagram(tuple(nodes), tuple(edges), initial, (names[-1], names[-1]), _NEXT * (count - 1))
