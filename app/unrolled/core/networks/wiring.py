"""Which number enters which at every step: the edges of a network as its equations read it, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Edge:
    """At every step t, `target` reads `source` at the steps t − first … t − last; to step 1 where `last` is None."""

    source: str
    target: str
    first: int = 0
    last: int | None = 0


def upward(names: Sequence[str]) -> tuple[Edge, ...]:
    """Join what stands on top of each other: each is read by the next one at the same step."""
    return tuple(Edge(below, name) for below, name in pairwise(names))
