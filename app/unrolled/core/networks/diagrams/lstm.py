"""The cell of an LSTM: four gates, the cell c and the output h."""

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.cells.gates import LSTMGates
from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Diagonal, gate_edges


def lstm_diagram(gates: LSTMGates, h: Array, c: Array, weight_ih: Array, weight_hh: Array, steps: Steps) -> CellDiagram:
    """Draw c_t = f ⊙ c_{t−1} + i ⊙ g, h_t = o ⊙ tanh c_t at some 1-based steps, those of the gates.

    ``h`` and ``c`` are (T + 1, H).
    """
    nodes = (
        CellNode("i", "gate", gates.i, 0.0, -45.0),
        CellNode("f", "gate", gates.f, 0.0, -15.0),
        CellNode("g", "gate", gates.g, 0.0, 15.0),
        CellNode("o", "gate", gates.o, 0.0, 45.0),
        CellNode("c", "cell", c[steps], 88.0, -15.0),
        CellNode("h", "state", h[steps], 176.0, 15.0),
    )
    slopes = {"i": gates.di, "f": gates.df, "g": gates.dg, "o": gates.do}
    d_output = Diagonal(gates.o * gates.d_tanh_c)
    edges = (
        *gate_edges(slopes, weight_ih, weight_hh),
        CellEdge("i", "c", "∂c_{t}/∂i_{t} = diag(g_{t})", Diagonal(gates.g)),
        CellEdge("f", "c", "∂c_{t}/∂f_{t} = diag(c_{s})", Diagonal(gates.c_before)),
        CellEdge("g", "c", "∂c_{t}/∂g_{t} = diag(i_{t})", Diagonal(gates.i)),
        CellEdge("c", "c", "∂c_{t}/∂c_{s} = diag(f_{t})", Diagonal(gates.f), is_back=True),
        CellEdge("o", "h", "∂h_{t}/∂o_{t} = diag(tanh c_{t})", Diagonal(gates.tanh_c)),
        CellEdge("c", "h", "∂h_{t}/∂c_{t} = diag(o_{t} (1 − tanh² c_{t}))", d_output),
    )
    return CellDiagram(nodes, edges, {"h": h[0], "c": c[0]}, ("c", "c"), 176.0)
