"""The edges that the gradient takes."""

from itertools import pairwise

import pytest

from tests.views.answers import answer


@pytest.mark.parametrize(
    "fields", [{}, {"wrt": "x"}, {"of": "o", "wrt": "c"}, {"of": "c", "wrt": "s"}, {"layers": 2, "wrt": "x"}]
)
def test_the_path_holds_every_route_from_the_later_value_to_the_earlier_one(fields):
    response = answer("graph", model="lstm", length=5, hidden=2, t=4, k=2, **fields)
    into: dict[str, list[str]] = {}
    for edge in response["edges"]:
        into.setdefault(edge["target"], []).append(edge["source"])

    def paths(node):
        yield (node,)
        for source in into.get(node, ()):
            for path in paths(source):
                yield (*path, node)

    top = ".l1" if fields.get("layers") == 2 else ""
    late = {"h": {f"h4{top}"}, "c": {"c4"}, "o": {"out4"}}[fields.get("of", "h")]
    early = {"h": {"h2"}, "c": {"c2"}, "s": {"h2", "c2"}, "x": {"x2"}}[fields.get("wrt", "h")]
    # Everything else at step k is held fixed, so a path ends at the first of the earlier values, from below.
    expected = {pair for target in late for path in paths(target) if path[0] in early for pair in pairwise(path)}
    assert {(edge["source"], edge["target"]) for edge in response["edges"] if edge["on_path"]} == expected
    assert expected
