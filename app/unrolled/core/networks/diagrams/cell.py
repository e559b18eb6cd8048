"""A cell as plain data: its nodes with their values, and its edges with the derivatives along them.

The derivatives are those of the equations in the docstrings of ``torch.nn.RNN``, ``LSTM`` and ``GRU``. A gate is drawn
by its value, so that a sigmoid's slope is i (1 − i). W_i and U_i are the blocks of W_ih and W_hh for gate i.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from unrolled.core.arrays.types import Array

# Behind a name stands the number of its layer, where there are several.
LAYER_DIGITS = "⁰¹²³⁴"


@dataclass(frozen=True)
class Constant:
    """A derivative that is the same matrix (R, C) at every step."""

    matrix: Array


@dataclass(frozen=True)
class Diagonal:
    """A derivative unit by unit: the diagonal (n, H) at each of some steps."""

    vectors: Array


@dataclass(frozen=True)
class ScaledRows:
    """A diagonal (n, R) at each of some steps, times one matrix (R, C)."""

    vectors: Array
    matrix: Array


@dataclass(frozen=True)
class Stack:
    """Any derivative: a matrix at each of some steps, (n, R, C)."""

    matrices: Array


Factor = Constant | Diagonal | ScaledRows | Stack


@dataclass(frozen=True)
class CellNode:
    """A node that is there at every step: its values (n, H) at some steps, and where it stands in its layer."""

    name: str
    kind: str
    values: Array
    x: float
    y: float = 0.0


@dataclass(frozen=True)
class CellEdge:
    """An edge that is there at every step, with the derivative of the target with respect to the source.

    The source ``x`` is what enters the layer. In the formula ``{t}`` is the step, ``{s}`` the step before; ``is_back``
    is whether the edge comes from there.
    """

    source: str
    target: str
    formula: str
    derivative: Factor
    is_back: bool = False


@dataclass(frozen=True)
class CellDiagram:
    """What a layer consists of at some steps: nodes and edges, those that are read first at the front.

    ``states`` go from step to step, with their values (H,) before the first one; the first of them is the output h.
    Beside the edge ``carrier``, from its source to its target, stands the factor of a step. A model without recurrence
    has neither. ``width`` is what it takes from left to right.
    """

    nodes: tuple[CellNode, ...]
    edges: tuple[CellEdge, ...]
    states: Mapping[str, Array]
    carrier: tuple[str, str] | None
    width: float

    @property
    def output(self) -> str:
        """The node that the next layer and the prediction read."""
        return next(iter(self.states))


def gate_edges(slopes: Mapping[str, Array], weight_ih: Array, weight_hh: Array) -> Iterator[CellEdge]:
    """Draw what enters each gate: x_t and h_{t−1}.

    ``slopes`` (n, H) are in the order of the gates' rows in W_ih and W_hh; of a gate g with a tanh it is 1 − g².
    """
    for place, (name, slope) in enumerate(slopes.items()):
        rows = slice(place * slope.shape[1], (place + 1) * slope.shape[1])
        slope_formula = f"1 − {name}_{{t}}²" if name == "g" else f"{name}_{{t}} (1 − {name}_{{t}})"
        by_input = f"∂{name}_{{t}}/∂x_{{t}} = diag({slope_formula}) W_{name}"
        by_state = f"∂{name}_{{t}}/∂h_{{s}} = diag({slope_formula}) U_{name}"
        yield CellEdge("x", name, by_input, ScaledRows(slope, weight_ih[rows]))
        yield CellEdge("h", name, by_state, ScaledRows(slope, weight_hh[rows]), is_back=True)
