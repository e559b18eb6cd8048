"""The edges that the gradient takes."""

from itertools import pairwise

import pytest

from tests.views.answers import answer


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"wrt": "x"},
        {"of": "o", "wrt": "c"},
        {"of": "c", "wrt": "s"},
        {"layers": 2, "wrt": "x"},
        {"layers": 2, "origin": 1, "wrt": "c"},
    ],
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
    low = ".l0" if fields.get("origin") else ""
    early = {"h": {"h2"}, "c": {f"c2{low}"}, "s": {"h2", "c2"}, "x": {"x2"}}[fields.get("wrt", "h")]
    # What is computed from the earlier value at step k is on the path; of several, none depends on another.
    expected = {
        pair
        for target in late
        for path in paths(target)
        if path[0] in early and early.isdisjoint(path[1:])
        for pair in pairwise(path)
    }
    assert {(edge["source"], edge["target"]) for edge in response["edges"] if edge["on_path"]} == expected
    assert expected
