"""Where the nodes stand."""

from itertools import product

import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.graph.drawings import LONG, SHORT, SPACE, drawing, parsed
from unrolled.core.networks.registry import EVERY_MODEL


@pytest.mark.parametrize(
    ("model", "fields"),
    few(product(EVERY_MODEL, (SHORT, LONG)), [("rnn", LONG), ("lstm", SHORT), ("gru", SHORT), ("mlp", SHORT)]),
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
