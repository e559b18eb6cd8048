"""Which number enters which, for each model, written out by hand."""

import pytest

from tests.models import make_network
from unrolled.core.jacobians.graph import Graph


def graph_of(model: str, layers: int = 1, window: int = 1, truncation: str = "none") -> Graph:
    """Give the graph of a model over nine steps."""
    return Graph(make_network(model, 1, 2, layers, window=window).edges, 9, window, truncation)


@pytest.mark.parametrize(
    ("graph", "node", "sources"),
    [
        (graph_of("lstm", layers=2), ("h2", 5), {("h1", 5), ("h2", 4)}),
        (graph_of("lstm", layers=2), ("h1", 5), {("x", 5), ("h1", 4)}),
        (graph_of("rnn"), ("h1", 1), {("x", 1)}),
        (graph_of("rnn"), ("o", 4), {("h1", 4)}),
        (graph_of("mlp", layers=2), ("h2", 5), {("h1", 5)}),
        (graph_of("window", window=3), ("h1", 5), {("x", 5), ("x", 4), ("x", 3)}),
        (graph_of("window", window=3), ("h1", 2), {("x", 2), ("x", 1)}),
        (graph_of("attention"), ("mix", 3), {("e", 3), ("e", 2), ("e", 1)}),
        (graph_of("attention"), ("e", 3), {("x", 3)}),
        (graph_of("rnn"), ("x", 3), set()),
    ],
)
def test_a_node_reads_what_its_equation_reads(graph, node, sources):
    assert set(graph.sources(node)) == sources


@pytest.mark.parametrize(
    ("truncation", "of", "uncut"),
    [("none", 9, range(2, 10)), ("chunked", 9, (2, 3, 5, 6, 8, 9)), ("sliding", 6, (5, 6))],
)
def test_a_truncation_cuts_the_edge_to_the_state_before(truncation, of, uncut):
    graph = graph_of("gru", window=3, truncation=truncation)
    steps = range(2, of + 1)
    assert [step for step in steps if ("h1", step - 1) in set(graph.sources(("h1", step), of))] == list(uncut)
    # The forward pass reads on.
    assert all(("h1", step - 1) in set(graph.sources(("h1", step))) for step in steps)
