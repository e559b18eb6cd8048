"""Which number enters which, for each model, written out by hand."""

import pytest

from unrolled.core.jacobians.graph import Graph


@pytest.mark.parametrize(
    ("graph", "node", "sources"),
    [
        (Graph("lstm", 9, layers=2), ("h2", 5), {("h1", 5), ("h2", 4)}),
        (Graph("lstm", 9, layers=2), ("h1", 5), {("x", 5), ("h1", 4)}),
        (Graph("rnn", 9), ("h1", 1), {("x", 1)}),
        (Graph("rnn", 9), ("o", 4), {("h1", 4)}),
        (Graph("mlp", 9, layers=2), ("h2", 5), {("h1", 5)}),
        (Graph("window", 9, window=3), ("h1", 5), {("x", 5), ("x", 4), ("x", 3)}),
        (Graph("window", 9, window=3), ("h1", 2), {("x", 2), ("x", 1)}),
        (Graph("attention", 9), ("mix", 3), {("e", 3), ("e", 2), ("e", 1)}),
        (Graph("attention", 9), ("e", 3), {("x", 3)}),
        (Graph("rnn", 9), ("x", 3), set()),
    ],
)
def test_a_node_reads_what_its_equation_reads(graph, node, sources):
    assert set(graph.sources(node)) == sources


@pytest.mark.parametrize(
    ("truncation", "of", "uncut"),
    [("none", 9, range(2, 10)), ("chunked", 9, (2, 3, 5, 6, 8, 9)), ("sliding", 6, (5, 6))],
)
def test_a_truncation_cuts_the_edge_to_the_state_before(truncation, of, uncut):
    graph = Graph("gru", 9, window=3, truncation=truncation)
    steps = range(2, of + 1)
    assert [step for step in steps if ("h1", step - 1) in set(graph.sources(("h1", step), of))] == list(uncut)
    # The forward pass reads on.
    assert all(("h1", step - 1) in set(graph.sources(("h1", step))) for step in steps)
