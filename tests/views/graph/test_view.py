"""The answer: nodes, edges, the path and what stands along it, in JSON, columns and a figure."""

import json

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, own, result_of
from tests.views.graph.drawings import LONG, by_ends, by_id
from unrolled.core.models import MODELS

EDGE_KEYS = {"source", "target", "log10_norm", "on_path", "cut"}


def test_a_short_sequence_is_drawn_in_full():
    response = answer("graph", length=3, hidden=2)
    assert list(by_id(response)) == ["h0", "x1", "a1", "h1", "x2", "a2", "h2", "x3", "a3", "h3"]
    assert set(response["nodes"][0]) == {"id", "kind", "t", "layer", "label", "log10_norm"}
    assert [by_id(response)[name]["kind"] for name in ("x1", "a1", "h1")] == ["input", "preactivation", "state"]
    assert by_id(response)["x1"]["layer"] is None
    assert by_id(response)["h1"]["layer"] == 0
    assert list(by_ends(response))[:3] == [("x1", "a1"), ("h0", "a1"), ("a1", "h1")]
    assert all(set(edge) >= EDGE_KEYS and edge["cut"] is False for edge in response["edges"])
    json.dumps(response, allow_nan=False)


def test_the_path_leads_from_t_back_to_k():
    response = answer("graph", length=5, hidden=2, t=4, k=2)
    path = [ends for ends, edge in by_ends(response).items() if edge["on_path"]]
    assert path == [("h2", "a3"), ("a3", "h3"), ("h3", "a4"), ("a4", "h4")]
    assert [edge for edge in response["edges"] if "log10_product" in edge] == [
        by_ends(response)["h2", "a3"],
        by_ends(response)["h3", "a4"],
    ]


def test_huge_states_have_a_size():
    response = answer("graph", own([[1e90]], length=3, activation="identity"))
    assert response["log10_norm"] == pytest.approx(180)


def test_columns():
    columns = result_of("graph", length=3, hidden=2, t=3, k=2).columns()
    names = ["source", "target", "log10_norm", "on_path", "log10_step", "log10_product", "log10_ratio"]
    names += ["cut", "weight", "formula"]
    assert list(columns) == names
    assert len({len(column) for column in columns.values()}) == 1
    assert sum(columns["on_path"]) == 2
    assert np.isfinite(columns["log10_product"]).sum() == 1


@pytest.mark.parametrize("model", few(MODELS, ["rnn", "window", "attention"]))
def test_four_hundred_steps_are_folded(model):
    response = answer("graph", model=model, window=380, **LONG)
    folds = [node for node in response["nodes"] if node["kind"] == "fold"]
    steps = {node["t"] for node in response["nodes"] if node["kind"] != "fold"} - {0}
    assert {1, 11, 390, 400} <= steps
    assert len(steps) <= 14
    assert len(steps) + sum(node["hides"] for node in folds) == 400


def test_what_stands_beside_the_inputs_of_a_model_without_recurrence_is_the_triangle():
    for model in ("mlp", "window", "attention"):
        result = result_of("graph", model=model, length=9, hidden=3, t=8, window=4)
        triangle = result_of("influence", model=model, length=9, hidden=3, window=4).log10_norm
        assert list(result.diagram.sizes) == list(range(1, 9))
        np.testing.assert_allclose(list(result.diagram.sizes.values()), triangle[7, :8], atol=1e-12)


def test_an_input_outside_the_window_has_no_path():
    response = answer("graph", model="window", window=3, length=9, hidden=3, t=8, k=5)
    assert not any(edge["on_path"] for edge in response["edges"])
    assert response["log10_norm"] is None
    assert response["sentence"] == "No edge leads from x_5 to o_8: the derivative is exactly zero."
    payload = answer("graph", model="window", window=3, length=9, hidden=3, t=8, k=6)
    assert [(edge["source"], edge["target"]) for edge in payload["edges"] if edge["on_path"]] == [
        ("x6", "h8"),
        ("h8", "out8"),
    ]
    assert "over 2 steps in one hop" in payload["sentence"]
