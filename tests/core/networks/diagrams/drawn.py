"""A drawn cell as plain matrices, to hold against equations differentiated by HIPS autograd, or against Jacobians."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from autograd import jacobian

from tests.core.nets import Architecture, run
from unrolled.core.networks.diagrams.cell import CellDiagram, Constant, Diagonal, Factor, ScaledRows, Stack

# What computes a node out of others: the function, and the values of those that enter it, by their names.
Equations = Mapping[str, tuple[Callable[..., Any], Mapping[str, Any]]]

LENGTH, HIDDEN = 5, 3
# Not in the order of time, and one of them twice: steps are places in an array.
STEPS = np.array([4, 1, 3, 3])


def layer_of(architecture: Architecture) -> tuple[Any, Any]:
    """Run a small network; give its first layer and its inputs."""
    trace = run(architecture, LENGTH, HIDDEN, gain=1.5)
    return trace.layers[0], trace.inputs


def dense(factor: Factor, place: int) -> Any:
    """Write a derivative out as the matrix it is at the step at some place."""
    match factor:
        case Constant(matrix):
            return matrix
        case Diagonal(vectors):
            return np.diag(vectors[place])
        case ScaledRows(vectors, matrix):
            return np.diag(vectors[place]) @ matrix
        case Stack(matrices):
            return matrices[place]


def assert_drawn(diagram: CellDiagram, place: int, equations: Equations) -> None:
    """Compare values and derivatives of one step with its equations; a name with a prime is of the step before."""
    nodes = {node.name: node.values[place] for node in diagram.nodes}
    edges = {(edge.source + "′" * edge.is_back, edge.target): edge.derivative for edge in diagram.edges}
    assert len(edges) == len(diagram.edges)
    assert edges.keys() == {(source, name) for name, (_, read) in equations.items() for source in read}
    assert nodes.keys() == equations.keys()
    for name, (function, read) in equations.items():
        np.testing.assert_allclose(nodes[name], function(*read.values()), rtol=1e-12)
        for argument, source in enumerate(read):
            expected = jacobian(function, argument)(*read.values())
            np.testing.assert_allclose(dense(edges[source, name], place), expected, rtol=1e-10, atol=1e-14)
