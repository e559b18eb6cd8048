"""The graph for Graphviz."""

import re

import pytest

from tests.cases import few
from tests.views.answers import answer, experiment
from tests.views.graph.drawings import drawing, ends_of
from unrolled.core.models import MODELS


@pytest.mark.parametrize("model", few(MODELS, ["lstm", "attention"]))
def test_the_dot_has_the_same_nodes_and_edges(model):
    network = experiment(model=model, length=30, hidden=3, truncation="none")
    text, response = drawing("dot", network), answer("graph", network)
    assert text.startswith("digraph unrolled {\n")
    assert text.endswith("\n}\n")
    assert text.count("{") == text.count("}")
    assert set(re.findall(r'^  "(\S+)" -> "(\S+)" \[', text, re.MULTILINE)) == ends_of(response)
    assert set(re.findall(r'^  "(\S+)" \[', text, re.MULTILINE)) == {node["id"] for node in response["nodes"]}
