"""The unrolled graph: nodes, edges, the path and what is printed along it, folding."""

import json

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own, products, size
from unrolled.views.graph.folding import Fold, unroll

EDGE_KEYS = {"source", "target", "log10_norm", "on_path", "cut"}


def by_id(found):
    return {node["id"]: node for node in found["nodes"]}


def by_ends(found):
    return {(edge["source"], edge["target"]): edge for edge in found["edges"]}


def test_a_short_sequence_is_drawn_whole():
    found = answer("graph", length=3, hidden=2)
    assert list(by_id(found)) == ["h0", "x1", "a1", "h1", "x2", "a2", "h2", "x3", "a3", "h3"]
    assert set(found["nodes"][0]) == {"id", "kind", "t", "layer", "label", "log10_norm"}
    assert [by_id(found)[name]["kind"] for name in ("x1", "a1", "h1")] == ["input", "preactivation", "state"]
    assert by_id(found)["x1"]["layer"] is None
    assert by_id(found)["h1"]["layer"] == 0
    assert list(by_ends(found))[:3] == [("x1", "a1"), ("h0", "a1"), ("a1", "h1")]
    assert all(set(edge) >= EDGE_KEYS and edge["cut"] is False for edge in found["edges"])
    json.dumps(found, allow_nan=False)


def test_the_path_leads_from_t_back_to_k():
    found = answer("graph", length=5, hidden=2, t=4, k=2)
    path = [ends for ends, edge in by_ends(found).items() if edge["on_path"]]
    assert path == [("h2", "a3"), ("a3", "h3"), ("h3", "a4"), ("a4", "h4")]
    assert [edge for edge in found["edges"] if "log10_product" in edge] == [
        by_ends(found)["h2", "a3"],
        by_ends(found)["h3", "a4"],
    ]


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_sizes_are_those_of_the_factors_and_of_the_products(norm):
    asked = experiment(length=6, hidden=3, t=5, k=2, norm=norm)
    edges, expected = by_ends(answer("graph", asked)), products(asked)
    for step in range(1, 7):
        edge = edges[f"h{step - 1}", f"a{step}"]
        if step > 1:
            assert 10 ** edge["log10_step"] == pytest.approx(size(expected[step, step - 1], norm))
        if 2 < step <= 5:
            assert 10 ** edge["log10_product"] == pytest.approx(size(expected[5, step - 1], norm))
            ratio = size(expected[5, step - 1], norm) / size(expected[5, step], norm)
            assert 10 ** edge["log10_ratio"] == pytest.approx(ratio)
        else:
            assert "log10_ratio" not in edge


@pytest.mark.parametrize("length", [6, 60])
def test_the_ratios_multiply_up_and_none_exceeds_its_factor(length):
    asked = experiment(length=length, hidden=4)
    found = answer("graph", asked)
    path = [edge for edge in found["edges"] if "log10_ratio" in edge]
    assert sum(edge["log10_ratio"] for edge in path) == pytest.approx(found["log10_norm"], abs=1e-9)
    assert all(edge["log10_ratio"] <= edge["log10_step"] + 1e-9 for edge in path)
    assert any(edge["log10_ratio"] < edge["log10_step"] - 0.05 for edge in path)


def test_a_dead_product_ends_at_its_last_factor():
    edges = by_ends(answer("graph", own([[0.0, 1.0], [0.0, 0.0]], length=4)))
    assert edges["h3", "a4"]["log10_ratio"] == 0
    assert edges["h2", "a3"]["log10_ratio"] is None
    assert "log10_ratio" not in edges["h1", "a2"]


def test_the_sizes_of_nodes_and_of_single_edges():
    found = answer("graph", own([[0.5]], length=2, activation="sigmoid"))
    assert by_id(found)["x1"]["log10_norm"] is None
    assert by_id(found)["h0"]["log10_norm"] is None
    assert by_id(found)["a1"]["log10_norm"] is None
    assert by_id(found)["h1"]["log10_norm"] == pytest.approx(np.log10(0.5))
    assert by_ends(found)["x1", "a1"]["log10_norm"] == 0
    assert by_ends(found)["h1", "a2"]["log10_norm"] == pytest.approx(np.log10(0.5))
    assert by_ends(found)["a1", "h1"]["log10_norm"] == pytest.approx(np.log10(0.25))


def test_a_long_sequence_folds_its_middle():
    asked = experiment(length=60, hidden=3, t=58, k=3)
    found, expected = answer("graph", asked), products(asked)
    (fold,) = [node for node in found["nodes"] if node["kind"] == "fold"]
    first, last = fold["t"], fold["t_last"]
    assert fold["hides"] == last - first + 1
    assert fold["label"] == f"… {fold['hides']} steps"
    assert fold["log10_norm"] == pytest.approx(np.log10(np.linalg.norm(expected[last, first - 1], 2)), abs=1e-9)
    edges = by_ends(found)
    into, out = edges[f"h{first - 1}", fold["id"]], edges[fold["id"], f"a{last + 1}"]
    assert into["on_path"]
    assert out["on_path"]
    assert into["log10_norm"] == into["log10_step"] == fold["log10_norm"]
    assert into["log10_product"] == pytest.approx(np.log10(np.linalg.norm(expected[58, first - 1], 2)), abs=1e-9)
    assert out["log10_product"] == pytest.approx(np.log10(np.linalg.norm(expected[58, last], 2)), abs=1e-9)


@pytest.mark.parametrize(("t", "k"), [(100, 1), (50, 50), (70, 30), (3, 2), (100, 100), (52, 49)])
def test_folding_keeps_the_ends_and_the_cell_and_counts_every_step(t, k):
    drawn_ = unroll(100, t, k)
    steps = [part for part in drawn_ if isinstance(part, int)]
    folds = [part for part in drawn_ if isinstance(part, Fold)]
    assert {1, 100, t, k} <= set(steps)
    assert {min(t + 1, 100), max(k - 1, 1)} <= set(steps)
    assert len(drawn_) <= 14
    assert all(fold.count >= 2 for fold in folds)
    covered = steps + [step for fold in folds for step in range(fold.first, fold.last + 1)]
    assert sorted(covered) == list(range(1, 101))
    order = [part if isinstance(part, int) else part.first for part in drawn_]
    assert order == sorted(order)


def test_up_to_twelve_steps_nothing_is_folded():
    assert unroll(12, 12, 1) == list(range(1, 13))
    assert any(isinstance(part, Fold) for part in unroll(14, 14, 1))


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


def test_huge_states_have_a_size():
    found = answer("graph", own([[1e90]], length=3, activation="identity"))
    assert found["log10_norm"] == pytest.approx(180)


def test_columns():
    columns = ask("graph", length=3, hidden=2, t=3, k=2).columns()
    told = ["source", "target", "log10_norm", "on_path", "log10_step", "log10_product", "log10_ratio"]
    told += ["cut", "weight", "formula"]
    assert list(columns) == told
    assert len({len(column) for column in columns.values()}) == 1
    assert sum(columns["on_path"]) == 2
    assert np.isfinite(columns["log10_product"]).sum() == 1


def test_the_figure_draws_every_node_and_the_path_in_the_accent():
    result = ask("graph", length=5, hidden=2, t=4, k=2)
    figure = drawn("graph", length=5, hidden=2, t=4, k=2)
    points = figure["data"][-1]
    assert len(points["x"]) == len(result.diagram.nodes)
    assert [len(trace["x"]) for trace in figure["data"][1:-1]] == [3] * 4
    assert len({trace["line"]["color"] for trace in figure["data"][:-1]}) == 2
    texts = [each["text"] for each in figure["layout"]["annotations"]]
    assert texts[0] == "1"
    assert all(text.startswith("10<sup>") for text in texts[1:])
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high
