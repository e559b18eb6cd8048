"""What a truncation cuts off is cut in the graph too, and the gradient's path ends there."""

import pytest

from tests.views.asking import answer


def recurrent(found):
    """Give the edges from one step to the next, by the step they lead to."""
    steps = {node["id"]: node["t"] for node in found["nodes"]}
    edges = [edge for edge in found["edges"] if steps[edge["source"]] < steps[edge["target"]]]
    return {step: [edge for edge in edges if steps[edge["target"]] == step] for step in steps.values() if step}


@pytest.mark.parametrize(
    ("asked", "cuts", "path"),
    [
        ({"truncation": "chunked", "window": 3}, {4, 7}, set()),
        ({"truncation": "chunked", "window": 3, "t": 6}, {4}, {5, 6}),
        ({"truncation": "sliding", "window": 3}, {5}, {6, 7}),
        ({"truncation": "sliding", "window": 3, "k": 6}, {5}, {7}),
        ({"truncation": "chunked", "window": 7}, set(), set(range(2, 8))),
        ({}, set(), set(range(2, 8))),
    ],
)
@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_cut_edges_and_the_path_that_ends_there(model, asked, cuts, path):
    edges = recurrent(answer("graph", model=model, length=7, hidden=3, **asked))
    assert {len(into) for into in edges.values()} == {{"rnn": 1, "lstm": 5, "gru": 4}[model]}
    assert {step for step, into in edges.items() if all(edge["cut"] for edge in into)} == cuts
    assert {step for step, into in edges.items() if any(edge["cut"] for edge in into)} == cuts
    assert {step for step, into in edges.items() if any(edge["on_path"] for edge in into)} == path
    assert {step for step, into in edges.items() if any("log10_product" in edge for edge in into)} == path


def test_a_derivative_to_the_input_leaves_the_chain_only_where_it_is_kept():
    asked = {"length": 6, "hidden": 3, "wrt": "x", "truncation": "chunked", "window": 3}
    for k, kept in ((5, True), (2, False)):
        edges = {edge["source"]: edge for edge in answer("graph", **asked, k=k)["edges"]}
        assert edges[f"x{k}"]["on_path"] is kept


def test_the_sentence_says_that_the_computed_gradient_has_nothing_of_it():
    asked = {"length": 10, "hidden": 3, "truncation": "chunked", "window": 4}
    assert "ends the way at step 9, so the computed gradient has nothing of it" in answer("graph", **asked)["sentence"]
    assert "truncation" not in answer("graph", **asked, k=9)["sentence"]


def test_a_fold_that_hides_a_cut_is_cut():
    found = answer("graph", length=60, hidden=3, truncation="chunked", window=30)
    folds = [edge for edge in found["edges"] if edge["target"].startswith("fold")]
    assert [edge["cut"] for edge in folds] == [True]
