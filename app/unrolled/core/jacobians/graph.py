"""Which number enters which: the graph of each model as its equations read it, as plain data.

A node is a name and a step. A wire repeats at every step: ``Edge("h1", "h1", 1, 1)`` says that h_t reads h_{t−1}. An
LSTM's h and c are one joint state. Truncation cuts wires of the backward pass alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from unrolled.core.networks.registry import DIRECT

Node = tuple[str, int]


@dataclass(frozen=True)
class Edge:
    """At every step t, `target` reads `source` at the steps t − first … t − last; to step 1 where `last` is None."""

    source: str
    target: str
    first: int = 0
    last: int | None = 0


@dataclass(frozen=True)
class Graph:
    """The graph of a model over a sequence.

    Attributes
    ----------
    model : str
        A name out of ``EVERY_MODEL``.
    length, layers, window : int
        T, L, and K of the windowed MLP or of a truncation.
    truncation : {"none", "chunked", "sliding"}
        What backpropagation through time cuts.
    """

    model: str
    length: int
    layers: int = 1
    window: int = 1
    truncation: str = "none"

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All wires, the lowest first."""
        if self.model == "attention":
            return Edge("x", "e"), Edge("e", "mix", 0, None), Edge("mix", "o")
        names = ["x", *(f"h{layer}" for layer in range(1, self.layers + 1)), "o"]
        reach = self.window - 1 if self.model == "window" else 0
        made = [Edge(below, name, 0, 0) for below, name in pairwise(names)]
        made[0] = replace(made[0], last=reach)
        if self.model not in DIRECT:
            made += [Edge(name, name, 1, 1) for name in names[1:-1]]
        return tuple(made)

    @cached_property
    def _entering(self) -> dict[str, list[Edge]]:
        targets = {wire.target for wire in self.edges}
        return {name: [wire for wire in self.edges if wire.target == name] for name in targets}

    def sources(self, node: Node, of: int | None = None) -> Iterator[Node]:
        """Give what a node reads.

        Parameters
        ----------
        node : (str, int)
            Name and 1-based step.
        of : int, optional
            The output whose gradient goes back, which a truncation depends on; nothing is cut when left out.

        Yields
        ------
        (str, int)
            Name and step.
        """
        name, step = node
        for wire in self._entering.get(name, ()):
            last = step - 1 if wire.last is None else min(wire.last, step - 1)
            for lag in range(wire.first, last + 1):
                if of is None or lag == 0 or not self._is_cut(step, of):
                    yield wire.source, step - lag

    def _is_cut(self, step: int, of: int) -> bool:
        """Tell whether the gradient of o_of does not pass from the state at a step to the one before."""
        if self.truncation == "chunked":
            return (step - 1) % self.window == 0
        return self.truncation == "sliding" and of - step >= self.window - 1
