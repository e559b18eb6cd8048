"""The graph of every model as SVG and DOT, its path, its layers and its folds."""

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.views.asking import answer, ask, experiment
from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.views import VIEWS

SPACE = "{http://www.w3.org/2000/svg}"
LONG = {"length": 400, "t": 390, "k": 11, "hidden": 4}


def drawing(name, asked):
    (form,) = [each for each in VIEWS["graph"].drawings if each.name == name]
    return form.draw(ask("graph", asked))


def parsed(text) -> Any:
    return ET.fromstring(text)


def ends_of(found):
    return {(edge["source"], edge["target"]) for edge in found["edges"]}


@pytest.mark.parametrize("fields", [{"length": 4, "hidden": 3}, LONG], ids=["short", "long"])
@pytest.mark.parametrize("model", EVERY_MODEL)
def test_the_svg_shows_every_node_and_tells_every_edge(model, fields):
    asked = experiment(model=model, **fields)
    root, found = parsed(drawing("svg", asked)), answer("graph", asked)
    groups = root.findall(f"{SPACE}g")
    edges = [group for group in groups if group.get("class", "").startswith("edge")]
    nodes = [group for group in groups if group.get("class", "").startswith("node")]
    assert {tuple(edge.get("data-ends").split()) for edge in edges} == ends_of(found)
    assert len(nodes) == len(found["nodes"])
    titles = [edge.findtext(f"{SPACE}title") for edge in edges]
    assert all(re.fullmatch(r"∂.+: .*size (0|1|10\^\S+|\S+)(, α = \S+)?", title) for title in titles)
    assert root.findtext(f"{SPACE}desc") == found["sentence"]
    assert len([edge for edge in edges if "edge-path" in edge.get("class")]) == sum(
        edge["on_path"] for edge in found["edges"]
    )


@pytest.mark.parametrize("fields", [{"length": 4, "hidden": 3}, LONG], ids=["short", "long"])
@pytest.mark.parametrize("model", EVERY_MODEL)
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


def test_what_somebody_typed_stays_text():
    asked = experiment(length=4, hidden=2, input="text", text='<b"\\&')
    labels = [text.text for text in parsed(drawing("svg", asked)).iter(f"{SPACE}text") if text.get("class") == "given"]
    assert labels == ["<", "b", '"', "\\"]
    dot = drawing("dot", asked)
    assert r'label="x_3 = \""' in dot
    assert r'label="x_4 = \\"' in dot


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_the_dot_has_the_same_nodes_and_edges(model):
    asked = experiment(model=model, length=30, hidden=3, truncation="none")
    text, found = drawing("dot", asked), answer("graph", asked)
    assert text.startswith("digraph unrolled {\n")
    assert text.endswith("\n}\n")
    assert text.count("{") == text.count("}")
    assert set(re.findall(r'^  "(\S+)" -> "(\S+)" \[', text, re.MULTILINE)) == ends_of(found)
    assert set(re.findall(r'^  "(\S+)" \[', text, re.MULTILINE)) == {node["id"] for node in found["nodes"]}


@pytest.mark.parametrize(
    "fields", [{}, {"wrt": "x"}, {"of": "o", "wrt": "c"}, {"of": "c", "wrt": "s"}, {"layers": 2, "wrt": "x"}]
)
def test_the_path_is_every_way_from_the_later_value_to_the_earlier_one(fields):
    found = answer("graph", model="lstm", length=5, hidden=2, t=4, k=2, **fields)
    into: dict[str, list[str]] = {}
    for edge in found["edges"]:
        into.setdefault(edge["target"], []).append(edge["source"])

    def ways(node):
        yield (node,)
        for source in into.get(node, ()):
            for way in ways(source):
                yield (*way, node)

    top = ".l1" if fields.get("layers") == 2 else ""
    late = {"h": {f"h4{top}"}, "c": {"c4"}, "o": {"out4"}}[fields.get("of", "h")]
    early = {"h": {"h2"}, "c": {"c2"}, "s": {"h2", "c2"}, "x": {"x2"}}[fields.get("wrt", "h")]
    # Everything else at step k is held fixed, so a way ends at the first of the earlier values, seen from below.
    expected = {pair for target in late for way in ways(target) if way[0] in early for pair in pairwise(way)}
    assert {(edge["source"], edge["target"]) for edge in found["edges"] if edge["on_path"]} == expected
    assert expected


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_four_hundred_steps_are_folded(model):
    found = answer("graph", model=model, window=380, **LONG)
    folds = [node for node in found["nodes"] if node["kind"] == "fold"]
    steps = {node["t"] for node in found["nodes"] if node["kind"] != "fold"} - {0}
    assert {1, 11, 390, 400} <= steps
    assert len(steps) <= 14
    assert len(steps) + sum(node["hides"] for node in folds) == 400


def test_a_stack_is_drawn_from_the_layer_of_one_end_to_that_of_the_other():
    fields = {"model": "rnn", "layers": 3, "length": 4, "hidden": 2}
    alone = answer("graph", **fields)
    assert {node["layer"] for node in alone["nodes"] if node["kind"] == "state"} == {2}
    assert [node["label"] for node in alone["nodes"] if node["id"] == "x3"] == ["h²_3"]
    whole = answer("graph", **fields, wrt="x")
    assert {node["layer"] for node in whole["nodes"] if node["kind"] == "state"} == {0, 1, 2}
    formulas = {(edge["source"], edge["target"]): edge["formula"] for edge in whole["edges"]}
    assert formulas["h3.l0", "a3.l1"] == "∂a²_3/∂h¹_3 = W²_ih"
    assert formulas["h2.l2", "a3.l2"] == "∂a³_3/∂h³_2 = W³_hh"
    assert formulas["x3", "a3.l0"] == "∂a¹_3/∂x_3 = W¹_ih"


def test_what_stands_beside_the_inputs_of_a_model_without_recurrence_is_the_triangle():
    for model in ("mlp", "window", "attention"):
        result = ask("graph", model=model, length=9, hidden=3, t=8, window=4)
        triangle = ask("influence", model=model, length=9, hidden=3, window=4).log10_norm
        assert list(result.diagram.sizes) == list(range(1, 9))
        np.testing.assert_allclose(list(result.diagram.sizes.values()), triangle[7, :8], atol=1e-12)


def test_what_the_chosen_output_reads_stands_out():
    root = parsed(drawing("svg", experiment(model="attention", length=4, hidden=2, t=3, k=1)))
    groups = {
        group.get("data-ends"): group.get("class") for group in root.findall(f"{SPACE}g") if group.get("data-ends")
    }
    read = {ends for ends, kind in groups.items() if "edge-read" in kind}
    assert read == {"x2 e2", "x3 e3", "e2 m3", "e3 m3"}
    path = {ends for ends, kind in groups.items() if "edge-path" in kind}
    assert path == {"x1 e1", "e1 m3", "m3 out3"}


def test_an_input_that_is_not_seen_has_no_path():
    found = answer("graph", model="window", window=3, length=9, hidden=3, t=8, k=5)
    assert not any(edge["on_path"] for edge in found["edges"])
    assert found["log10_norm"] is None
    assert found["sentence"] == "No edge leads from x_5 to o_8: the derivative is exactly zero."
    seen = answer("graph", model="window", window=3, length=9, hidden=3, t=8, k=6)
    assert [(edge["source"], edge["target"]) for edge in seen["edges"] if edge["on_path"]] == [
        ("x6", "h8"),
        ("h8", "out8"),
    ]
    assert "over 2 steps in one hop" in seen["sentence"]
