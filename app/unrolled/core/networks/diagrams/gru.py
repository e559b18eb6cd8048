"""The cell of both GRUs: reset and update gate, candidate, state, and what the reset gate works on."""

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.cells.gates import GRUGates
from unrolled.core.networks.diagrams.cell import (
    CellDiagram,
    CellEdge,
    CellNode,
    Constant,
    Diagonal,
    ScaledRows,
    gate_edges,
)


def gru_diagram(
    gates: GRUGates, n: Array, h: Array, weight_ih: Array, weight_hh: Array, steps: Steps, *, is_after: bool
) -> CellDiagram:
    """Draw h_t = (1 − z) ⊙ n + z ⊙ h_{t−1} at some 1-based steps, those of the gates and of the candidate n.

    ``h`` is (T + 1, H). With the reset gate after the matrix, q = U_n h_{t−1} + b is drawn and multiplied by r; before
    it, m = r ⊙ h_{t−1} enters U_n.
    """
    size, before = h.shape[1], h[steps - 1]
    u_n, w_n = weight_hh[2 * size :], weight_ih[2 * size :]
    between, product = ("q", gates.q) if is_after else ("m", gates.r * before)
    nodes = (
        CellNode("r", "gate", gates.r, 0.0, -42.0),
        CellNode("z", "gate", gates.keep, 0.0, 42.0),
        CellNode(between, "inner", product, 52.0, 12.0),
        CellNode("n", "candidate", n, 112.0, -22.0),
        CellNode("h", "state", h[steps], 190.0, 8.0),
    )
    kept = "∂h_{t}/∂h_{s} = diag(z_{t}), the gates held fixed"
    edges = (
        *gate_edges({"r": gates.dr, "z": gates.dz}, weight_ih, weight_hh),
        CellEdge("x", "n", "∂n_{t}/∂x_{t} = diag(1 − n_{t}²) W_n", ScaledRows(gates.dn, w_n)),
        *(_reset_after(gates, u_n) if is_after else _reset_before(gates, before, u_n)),
        CellEdge("n", "h", "∂h_{t}/∂n_{t} = diag(1 − z_{t})", Diagonal(gates.write)),
        CellEdge("z", "h", "∂h_{t}/∂z_{t} = diag(h_{s} − n_{t})", Diagonal(gates.gap)),
        CellEdge("h", "h", kept, Diagonal(gates.keep), is_back=True),
    )
    return CellDiagram(nodes, edges, {"h": h[0]}, ("h", "h"), 190.0)


def _reset_after(gates: GRUGates, u_n: Array) -> tuple[CellEdge, ...]:
    by_reset, by_state = Diagonal(gates.q * gates.dn), Diagonal(gates.r * gates.dn)
    return (
        CellEdge("h", "q", "∂q_{t}/∂h_{s} = U_n", Constant(u_n), is_back=True),
        CellEdge("r", "n", "∂n_{t}/∂r_{t} = diag(q_{t} (1 − n_{t}²))", by_reset),
        CellEdge("q", "n", "∂n_{t}/∂q_{t} = diag(r_{t} (1 − n_{t}²))", by_state),
    )


def _reset_before(gates: GRUGates, before: Array, u_n: Array) -> tuple[CellEdge, ...]:
    return (
        CellEdge("h", "m", "∂m_{t}/∂h_{s} = diag(r_{t})", Diagonal(gates.r), is_back=True),
        CellEdge("r", "m", "∂m_{t}/∂r_{t} = diag(h_{s})", Diagonal(before)),
        CellEdge("m", "n", "∂n_{t}/∂m_{t} = diag(1 − n_{t}²) U_n", ScaledRows(gates.dn, u_n)),
    )
