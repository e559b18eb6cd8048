"""The graph as SVG."""

import re
from itertools import product

import pytest

from tests.cases import few
from tests.views.answers import answer, experiment
from tests.views.graph.drawings import LONG, SHORT, SPACE, drawing, ends_of, parsed
from unrolled.core.models import MODELS


@pytest.mark.parametrize(
    ("model", "fields"),
    few(product(MODELS, (SHORT, LONG)), [("rnn", LONG), ("gru", SHORT), ("window", SHORT), ("attention", LONG)]),
)
def test_the_svg_shows_every_node_and_names_every_edge(model, fields):
    network = experiment(model=model, **fields)
    root, response = parsed(drawing("svg", network)), answer("graph", network)
    groups = root.findall(f"{SPACE}g")
    edges = [group for group in groups if group.get("class", "").startswith("edge")]
    nodes = [group for group in groups if group.get("class", "").startswith("node")]
    assert {tuple(edge.get("data-ends").split()) for edge in edges} == ends_of(response)
    assert len(nodes) == len(response["nodes"])
    titles = [edge.findtext(f"{SPACE}title") for edge in edges]
    assert all(re.fullmatch(r"∂.+: .*size (0|1|10\^\S+|\S+)(, α = \S+)?", title) for title in titles)
    assert root.findtext(f"{SPACE}desc") == response["sentence"]
    assert len([edge for edge in edges if "edge-path" in edge.get("class")]) == sum(
        edge["on_path"] for edge in response["edges"]
    )


def test_typed_text_is_escaped_in_the_drawings():
    network = experiment(length=4, hidden=2, input="text", text='<b"\\&')
    labels = [
        text.text for text in parsed(drawing("svg", network)).iter(f"{SPACE}text") if text.get("class") == "given"
    ]
    assert labels == ["<", "b", '"', "\\"]
    dot = drawing("dot", network)
    assert r'label="x_3 = \""' in dot
    assert r'label="x_4 = \\"' in dot


def test_what_the_chosen_output_reads_stands_out():
    root = parsed(drawing("svg", experiment(model="attention", length=4, hidden=2, t=3, k=1)))
    groups = {
        group.get("data-ends"): group.get("class") for group in root.findall(f"{SPACE}g") if group.get("data-ends")
    }
    read = {ends for ends, kind in groups.items() if "edge-read" in kind}
    assert read == {"x2 e2", "x3 e3", "e2 m3", "e3 m3"}
    path = {ends for ends, kind in groups.items() if "edge-path" in kind}
    assert path == {"x1 e1", "e1 m3", "m3 out3"}


def test_a_time_that_is_too_long_is_made_narrower_and_stays_inside():
    for fields, is_narrow in (({"input": "sound", "frame": 8}, True), ({"input": "text"}, False)):
        root = parsed(drawing("svg", experiment(length=2, hidden=2, **fields)))
        texts = [text for text in root.iter(f"{SPACE}text") if text.get("class") == "given"]
        assert texts
        for text in texts:
            assert (text.get("textLength") is not None) == is_narrow
            # It ends at x.
            assert float(text.get("x")) - float(text.get("textLength", 0)) >= 0.0
