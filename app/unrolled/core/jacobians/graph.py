"""Which number enters which: the graph of a network over all its steps, as plain data.

A node is a name and a step. An edge repeats at every step: ``Edge("h1", "h1", 1, 1)`` says that h_t reads h_{t−1}.
Truncation cuts edges of the backward pass alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from unrolled.core.networks.wiring import Edge

Node = tuple[str, int]


@dataclass(frozen=True)
class Graph:
    """The edges of a network over T steps; `window` is K of a truncation."""

    edges: tuple[Edge, ...]
    length: int
    window: int = 1
    truncation: str = "none"

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
