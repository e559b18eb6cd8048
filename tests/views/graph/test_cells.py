"""The sizes of a cell stand in the order of its nodes, edges and states."""

import numpy as np
import pytest

from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Constant, Diagonal
from unrolled.views.graph.cells import measured

RNG = np.random.default_rng(1)
VECTORS, MATRIX = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 5))


def test_a_cell_is_measured_in_the_order_of_its_edges():
    nodes = (CellNode("a", "gate", VECTORS, 0.0), CellNode("h", "state", 2 * VECTORS, 1.0))
    edges = (CellEdge("x", "a", "", Constant(MATRIX)), CellEdge("a", "h", "", Diagonal(VECTORS)))
    cell = measured(CellDiagram(nodes, edges, {"h": VECTORS[0]}, ("h", "h"), 1.0), 4, "frobenius")
    assert 10 ** cell.lengths["h"] == pytest.approx(2 * np.linalg.norm(VECTORS, axis=1))
    assert 10 ** cell.norms[0] == pytest.approx([np.linalg.norm(MATRIX)] * 4)
    assert 10 ** cell.norms[1] == pytest.approx(np.linalg.norm(VECTORS, axis=1))
    assert 10 ** cell.initial["h"] == pytest.approx(np.linalg.norm(VECTORS[0]))
