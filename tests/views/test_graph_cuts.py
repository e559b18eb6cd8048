"""What a truncation cuts off is cut in the graph too, and the gradient's path ends there."""

import pytest

from tests.views.asking import answer


def recurrent(found):
    """Give the edges from state to pre-activation, by the step they lead to."""
    return {int(edge["target"][1:]): edge for edge in found["edges"] if edge["source"].startswith("h")}


@pytest.mark.parametrize(
    ("asked", "cuts", "path"),
    [
        ({"truncation": "chunked", "window": 4}, {5, 9}, {10}),
        ({"truncation": "chunked", "window": 4, "t": 8}, {5}, {6, 7, 8}),
        ({"truncation": "sliding", "window": 3}, {8}, {9, 10}),
        ({"truncation": "sliding", "window": 3, "k": 9}, {8}, {10}),
        ({"truncation": "chunked", "window": 10}, set(), set(range(2, 11))),
        ({}, set(), set(range(2, 11))),
    ],
)
@pytest.mark.parametrize("model", ["rnn", "lstm"])
def test_cut_edges_and_the_path_that_ends_there(model, asked, cuts, path):
    edges = recurrent(answer("graph", model=model, length=10, hidden=3, **asked))
    assert {step for step, edge in edges.items() if edge["cut"]} == cuts
    assert {step for step, edge in edges.items() if edge["on_path"]} == path
    assert {step for step, edge in edges.items() if "log10_product" in edge} == path


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
