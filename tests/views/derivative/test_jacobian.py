"""The Jacobian of one cell: matrix, scale, singular values, factors, sentences."""

import json

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of, own, products, result_of, size, unpacked

KEYS = {
    "of", "wrt", "t", "k", "norm", "matrix", "log10_scale", "log10_norm", "log10_singular_values", "steps", "factor",
    "sentence",
}  # fmt: skip


def test_the_payload_has_the_keys_of_the_api():
    payload = answer("jacobian", length=6, hidden=3, t=5, k=2)
    assert set(payload) == KEYS
    assert (payload["t"], payload["k"]) == (5, 2)
    assert [step["t"] for step in payload["steps"]] == [3, 4, 5]
    assert set(payload["steps"][0]) == {"t", "log10_norm", "log10_product"}
    assert set(payload["factor"]) == {
        "t",
        "what",
        "slope_min",
        "slope_mean",
        "slope_max",
        "log10_norm",
        "sigma_max_weight",
        "kept",
        "whole",
        "sentence",
    }
    json.dumps(payload, allow_nan=False)


def test_without_a_choice_it_spans_the_whole_sequence():
    payload = answer("jacobian", length=6, hidden=3)
    assert (payload["t"], payload["k"]) == (6, 1)


@pytest.mark.parametrize("norm", ["spectral", "frobenius"])
def test_the_numbers_are_those_of_the_product(norm):
    network = experiment(length=8, hidden=4, t=7, k=3, norm=norm, init="orthogonal", gain=0.9)
    payload, expected = answer("jacobian", network), products(network)
    product = expected[7, 3]
    assert np.linalg.norm(payload["matrix"]) == pytest.approx(1, abs=1e-12)
    assert np.array(payload["matrix"]) * 10 ** payload["log10_scale"] == pytest.approx(product, rel=1e-10, abs=1e-14)
    assert 10.0 ** np.array(payload["log10_singular_values"]) == pytest.approx(
        np.linalg.svd(product, compute_uv=False), rel=1e-9
    )
    assert 10 ** payload["log10_norm"] == pytest.approx(size(product, norm))
    for step in payload["steps"]:
        t = step["t"]
        assert 10 ** step["log10_norm"] == pytest.approx(size(expected[t, t - 1], norm))
        assert 10 ** step["log10_product"] == pytest.approx(size(expected[t, 3], norm))
    assert payload["factor"]["t"] == 7
    assert payload["factor"]["log10_norm"] == pytest.approx(payload["steps"][-1]["log10_norm"])
    assert payload["factor"]["sigma_max_weight"] == pytest.approx(0.9)


def test_on_the_diagonal_there_is_no_factor():
    payload = answer("jacobian", length=4, hidden=2, t=3, k=3)
    assert payload["factor"] is None
    assert payload["steps"] == []
    assert payload["log10_singular_values"] == [0, 0]
    assert payload["sentence"] == "h_3 against itself: no factor lies between, so the product is the identity."


def test_a_dead_product_is_null_and_says_where_it_died():
    payload = answer("jacobian", own([[0, 1], [0, 0]], length=4))
    assert payload["log10_scale"] is None
    assert payload["log10_singular_values"] == [None, None]
    assert payload["matrix"] == [[0, 0], [0, 0]]
    assert payload["sentence"] == "Of a nudge to h_1, h_4 feels exactly nothing: after step 3 the product is zero."


def test_the_sentence_counts_directions():
    close = answer("jacobian", own(np.diag([0.1, 0.1]), length=2))["sentence"]
    assert close == (
        "Of a nudge to h_1, h_2 feels at most 10^−1, after 1 factor; all 2 "
        "directions arrive at a tenth of that or more."
    )
    apart = answer("jacobian", own(np.diag([0.1, 0.01]), length=3))["sentence"]
    assert apart == (
        "Of a nudge to h_1, h_3 feels at most 10^−2, after 2 factors; 1 of 2 "
        "directions arrives at a tenth of that or more."
    )
    sentence = answer("jacobian", own([[0.0, 1.0], [-1.0, 0.0]], length=3))["sentence"]
    assert sentence.startswith("Of a nudge to h_1, h_3 feels at most all of it, after 2 factors; all 2 directions")
    frobenius = answer("jacobian", own([[0.1]], length=3, norm="frobenius"))["sentence"]
    assert frobenius == "Of a nudge to h_1, h_3 feels 10^−2 over all entries together, after 2 factors."


def test_a_product_beyond_float64_keeps_its_size():
    payload = answer("jacobian", own([[1e-90]], length=12))
    assert payload["log10_norm"] == pytest.approx(-990)
    assert payload["matrix"] == [[1]]


def test_columns_and_arrays():
    result = result_of("jacobian", own([[0.0, 0.5], [0.25, 0.0]], length=2))
    columns = result.columns()
    assert list(columns) == ["i", "j", "entry", "log10_size"]
    assert list(zip(columns["i"], columns["j"], strict=True)) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert list(columns["log10_size"]) == pytest.approx([-np.inf, np.log10(0.5), np.log10(0.25), -np.inf])
    assert result.arrays()["step"].tolist() == [2]


def test_the_figure_is_the_matrix_with_white_at_zero():
    figure = figure_of("jacobian", own([[0.0, 0.5], [-0.25, 0.0]], length=2))
    heat = figure["data"][0]
    assert heat["zmin"] == -heat["zmax"]
    assert unpacked(heat["z"]) == pytest.approx(np.array([[0, 0.5], [-0.25, 0]]) / np.hypot(0.5, 0.25), rel=1e-6)
    assert figure["layout"]["yaxis"]["range"] == [2.5, 0.5]
    assert figure["layout"]["meta"]["sentence"].startswith("Of a nudge to h_1")


def test_a_cell_is_a_square_unless_the_matrix_is_a_strip():
    layout = figure_of("jacobian", own(0.1 * np.eye(3), length=2))["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    figure = figure_of("jacobian", length=4, hidden=5, wrt="x")
    assert unpacked(figure["data"][0]["z"]).shape == (5, 1)
    assert "scaleanchor" not in figure["layout"]["yaxis"]


def test_the_colour_bar_says_the_scale():
    bar = figure_of("jacobian", own([[1e-4]], length=2))["data"][0]["colorbar"]
    assert bar["title"]["text"] == "entry, × 10<sup>−4.00</sup>"


def test_a_dead_matrix_has_a_remark_and_no_colour_bar():
    figure = figure_of("jacobian", own([[0.0, 1.0], [0.0, 0.0]], length=4))
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["exactly zero: nothing to draw"]
    assert figure["data"][0]["showscale"] is False
    assert np.isnan(unpacked(figure["data"][0]["z"])).all()


def test_a_single_unit_is_marked_once():
    layout = figure_of("jacobian", own([[0.5]], length=2))["layout"]
    assert layout["xaxis"]["dtick"] == layout["yaxis"]["dtick"] == 1


def test_within_a_step_there_is_no_factor_and_layers_have_their_numbers():
    step = {"length": 4, "hidden": 3, "t": 3, "k": 3}
    cell = answer("jacobian", **step, model="lstm", wrt="c")["sentence"]
    assert cell.startswith("Of a nudge to c_3, h_3 feels at most 10^−")
    assert ", within the step; " in cell
    layers = answer("jacobian", **step, model="gru", layers=2, origin=1, norm="frobenius")["sentence"]
    assert layers.startswith("Of a nudge to h¹_3, h²_3 feels 10^−")
    assert layers.endswith(" over all entries together, within the step.")
