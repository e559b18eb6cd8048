"""The sentences of the graph."""

from tests.views.answers import answer, own
from tests.views.graph.drawings import by_ends


def test_sentences():
    assert answer("graph", own([[0.1]], length=3))["sentence"] == (
        "On the way from h_3 back to h_1 the gradient is multiplied by 2 factors; the product has the size 10^−2. "
        "The norm of one factor, the thickness of its line, is only an upper bound of what it does to this gradient."
    )
    assert "1 factor;" in answer("graph", own([[0.1]], length=2))["sentence"]
    assert answer("graph", own([[0.1]], length=1))["sentence"] == (
        "h_1 is both ends: the path has no edge, and the product is the identity."
    )
    dead = answer("graph", own([[0.0]], length=3))
    assert dead["sentence"].split(". ")[0].endswith("the product is exactly zero")
    assert dead["log10_norm"] is None
    assert by_ends(dead)["h1", "a2"]["log10_product"] is None


def test_the_sentence_of_a_truncated_path_says_the_computed_gradient_lacks_it():
    fields = {"length": 10, "hidden": 3, "truncation": "chunked", "window": 4}
    assert "ends the way at step 9, so the computed gradient has nothing of it" in answer("graph", **fields)["sentence"]
    assert "truncation" not in answer("graph", **fields, k=9)["sentence"]


def test_a_way_within_the_step_is_no_product():
    step = {"model": "lstm", "length": 4, "hidden": 3, "t": 3, "k": 3}
    assert answer("graph", **step, wrt="c")["sentence"].startswith(
        "The way from h_3 back to c_3 goes within the step; the derivative has the size 10^−"
    )
    stack = {"model": "gru", "layers": 2, "origin": 1, "length": 4, "hidden": 3, "t": 3, "k": 3}
    assert answer("graph", **stack)["sentence"].startswith("The way from h²_3 back to h¹_3 goes within the step;")
    assert answer("graph", **step, of="c", wrt="h")["sentence"] == (
        "At the same step no way leads from c_3 back to h_3: the derivative is exactly zero."
    )
