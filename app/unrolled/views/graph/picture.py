"""Everything that a drawing of the graph shows, whatever draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from unrolled.views.graph.diagram import Edge, Node
from unrolled.views.text.numbers import power


@dataclass(frozen=True)
class Picture:
    """A graph that is ready to be drawn.

    Attributes
    ----------
    nodes, edges : tuples
        In the order of time.
    ends : frozenset of str
        Ids of the chosen values: the later and the earlier end.
    left : mapping of int to float
        By step, what stands beside its row: log10 of what is left of the gradient there.
    left_head, title : str
        What those numbers are, and what the whole drawing is.
    thickness : float
        How thick lines are against those of a vanilla RNN.
    read : frozenset of (str, str)
        Ends of the edges that stand out a little, for what the later value reads.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    ends: frozenset[str]
    left: Mapping[int, float]
    left_head: str
    title: str
    thickness: float
    read: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def named(self) -> Mapping[str, Node]:
        """The nodes by their ids."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def on_path(self) -> frozenset[str]:
        """Ids of the nodes that the gradient passes."""
        return frozenset(name for edge in self.edges if edge.on_path for name in (edge.source, edge.target)) | self.ends

    def width_of(self, edge: Edge) -> float:
        """Give how thick a line is: 4.5 for a factor of 1, and 3 more or less for each power of ten, within bounds.

        A fold stands for many factors: its line is as thick as one of them is on average.
        """
        size = edge.told.get("log10_step", edge.log10_norm) if edge.on_path else edge.log10_norm
        if size == float("-inf"):
            return 0.75
        one = size / self.named[edge.target].hides
        return max(0.75, self.thickness * min(10.0, max(1.0, 4.5 + 3.0 * one)))

    def says(self, edge: Edge) -> str:
        """Tell an edge in words: formula, number, and what has happened to it."""
        weight = f", α = {edge.told['weight']:.3g}" if "weight" in edge.told else ""
        cut = "; cut off by the truncation" if edge.cut else ""
        return f"{edge.formula}: size {power(edge.log10_norm)}{weight}{cut}"

    def names(self, node: Node) -> str:
        """Tell a node in words."""
        if node.is_fold:
            return node.label
        kind = _KINDS.get(node.kind, node.kind)
        return f"{kind} {node.symbol}_{node.t}: length {power(node.log10_norm)}"


_KINDS = {"preactivation": "pre-activation"}
