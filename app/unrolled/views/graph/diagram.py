"""Nodes and edges of an unrolled graph, the edges that the gradient takes, and the graph that is ready to be drawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from unrolled.views.contract.view import Payload, finite


@dataclass(frozen=True)
class Node:
    """One value of the network, or many steps folded into one node.

    ``t`` is its step, of a fold the first one and ``t_last`` the last; ``layer`` counts from 0 and is None for an
    input. ``log10_norm`` is its Euclidean length, of a fold the norm of the derivative across it. It stands ``x``
    from the left, and ``y`` below the middle of its row.
    """

    id: str
    kind: str
    symbol: str
    label: str
    t: int
    layer: int | None
    log10_norm: float
    x: float
    y: float = 0.0
    t_last: int | None = None

    @property
    def is_fold(self) -> bool:
        """Whether it stands for many steps."""
        return self.t_last is not None

    @property
    def steps(self) -> int:
        """How many steps it stands for."""
        return 1 if self.t_last is None else self.t_last - self.t + 1

    def payload(self) -> Payload:
        """Give it as the API does."""
        fold = {"t_last": self.t_last, "hides": self.steps} if self.is_fold else {}
        return {
            "id": self.id,
            "kind": self.kind,
            "t": self.t,
            "layer": self.layer,
            "label": self.label,
            "log10_norm": finite(self.log10_norm),
            **fold,
        }


@dataclass(frozen=True)
class Edge:
    """One value that enters another, and the derivative along it, in the direction of the forward pass.

    In ``formula`` an index follows an underscore. ``cut`` is whether a truncation has cut it off. ``values`` has what
    one step does to the whole gradient, on one edge a step: ``log10_step``, ``log10_product``, ``log10_ratio``; or
    the weight that attention gives, ``weight``.
    """

    source: str
    target: str
    formula: str
    log10_norm: float
    on_path: bool = False
    cut: bool = False
    values: Mapping[str, float] = field(default_factory=dict)

    def payload(self) -> Payload:
        """Give it as the API does."""
        return {
            "source": self.source,
            "target": self.target,
            "log10_norm": finite(self.log10_norm),
            "on_path": self.on_path,
            "cut": self.cut,
            "formula": self.formula,
            **{name: finite(value) for name, value in self.values.items()},
        }


@dataclass(frozen=True)
class Diagram:
    """A graph that is ready to be drawn; nodes and edges are in the order of time.

    ``ends`` has the ids of the chosen values. ``sizes`` has by step what stands beside its row, log10 of what is left
    of the gradient there, under ``sizes_head``. Lines are ``thickness`` times as thick as those of a vanilla RNN;
    edges with their ends in ``read`` stand out a little, as what the later value is computed from.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    ends: frozenset[str]
    sizes: Mapping[int, float]
    sizes_head: str
    title: str
    thickness: float
    read: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def node(self) -> Mapping[str, Node]:
        """The nodes by their ids."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def on_path(self) -> frozenset[str]:
        """Ids of the nodes that the gradient passes."""
        return frozenset(name for edge in self.edges if edge.on_path for name in (edge.source, edge.target)) | self.ends

    def line_width(self, edge: Edge) -> float:
        """Give how thick a line is: 4.5 for a factor of 1, and 3 more or less for each power of ten, within bounds.

        A fold stands for many factors: its line is as thick as one of them is on average.
        """
        size = edge.values.get("log10_step", edge.log10_norm) if edge.on_path else edge.log10_norm
        if size == float("-inf"):
            return 0.75
        factor = size / self.node[edge.target].steps
        return max(0.75, self.thickness * min(10.0, max(1.0, 4.5 + 3.0 * factor)))


def mark_path(edges: Sequence[Edge], sources: Collection[str], targets: Collection[str]) -> tuple[Edge, ...]:
    """Mark the edges on the path from the later nodes back to the earlier ones; it ends where a cut lies between.

    Each edge stands behind those that lead to its source. Several earlier nodes are independent of each other: no edge
    that leads to one of them is on the path.
    """
    ahead = _reachable(((edge.source, edge.target) for edge in edges), sources)
    back = _reachable(((edge.target, edge.source) for edge in reversed(edges) if not edge.cut), targets)

    def is_on_path(edge: Edge) -> bool:
        is_between = edge.source in ahead and edge.target in back and edge.target not in sources
        return is_between and not edge.cut

    return tuple(replace(edge, on_path=is_on_path(edge)) for edge in edges)


def read_edges(edges: Sequence[Edge], targets: Collection[str]) -> frozenset[tuple[str, str]]:
    """Find the ends of all edges that some values are computed from."""
    back = _reachable(((edge.target, edge.source) for edge in reversed(edges)), targets)
    return frozenset((edge.source, edge.target) for edge in edges if edge.target in back)


def _reachable(pairs: Iterable[tuple[str, str]], start: Collection[str]) -> set[str]:
    """Follow pairs, given in an order in which each stands behind those that lead to it."""
    names = set(start)
    for source, target in pairs:
        if source in names:
            names.add(target)
    return names
