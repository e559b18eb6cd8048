"""What a row of the models has: everything that is particular to one and is not in its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from unrolled.core.arrays.types import Array
from unrolled.core.derivatives.chain import ChainDerivative
from unrolled.core.derivatives.derivative import Derivative
from unrolled.core.derivatives.direct import DirectDerivative
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.jacobians.chain import jacobian_chain
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.cell import Cell
from unrolled.core.networks.network import Network, RecurrentNetwork


@dataclass(frozen=True)
class Selection:
    """Which derivative is looked at: of what, with respect to what, between which layers, and W_ho for an output."""

    of: str
    wrt: str
    layer: int | None
    origin: int | None
    readout: Array


@dataclass(frozen=True)
class Words:
    """What a model is called: "the RNN", "a vanilla RNN", by its name in a query "an rnn", in titles "RNN"."""

    definite: str
    indefinite: str
    named: str
    title: str


@dataclass(frozen=True)
class Model:
    """One model, recurrent or not; formulas are in LaTeX.

    ``states`` are what a layer carries on, the output first; without any it has no recurrence, and ∂o/∂x is all that
    can be asked of it. ``gates`` are the blocks of rows of its matrices, ``keeps`` the one whose bias makes it
    remember, ``factors`` what lets the gradient through unit by unit. ``reads`` are the fields of the query that count
    for it and not for every model. ``work`` are the multiply-adds of the layer that reads the sequence; ``line`` is how
    its curve is drawn: the name of a colour, a width, a dash.
    """

    name: str
    label: str
    words: Words
    formula: str
    jacobian: str
    source: str
    note: str
    network: Callable[[Architecture], Network]
    derivative: Callable[[Any, Selection], Derivative]
    reads: frozenset[str] = frozenset()
    work: str = ""
    line: Mapping[str, str | float] = field(default_factory=dict)
    gates: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    keeps: str = ""
    factors: tuple[str, ...] = ()
    factor_words: tuple[str, str] = ("gate", "gates")
    has_recurrent_matrix: bool = False

    @property
    def of(self) -> tuple[str, ...]:
        """What a derivative can be taken of, the default first."""
        return (*self.states, "s", "o") if self.states else ("o",)

    @property
    def wrt(self) -> tuple[str, ...]:
        """What it can be taken with respect to, the default first."""
        return (*self.states, "s", "x") if self.states else ("x",)


def recurrent_model(cell: Cell, *, reads: frozenset[str] = frozenset(), **row: Any) -> Model:
    """Make the row of a recurrent model out of its cell; what makes a gate remember is read where there is one."""
    reads |= {"layers"} | ({"gain"} if cell.has_recurrent_matrix else set())
    reads |= {"forget_bias", "chrono"} if cell.memory else set()
    return Model(
        network=lambda architecture: RecurrentNetwork(cell, architecture),
        derivative=_chain,
        reads=reads,
        gates=cell.gates,
        states=cell.states,
        keeps=cell.keeps,
        factors=cell.factors,
        factor_words=cell.factor_words,
        has_recurrent_matrix=cell.has_recurrent_matrix,
        **row,
    )


def direct_model(network: type[FeedforwardNetwork], *, reads: frozenset[str] = frozenset(), **row: Any) -> Model:
    """Make the row of a model without recurrence."""
    return Model(network=network, derivative=lambda trace, _: DirectDerivative(trace), reads=reads, **row)


def _chain(trace: Any, chosen: Selection) -> Derivative:
    return ChainDerivative(jacobian_chain(trace, chosen.of, chosen.wrt, chosen.layer, chosen.origin, chosen.readout))
