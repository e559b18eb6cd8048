"""Where the nodes of a drawn graph stand: time runs down, one row a step."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.views.graph.diagram import Diagram, Node
from unrolled.views.graph.text import HEADS

_TOP, _BOTTOM, _GAP = 46.0, 16.0, 22.0
# Half the height of a node; a gate is smaller. An index has room for so many digits, and needs so much for each more.
_ROUND, _SMALL, _FOLDED = 16.0, 12.5, 14.0
_DIGITS, _DIGIT, _FOLD_WIDTH = 3, 4.0, 62.0
_SMALLER = frozenset({"gate", "candidate", "inner"})


@dataclass(frozen=True)
class Place:
    """The middle of a node (x, y), half its width and half its height."""

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
    """Where everything stands, in pixels of a drawing at its natural size.

    ``places`` by id of a node, ``rows`` the middle of the row of a step, ``heads`` above the columns, ``sizes_x``
    where the numbers beside the rows begin.
    """

    places: Mapping[str, Place]
    rows: Mapping[int, float]
    heads: tuple[tuple[float, str], ...]
    sizes_x: float
    width: float
    height: float


def lay_out(diagram: Diagram) -> Layout:
    """Find a place for every node."""
    reach: dict[int, tuple[float, float]] = {}
    for node in diagram.nodes:
        above, below = reach.get(node.t, (0.0, 0.0))
        reach[node.t] = (max(above, _half_height(node) - node.y), max(below, _half_height(node) + node.y))
    rows, bottom = {}, _TOP - _GAP - _ROUND
    for t in sorted(reach):
        rows[t] = bottom + _GAP + reach[t][0]
        bottom = rows[t] + reach[t][1]
    places = {
        node.id: Place(node.x, rows[node.t] + node.y, _half_width(node), _half_height(node)) for node in diagram.nodes
    }
    right = max(place.x + place.w for place in places.values())
    heads = {(node.x, HEADS[node.kind]) for node in diagram.nodes if node.kind in HEADS}
    return Layout(places, rows, tuple(sorted(heads)), right + 12.0, right + 118.0, bottom + _BOTTOM)


def line_between(source: Place, target: Place) -> tuple[float, float, float, float]:
    """Give the line (x0, y0, x1, y1) from the rim of one node to the rim of another, with room for an arrow's head."""
    dx, dy = target.x - source.x, target.y - source.y
    length = math.hypot(dx, dy) or 1.0
    leave = source.rim(dx / length, dy / length) / length
    arrive = 1.0 - (target.rim(dx / length, dy / length) + 6.0) / length
    return source.x + leave * dx, source.y + leave * dy, source.x + arrive * dx, source.y + arrive * dy


def _half_height(node: Node) -> float:
    return _FOLDED if node.is_fold else _SMALL if node.kind in _SMALLER else _ROUND


def _half_width(node: Node) -> float:
    if node.is_fold:
        return _FOLD_WIDTH
    room = _DIGITS - (node.kind in _SMALLER)
    return _half_height(node) + _DIGIT * max(0, len(str(node.t)) + len(node.symbol) - 1 - room)
