"""Which number enters which: the graph of each model as its equations read it, as plain data.

A node is a name and a step. An edge repeats at every step: ``Edge("h1", "h1", 1, 1)`` says that h_t reads h_{t−1}. An
LSTM's h and c are one joint state. Truncation cuts edges of the backward pass alone.
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
    """The graph of a model over T steps and L layers; `window` is K of the windowed MLP or of a truncation."""

    model: str
    length: int
    layers: int = 1
    window: int = 1
    truncation: str = "none"

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, the lowest first."""
        if self.model == "attention":
            return Edge("x", "e"), Edge("e", "mix", 0, None), Edge("mix", "o")
        names = ["x", *(f"h{layer}" for layer in range(1, self.layers + 1)), "o"]
        reach = self.window - 1 if self.model == "window" else 0
        edges = [Edge(below, name, 0, 0) for below, name in pairwise(names)]
        edges[0] = replace(edges[0], last=reach)
        if self.model not in DIRECT:
            edges += [Edge(name, name, 1, 1) for name in names[1:-1]]
        return tuple(edges)

    @cached_property
    def _edges_into(self) -> dict[str, list[Edge]]:
        targets = {edge.target for edge in self.edges}
        return {name: [edge for edge in self.edges if edge.target == name] for name in targets}

    def sources(self, node: Node, of: int | None = None) -> Iterator[Node]:
        """Give the nodes that a node reads; `of` is the output whose gradient goes back, None where nothing is cut."""
        name, step = node
        for edge in self._edges_into.get(name, ()):
            last = step - 1 if edge.last is None else min(edge.last, step - 1)
            for lag in range(edge.first, last + 1):
                if of is None or lag == 0 or not self._is_cut(step, of):
                    yield edge.source, step - lag

    def _is_cut(self, step: int, of: int) -> bool:
        """Tell whether the gradient of o_of does not pass from the state at a step to the one before."""
        if self.truncation == "chunked":
            return (step - 1) % self.window == 0
        return self.truncation == "sliding" and of - step >= self.window - 1
