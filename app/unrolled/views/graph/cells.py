"""The cell of every recurrent model: which value enters which, and the derivative along each edge.

The derivatives are those of the equations in the docstrings of ``torch.nn.RNN``, ``LSTM`` and ``GRU``. A gate is drawn
by its value, so that a sigmoid's slope is i (1 − i). W_i and U_i are the blocks of W_ih and W_hh for gate i.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.rnn import RNNTrace
from unrolled.views.graph.sizes import constant_norms, diagonal_norms, lengths, scaled_row_norms


@dataclass(frozen=True)
class CellNode:
    """A node that is there at every step: log10 of its length at each drawn step, and where it stands in its layer."""

    name: str
    kind: str
    log10_norms: Array
    x: float
    y: float = 0.0


@dataclass(frozen=True)
class CellEdge:
    """An edge that is there at every step, with log10 of its norm at each drawn step.

    The source ``x`` is what enters the layer. In the formula ``{t}`` is the step, ``{s}`` the step before; ``is_back``
    is whether the edge comes from there.
    """

    source: str
    target: str
    formula: str
    log10_norms: Array
    is_back: bool = False


@dataclass(frozen=True)
class CellDiagram:
    """What a layer consists of at every step: nodes and edges, those that are read first at the front.

    ``states`` go from step to step, with log10 of their initial length; the first one is the output h. Beside the
    edge ``carrier`` stands the factor of a step. ``width`` is what it takes from left to right.
    """

    nodes: tuple[CellNode, ...]
    edges: tuple[CellEdge, ...]
    states: Mapping[str, float]
    carrier: tuple[str, str]
    width: float


def cell_of(layer: LayerTrace, steps: Steps, norm: Norm) -> CellDiagram:
    """Measure the cell of a layer at the steps that are drawn."""
    return _CELLS[type(layer)](layer, steps, norm)


def _rnn(layer: RNNTrace, steps: Steps, norm: Norm) -> CellDiagram:
    weights, count = layer.weights, len(steps)
    nodes = (
        CellNode("a", "preactivation", lengths(layer.a[steps - 1]), 0.0),
        CellNode("h", "state", lengths(layer.h[steps]), 100.0),
    )
    edges = (
        CellEdge("x", "a", "∂a_{t}/∂x_{t} = W_ih", constant_norms(weights.weight_ih, count, norm)),
        CellEdge("h", "a", "∂a_{t}/∂h_{s} = W_hh", constant_norms(weights.weight_hh, count, norm), is_back=True),
        CellEdge("a", "h", "∂h_{t}/∂a_{t} = diag φ′(a_{t})", diagonal_norms(layer.slope[steps - 1], norm)),
    )
    return CellDiagram(nodes, edges, _initial_log10_norms(layer, "h"), ("h", "a"), 100.0)


def _lstm(layer: LSTMTrace, steps: Steps, norm: Norm) -> CellDiagram:
    gates, size = layer.gates(steps), layer.hidden_size
    slopes = {"i": gates.di, "f": gates.df, "g": gates.dg, "o": gates.do}
    values = {"i": gates.i, "f": gates.f, "g": gates.g, "o": gates.o}
    places = {"i": -45.0, "f": -15.0, "g": 15.0, "o": 45.0}
    nodes = [CellNode(name, "gate", lengths(values[name]), 0.0, places[name]) for name in slopes]
    nodes += [
        CellNode("c", "cell", lengths(layer.c[steps]), 88.0, -15.0),
        CellNode("h", "state", lengths(layer.h[steps]), 176.0, 15.0),
    ]
    edges = [
        edge
        for place, (name, slope) in enumerate(slopes.items())
        for edge in _gate_edges(layer, name, slope, slice(place * size, (place + 1) * size), norm)
    ]
    edges += [
        CellEdge("i", "c", "∂c_{t}/∂i_{t} = diag(g_{t})", diagonal_norms(gates.g, norm)),
        CellEdge("f", "c", "∂c_{t}/∂f_{t} = diag(c_{s})", diagonal_norms(gates.c_before, norm)),
        CellEdge("g", "c", "∂c_{t}/∂g_{t} = diag(i_{t})", diagonal_norms(gates.i, norm)),
        CellEdge("c", "c", "∂c_{t}/∂c_{s} = diag(f_{t})", diagonal_norms(gates.f, norm), is_back=True),
        CellEdge("o", "h", "∂h_{t}/∂o_{t} = diag(tanh c_{t})", diagonal_norms(gates.tanh_c, norm)),
        CellEdge(
            "c", "h", "∂h_{t}/∂c_{t} = diag(o_{t} (1 − tanh² c_{t}))", diagonal_norms(gates.o * gates.d_tanh_c, norm)
        ),
    ]
    return CellDiagram(tuple(nodes), tuple(edges), _initial_log10_norms(layer, "h", "c"), ("c", "c"), 176.0)


def _gru(layer: GRUTrace, steps: Steps, norm: Norm) -> CellDiagram:
    gates, size = layer.gates(steps), layer.hidden_size
    is_after = layer.reset == "after"
    between = "q" if is_after else "m"
    n, before = np.tanh(layer.a[steps - 1, 2 * size :]), layer.h[steps - 1]
    candidate_input = layer.q[steps - 1] if is_after else gates.r * before
    nodes = (
        CellNode("r", "gate", lengths(gates.r), 0.0, -42.0),
        CellNode("z", "gate", lengths(gates.keep), 0.0, 42.0),
        CellNode(between, "inner", lengths(candidate_input), 52.0, 12.0),
        CellNode("n", "candidate", lengths(n), 112.0, -22.0),
        CellNode("h", "state", lengths(layer.h[steps]), 190.0, 8.0),
    )
    edges = [
        *_gate_edges(layer, "r", gates.dr, slice(0, size), norm),
        *_gate_edges(layer, "z", gates.dz, slice(size, 2 * size), norm),
    ]
    u_n, w_n = layer.weights.weight_hh[2 * size :], layer.weights.weight_ih[2 * size :]
    edges.append(CellEdge("x", "n", "∂n_{t}/∂x_{t} = diag(1 − n_{t}²) W_n", scaled_row_norms(gates.dn, w_n, norm)))
    edges += (
        [
            CellEdge("h", "q", "∂q_{t}/∂h_{s} = U_n", constant_norms(u_n, len(steps), norm), is_back=True),
            CellEdge("r", "n", "∂n_{t}/∂r_{t} = diag(q_{t} (1 − n_{t}²))", diagonal_norms(gates.q * gates.dn, norm)),
            CellEdge("q", "n", "∂n_{t}/∂q_{t} = diag(r_{t} (1 − n_{t}²))", diagonal_norms(gates.r * gates.dn, norm)),
        ]
        if is_after
        else [
            CellEdge("h", "m", "∂m_{t}/∂h_{s} = diag(r_{t})", diagonal_norms(gates.r, norm), is_back=True),
            CellEdge("r", "m", "∂m_{t}/∂r_{t} = diag(h_{s})", diagonal_norms(before, norm)),
            CellEdge("m", "n", "∂n_{t}/∂m_{t} = diag(1 − n_{t}²) U_n", scaled_row_norms(gates.dn, u_n, norm)),
        ]
    )
    edges += [
        CellEdge("n", "h", "∂h_{t}/∂n_{t} = diag(1 − z_{t})", diagonal_norms(gates.write, norm)),
        CellEdge("z", "h", "∂h_{t}/∂z_{t} = diag(h_{s} − n_{t})", diagonal_norms(gates.gap, norm)),
        CellEdge(
            "h",
            "h",
            "∂h_{t}/∂h_{s} = diag(z_{t}), the gates held fixed",
            diagonal_norms(gates.keep, norm),
            is_back=True,
        ),
    ]
    return CellDiagram(nodes, tuple(edges), _initial_log10_norms(layer, "h"), ("h", "h"), 190.0)


def _gate_edges(layer: LSTMTrace | GRUTrace, name: str, slope: Array, rows: slice, norm: Norm) -> list[CellEdge]:
    """Measure what enters a gate: x_t and h_{t−1}."""
    slope_formula = f"1 − {name}_{{t}}²" if name == "g" else f"{name}_{{t}} (1 − {name}_{{t}})"
    weight_ih, weight_hh = layer.weights.weight_ih[rows], layer.weights.weight_hh[rows]
    return [
        CellEdge(
            "x",
            name,
            f"∂{name}_{{t}}/∂x_{{t}} = diag({slope_formula}) W_{name}",
            scaled_row_norms(slope, weight_ih, norm),
        ),
        CellEdge(
            "h",
            name,
            f"∂{name}_{{t}}/∂h_{{s}} = diag({slope_formula}) U_{name}",
            scaled_row_norms(slope, weight_hh, norm),
            True,
        ),
    ]


def _initial_log10_norms(layer: LayerTrace, *names: str) -> Mapping[str, float]:
    """Measure the state before the first step; h comes before c."""
    states = np.split(layer.states[0], len(names))
    return {name: float(lengths(state[None])[0]) for name, state in zip(names, states, strict=True)}


_CELLS: Mapping[type, Callable[[Any, Steps, Norm], CellDiagram]] = {RNNTrace: _rnn, LSTMTrace: _lstm, GRUTrace: _gru}
