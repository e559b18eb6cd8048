"""Decay by lag: the curves, and a sentence for every outcome of a bound."""

import json

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of, own, products, result_of, unpacked

KEYS = {
    "lag", "median", "low", "high", "bound", "asymptote", "gate", "gamma", "sigma_max", "spectral_radius", "verdict",
    "horizon", "rate", "sentence",
}  # fmt: skip
JORDAN = [[0.5, 8.0], [0.0, 0.5]]


def test_the_payload_has_the_keys_of_the_api():
    payload = answer("decay", length=6, hidden=3)
    assert set(payload) == KEYS
    assert payload["lag"] == [0, 1, 2, 3, 4, 5]
    json.dumps(payload, allow_nan=False)


def test_median_and_range_are_those_of_the_products():
    network = experiment(length=7, hidden=3, init="gaussian", gain=1.4)
    payload, expected = answer("decay", network), products(network)
    for lag in range(7):
        sizes = [np.log10(np.linalg.norm(expected[t, t - lag], 2)) for t in range(lag + 1, 8)]
        assert payload["median"][lag] == pytest.approx(np.median(sizes), abs=1e-11)
        assert payload["low"][lag] == pytest.approx(min(sizes), abs=1e-11)
        assert payload["high"][lag] == pytest.approx(max(sizes), abs=1e-11)


def test_bound_and_asymptote_are_straight_lines_from_the_size_at_lag_zero():
    payload = answer("decay", own(JORDAN, length=5, norm="frobenius"))
    sigma = np.linalg.norm(np.array(JORDAN), 2)
    assert payload["sigma_max"] == pytest.approx(sigma)
    assert payload["spectral_radius"] == pytest.approx(0.5)
    assert payload["bound"] == pytest.approx([0.5 * np.log10(2) + lag * np.log10(sigma) for lag in range(5)])
    assert payload["asymptote"] == pytest.approx([0.5 * np.log10(2) + lag * np.log10(0.5) for lag in range(5)])


def test_a_zero_matrix_has_no_bound_beyond_lag_zero():
    payload = answer("decay", own([[0.0]], length=3))
    assert payload["bound"] == payload["asymptote"] == payload["median"] == [0, None, None]
    assert payload["sentence"] == "γσ_max is 0: no step passes anything on, and nothing arrives."


def test_guaranteed_and_held():
    sentence = answer("decay", own(np.diag([0.1, 0.05]), length=6))["sentence"]
    assert sentence.startswith(
        "γσ_max is 0.1, below 1, so vanishing was guaranteed, by × 0.10 per step or faster; the bound holds: "
    )
    assert "measured is exactly that." in sentence
    assert sentence.endswith(
        "The spectral radius 0.1 alone would give × 0.10 per step: that is about what is measured."
    )


def test_guaranteed_and_faster():
    sentence = answer("decay", own([[0.8]], length=10, activation="sigmoid"))["sentence"]
    assert "γσ_max is 0.2, below 1" in sentence
    assert "the bound holds: measured is × 0.19 per step" in sentence
    assert "the slopes of the activation take the rest away" in sentence


def test_guaranteed_and_dead():
    sentence = answer("decay", own([[0, 0.5], [0, 0]], length=6))["sentence"]
    assert sentence == (
        "γσ_max is 0.5, below 1, so vanishing was guaranteed, by × 0.50 per step or "
        "faster; the bound holds: the product is exactly zero."
    )


def test_no_bound_yet_it_vanishes_and_not_normal():
    sentence = answer("decay", own(JORDAN, length=30))["sentence"]
    assert (
        "above 1: growth of up to × 8.0 per step is possible, and vanishing is not guaranteed; measured is × 0."
        in sentence
    )
    assert "Though ρ is below 1, the largest product has grown to 8.0 after 1 step" in sentence
    assert sentence.endswith("W_hh is not normal.")


def test_growth_by_slopes_above_one_is_not_blamed_on_the_matrix():
    sentence = answer("decay", own([[0.9]], length=12, activation="selu"))["sentence"]
    assert "growth of up to × 1.6 per step is possible" in sentence
    assert "slopes of the activation above 1, or a matrix that is not normal, give more." in sentence
    assert "Though ρ is below 1" not in sentence


def test_possible_and_it_grows():
    sentence = answer("decay", own([[2.0]], length=12))["sentence"]
    assert (
        "growth of up to × 2.0 per step is possible, and vanishing is not guaranteed; measured is × 2.0 per step."
        in sentence
    )


def test_no_bound_and_it_keeps_its_size():
    sentence = answer("decay", own(np.diag([1.01, 0.5]), length=12))["sentence"]
    assert (
        "growth of up to × 1.01 per step is possible, and vanishing is not guaranteed; measured is × 1.01 per step"
        in sentence
    )


def test_exactly_one():
    sentence = answer("decay", own([[0.0, 1.0], [-1.0, 0.0]], length=12))["sentence"]
    assert sentence.startswith(
        "γσ_max is 1: the gradient cannot explode, and it need not vanish; measured is × 1.00 per step. The spectral "
    )


def test_one_step():
    sentence = answer("decay", own([[0.5]], length=1))["sentence"]
    assert sentence == "With one step there is no decay to compare; γσ_max is 0.5 and ρ is 0.5."


def test_columns_are_the_curves():
    columns = result_of("decay", own([[0.1]], length=3)).columns()
    assert list(columns) == ["lag", "median", "low", "high", "bound", "asymptote", "gate"]
    assert list(columns["median"]) == pytest.approx([0, -1, -2])


def test_the_figure_names_its_curves_and_frames_what_was_measured():
    figure = figure_of("decay", own([[0.1]], length=6, activation="sigmoid"))
    names = [trace["name"] for trace in figure["data"] if trace.get("showlegend", True)]
    assert names == [
        "range over t",
        "bound (γσ<sub>max</sub>)<sup>lag</sup>",
        "asymptote ρ<sup>lag</sup>",
        "median over t",
    ]
    median = unpacked(figure["data"][-1]["y"])
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < median.min() <= median.max() < high
    assert figure["layout"]["meta"] == {"sentence": figure["layout"]["meta"]["sentence"], "horizon": 1}


def test_the_legend_stands_below_the_plot_where_no_title_is():
    legend = figure_of("decay", length=8, hidden=2)["layout"]["legend"]
    assert legend["y"] < 0
    assert legend["yanchor"] == "top"


def test_a_dead_network_has_a_remark_and_no_numbers_along_the_axis():
    dead = figure_of("decay", own([[0.0]], length=4))["layout"]
    assert [note["text"] for note in dead["annotations"]] == ["exactly zero from lag 1 on: nothing to draw"]
    assert dead["yaxis"]["showticklabels"] is False
    alive = figure_of("decay", own([[0.5]], length=4))["layout"]
    assert not alive.get("annotations")
    assert alive["yaxis"]["showticklabels"] is True


def test_lags_are_marked_at_whole_numbers():
    assert all(figure_of("decay", own([[0.5]], length=length))["layout"]["xaxis"]["dtick"] == 1 for length in (1, 2, 5))


def test_without_a_recurrent_matrix_nothing_is_promised():
    payload = answer("decay", length=20, hidden=3, model="mingru")
    assert all(value is None for name in ("bound", "asymptote", "gate") for value in payload[name])
    assert payload["sentence"].startswith("No matrix alone bounds a step of this model")
    assert answer("decay", length=20, hidden=3, wrt="x")["sentence"].startswith("Across layers")
