"""Where the nodes stand."""

from itertools import pairwise, product

import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.graph.drawings import LONG, SHORT, SPACE, drawing, parsed
from unrolled.core.models import MODELS
from unrolled.views.graph.diagram import Diagram, Node
from unrolled.views.graph.layout import Place, lay_out, line_between


@pytest.mark.parametrize(
    ("model", "fields"),
    few(product(MODELS, (SHORT, LONG)), [("rnn", LONG), ("lstm", SHORT), ("gru", SHORT), ("mlp", SHORT)]),
)
def test_no_node_lies_on_another_and_all_lie_inside(model, fields):
    root = parsed(drawing("svg", experiment(model=model, layers=2 if model in ("rnn", "mlp") else 1, **fields)))
    _, _, width, height = map(float, root.get("viewBox").split())
    boxes = [
        tuple(float(body.get(name)) for name in ("x", "y", "width", "height")) for body in root.iter(f"{SPACE}rect")
    ]
    for x, y, w, h in boxes:
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
    for place, (x, y, w, h) in enumerate(boxes):
        for left, top, across, down in boxes[:place]:
            assert x + w <= left or left + across <= x or y + h <= top or top + down <= y


def test_rows_keep_their_distance_whatever_stands_above_or_below_their_middle():
    def node(name, t, y, kind="state", x=0.0):
        return Node(name, kind, "h", name, t, 0, 0.0, x, y)

    nodes = (
        node("high", 1, -40.0),
        node("low", 1, 10.0, x=60.0),
        node("flat", 2, 0.0),
        node("deep", 3, 9.0),
        node("end", 4, -9.0),
    )
    layout = lay_out(Diagram(nodes, (), frozenset(), {}, "", "", 1.0))
    places = layout.places
    assert places["high"].y - layout.rows[1] == -40.0
    assert places["low"].y - layout.rows[1] == 10.0
    assert (places["low"].x, places["high"].x) == (60.0, 0.0)
    extents = [
        (min(places[each.id].y - places[each.id].r for each in nodes if each.t == t),
         max(places[each.id].y + places[each.id].r for each in nodes if each.t == t))
        for t in (1, 2, 3, 4)
    ]  # fmt: skip
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(extents)]
    assert gaps == [22.0, 22.0, 22.0]
    assert layout.height == extents[-1][1] + 16.0
    assert layout.width == layout.sizes_x + 106.0 == pytest.approx(60.0 + places["low"].w + 118.0)


def test_a_line_goes_from_rim_to_rim():
    one, other = Place(0.0, 0.0, 16.0, 16.0), Place(30.0, 40.0, 10.0, 10.0)
    x0, y0, x1, y1 = line_between(one, other)
    assert (x0, y0) == pytest.approx((16 * 0.6, 16 * 0.8))
    # Six pixels before the rim, for the head of the arrow.
    assert (x1, y1) == pytest.approx((30 - 16 * 0.6, 40 - 16 * 0.8))
    # A wide node has a straight rim above and below, and half a circle at either end.
    wide = Place(0.0, 0.0, 40.0, 10.0)
    assert wide.rim(0.0, 1.0) == 10.0
    assert wide.rim(1.0, 0.0) == 40.0
    x, y = (wide.rim(0.8, 0.6) * each for each in (0.8, 0.6))
    assert y == pytest.approx(10.0)
    x, y = (wide.rim(-0.96, 0.28) * each for each in (0.96, 0.28))
    assert (x - 30.0) ** 2 + y**2 == pytest.approx(100.0)
