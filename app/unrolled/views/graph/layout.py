"""Where the nodes of a drawn graph stand: time runs down, one row a step."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.views.graph.diagram import Node
from unrolled.views.graph.picture import Picture

_TOP, _BOTTOM, _GAP = 46.0, 16.0, 22.0
# Half the height of a node; a gate is smaller. An index has room for so many digits, and needs so much for each more.
_ROUND, _SMALL, _FOLDED = 16.0, 12.5, 14.0
_DIGITS, _DIGIT, _FOLD_WIDTH = 3, 4.0, 62.0
_SMALLER = frozenset({"gate", "candidate", "inner"})
HEADS: Mapping[str, str] = {
    "input": "input",
    "preactivation": "pre-activation",
    "gate": "gates",
    "candidate": "candidate",
    "cell": "cell",
    "state": "state",
    "hidden": "hidden",
    "embedding": "embedding",
    "mixture": "mixture",
    "output": "output",
}


@dataclass(frozen=True)
class Place:
    """The middle of a node, half its width and half its height."""

    x: float
    y: float
    w: float
    r: float

    def rim(self, x: float, y: float) -> float:
        """Measure from the middle to the rim along a unit vector: two half circles with a straight piece between."""
        straight, across, down = self.w - self.r, abs(x), abs(y)
        if self.r * across <= straight * down:
            return self.r / down
        return straight * across + math.sqrt(max(0.0, self.r**2 - (straight * down) ** 2))


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes
    ----------
    places : mapping of str to Place
        By id of a node.
    rows : mapping of int to float
        The middle of the row of a step.
    heads : tuple of (float, str)
        What stands above each column.
    beside : float
        Where the numbers beside the rows begin.
    width, height : float
        Of the whole drawing.
    """

    places: Mapping[str, Place]
    rows: Mapping[int, float]
    heads: tuple[tuple[float, str], ...]
    beside: float
    width: float
    height: float


def lay_out(picture: Picture) -> Layout:
    """Find a place for every node.

    Parameters
    ----------
    picture : Picture
        What is drawn.

    Returns
    -------
    Layout
        In pixels of a drawing at its natural size.
    """
    reach: dict[int, tuple[float, float]] = {}
    for node in picture.nodes:
        above, below = reach.get(node.t, (0.0, 0.0))
        reach[node.t] = (max(above, _half(node) - node.down), max(below, _half(node) + node.down))
    rows, bottom = {}, _TOP - _GAP - _ROUND
    for t in sorted(reach):
        rows[t] = bottom + _GAP + reach[t][0]
        bottom = rows[t] + reach[t][1]
    places = {node.id: Place(node.across, rows[node.t] + node.down, _wide(node), _half(node)) for node in picture.nodes}
    right = max(place.x + place.w for place in places.values())
    heads = {(node.across, HEADS[node.kind]) for node in picture.nodes if node.kind in HEADS}
    return Layout(places, rows, tuple(sorted(heads)), right + 12.0, right + 118.0, bottom + _BOTTOM)


def way(source: Place, target: Place) -> tuple[float, float, float, float]:
    """Find the straight way from the rim of one node to the rim of another, with room for the head of an arrow.

    Parameters
    ----------
    source, target : Place
        The nodes.

    Returns
    -------
    tuple of float
        x and y of its beginning, x and y of its end.
    """
    dx, dy = target.x - source.x, target.y - source.y
    length = math.hypot(dx, dy) or 1.0
    leave = source.rim(dx / length, dy / length) / length
    arrive = 1.0 - (target.rim(dx / length, dy / length) + 6.0) / length
    return source.x + leave * dx, source.y + leave * dy, source.x + arrive * dx, source.y + arrive * dy


def _half(node: Node) -> float:
    return _FOLDED if node.is_fold else _SMALL if node.kind in _SMALLER else _ROUND


def _wide(node: Node) -> float:
    if node.is_fold:
        return _FOLD_WIDTH
    room = _DIGITS - (node.kind in _SMALLER)
    return _half(node) + _DIGIT * max(0, len(str(node.t)) + len(node.symbol) - 1 - room)
