"""The cell of every recurrent model: which value enters which, and the derivative along each edge.

The derivatives are those of the equations in the docstrings of ``torch.nn.RNN``, ``LSTM`` and ``GRU``. A gate is drawn
by its value, so that a sigmoid's slope is i (1 − i). W_i and U_i are the blocks of W_ih and W_hh for gate i.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.layer import LayerTrace
from unrolled.core.networks.lstm import LSTMTrace
from unrolled.core.networks.rnn import RNNTrace
from unrolled.views.graph.diagram import Cell, Link, Part
from unrolled.views.graph.sizes import constant, diagonals, lengths, scaled_rows


def cell_of(layer: LayerTrace, steps: Steps, norm: Norm) -> Cell:
    """Measure the cell of a layer at the steps that are drawn.

    Parameters
    ----------
    layer : LayerTrace
        Its forward pass.
    steps : array of shape (n,)
        1-based.
    norm : {"spectral", "frobenius"}
        How derivatives are measured.

    Returns
    -------
    Cell
        Nodes and edges.
    """
    return _CELLS[type(layer)](layer, steps, norm)


def _rnn(layer: RNNTrace, steps: Steps, norm: Norm) -> Cell:
    weights, count = layer.weights, len(steps)
    parts = (
        Part("a", "preactivation", lengths(layer.a[steps - 1]), 0.0),
        Part("h", "state", lengths(layer.h[steps]), 100.0),
    )
    links = (
        Link("x", "a", "∂a_{t}/∂x_{t} = W_ih", constant(weights.weight_ih, count, norm)),
        Link("h", "a", "∂a_{t}/∂h_{s} = W_hh", constant(weights.weight_hh, count, norm), is_back=True),
        Link("a", "h", "∂h_{t}/∂a_{t} = diag φ′(a_{t})", diagonals(layer.slope[steps - 1], norm)),
    )
    return Cell(parts, links, _begun(layer, "h"), ("h", "a"), 100.0)


def _lstm(layer: LSTMTrace, steps: Steps, norm: Norm) -> Cell:
    gates, size = layer.gates(steps), layer.hidden_size
    slopes = {"i": gates.di, "f": gates.df, "g": gates.dg, "o": gates.do}
    values = {"i": gates.i, "f": gates.f, "g": gates.g, "o": gates.o}
    places = {"i": -45.0, "f": -15.0, "g": 15.0, "o": 45.0}
    parts = [Part(name, "gate", lengths(values[name]), 0.0, places[name]) for name in slopes]
    parts += [
        Part("c", "cell", lengths(layer.c[steps]), 88.0, -15.0),
        Part("h", "state", lengths(layer.h[steps]), 176.0, 15.0),
    ]
    links = [
        link
        for place, (name, slope) in enumerate(slopes.items())
        for link in _gate(layer, name, slope, slice(place * size, (place + 1) * size), norm)
    ]
    links += [
        Link("i", "c", "∂c_{t}/∂i_{t} = diag(g_{t})", diagonals(gates.g, norm)),
        Link("f", "c", "∂c_{t}/∂f_{t} = diag(c_{s})", diagonals(gates.c_before, norm)),
        Link("g", "c", "∂c_{t}/∂g_{t} = diag(i_{t})", diagonals(gates.i, norm)),
        Link("c", "c", "∂c_{t}/∂c_{s} = diag(f_{t})", diagonals(gates.f, norm), is_back=True),
        Link("o", "h", "∂h_{t}/∂o_{t} = diag(tanh c_{t})", diagonals(gates.tanh_c, norm)),
        Link("c", "h", "∂h_{t}/∂c_{t} = diag(o_{t} (1 − tanh² c_{t}))", diagonals(gates.o * gates.d_tanh_c, norm)),
    ]
    return Cell(tuple(parts), tuple(links), _begun(layer, "h", "c"), ("c", "c"), 176.0)


def _gru(layer: GRUTrace, steps: Steps, norm: Norm) -> Cell:
    gates, size = layer.gates(steps), layer.hidden_size
    is_after = layer.reset == "after"
    between = "q" if is_after else "m"
    n, before = np.tanh(layer.a[steps - 1, 2 * size :]), layer.h[steps - 1]
    inner = layer.q[steps - 1] if is_after else gates.r * before
    parts = (
        Part("r", "gate", lengths(gates.r), 0.0, -42.0),
        Part("z", "gate", lengths(gates.keep), 0.0, 42.0),
        Part(between, "inner", lengths(inner), 52.0, 12.0),
        Part("n", "candidate", lengths(n), 112.0, -22.0),
        Part("h", "state", lengths(layer.h[steps]), 190.0, 8.0),
    )
    links = [
        *_gate(layer, "r", gates.dr, slice(0, size), norm),
        *_gate(layer, "z", gates.dz, slice(size, 2 * size), norm),
    ]
    into_n, onto_n = layer.weights.weight_hh[2 * size :], layer.weights.weight_ih[2 * size :]
    links.append(Link("x", "n", "∂n_{t}/∂x_{t} = diag(1 − n_{t}²) W_n", scaled_rows(gates.dn, onto_n, norm)))
    links += (
        [
            Link("h", "q", "∂q_{t}/∂h_{s} = U_n", constant(into_n, len(steps), norm), is_back=True),
            Link("r", "n", "∂n_{t}/∂r_{t} = diag(q_{t} (1 − n_{t}²))", diagonals(gates.q * gates.dn, norm)),
            Link("q", "n", "∂n_{t}/∂q_{t} = diag(r_{t} (1 − n_{t}²))", diagonals(gates.r * gates.dn, norm)),
        ]
        if is_after
        else [
            Link("h", "m", "∂m_{t}/∂h_{s} = diag(r_{t})", diagonals(gates.r, norm), is_back=True),
            Link("r", "m", "∂m_{t}/∂r_{t} = diag(h_{s})", diagonals(before, norm)),
            Link("m", "n", "∂n_{t}/∂m_{t} = diag(1 − n_{t}²) U_n", scaled_rows(gates.dn, into_n, norm)),
        ]
    )
    links += [
        Link("n", "h", "∂h_{t}/∂n_{t} = diag(1 − z_{t})", diagonals(gates.write, norm)),
        Link("z", "h", "∂h_{t}/∂z_{t} = diag(h_{s} − n_{t})", diagonals(gates.gap, norm)),
        Link("h", "h", "∂h_{t}/∂h_{s} = diag(z_{t}), the gates held fixed", diagonals(gates.keep, norm), is_back=True),
    ]
    return Cell(parts, tuple(links), _begun(layer, "h"), ("h", "h"), 190.0)


def _gate(layer: LSTMTrace | GRUTrace, name: str, slope: Array, rows: slice, norm: Norm) -> list[Link]:
    """Measure what enters a gate: x_t and h_{t−1}."""
    bent = f"1 − {name}_{{t}}²" if name == "g" else f"{name}_{{t}} (1 − {name}_{{t}})"
    entering, recurrent = layer.weights.weight_ih[rows], layer.weights.weight_hh[rows]
    return [
        Link("x", name, f"∂{name}_{{t}}/∂x_{{t}} = diag({bent}) W_{name}", scaled_rows(slope, entering, norm)),
        Link("h", name, f"∂{name}_{{t}}/∂h_{{s}} = diag({bent}) U_{name}", scaled_rows(slope, recurrent, norm), True),
    ]


def _begun(layer: LayerTrace, *names: str) -> Mapping[str, float]:
    """Measure what a layer begins with; h comes before c."""
    parts = np.split(layer.states[0], len(names))
    return {name: float(lengths(part[None])[0]) for name, part in zip(names, parts, strict=True)}


_CELLS: Mapping[type, Callable[[Any, Steps, Norm], Cell]] = {RNNTrace: _rnn, LSTMTrace: _lstm, GRUTrace: _gru}
