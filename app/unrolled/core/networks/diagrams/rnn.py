"""The cell of a vanilla RNN: pre-activation and state."""

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.diagrams.cell import CellDiagram, CellEdge, CellNode, Constant, Diagonal


def rnn_diagram(a: Array, h: Array, slope: Array, weight_ih: Array, weight_hh: Array, steps: Steps) -> CellDiagram:
    """Draw h_t = φ(a_t), a_t = W_ih x_t + W_hh h_{t−1} + b at some 1-based steps.

    Pre-activations and slopes are (T, H), states (T + 1, H).
    """
    nodes = (CellNode("a", "preactivation", a[steps - 1], 0.0), CellNode("h", "state", h[steps], 100.0))
    edges = (
        CellEdge("x", "a", "∂a_{t}/∂x_{t} = W_ih", Constant(weight_ih)),
        CellEdge("h", "a", "∂a_{t}/∂h_{s} = W_hh", Constant(weight_hh), is_back=True),
        CellEdge("a", "h", "∂h_{t}/∂a_{t} = diag φ′(a_{t})", Diagonal(slope[steps - 1])),
    )
    return CellDiagram(nodes, edges, {"h": h[0]}, ("h", "a"), 100.0)
