"""Slopes of the units: numbers, sentence, one absolute colour scale."""

import json

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of, own, result_of, unpacked
from unrolled.experiment.experiment import Experiment


def test_the_payload_has_the_keys_of_the_api():
    payload = answer("saturation", length=5, hidden=3)
    assert {"t", "unit", "derivative", "low", "high", "saturated", "labels", "sentence"} <= set(payload)
    assert payload["unit"] == [1, 2, 3]
    assert np.shape(payload["derivative"]) == (3, 5)
    assert (payload["low"], payload["high"]) == (0, 1)
    json.dumps(payload, allow_nan=False)


def test_the_slopes_are_those_of_the_forward_pass():
    """One unit of tanh, fed with 1, 2: a_1 = 1, a_2 = 2 + ½ tanh 1."""
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[0.5]]}
    payload = answer("saturation", Experiment.of_arrays({}, weights, [[1.0], [2.0]], None))
    a = np.array([1.0, 2.0 + 0.5 * np.tanh(1.0)])
    assert payload["derivative"][0] == pytest.approx(1 - np.tanh(a) ** 2)
    assert payload["saturated"] == 0.5
    assert (payload["left_saturated"], payload["right_saturated"]) == (None, None)
    assert payload["sentence"].startswith(
        "Saturated: 50 % of the slopes are below a tenth of the largest this activation can give (1). "
    )


def test_it_names_the_narrowest():
    weights = {"weight_ih_l0": [[0.0], [3.0]], "weight_hh_l0": [[0.0, 0.0], [0.0, 0.0]]}
    sentence = answer("saturation", Experiment.of_arrays({}, weights, [[1.0], [1.0]], None))["sentence"]
    assert sentence == (
        "Saturated: 50 % of the slopes are below a tenth of the largest this activation can give (1). The mean slope "
        "is 0.505; unit 2 is the narrowest with 0.00987."
    )
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[0.0]]}
    sentence = answer("saturation", Experiment.of_arrays({}, weights, [[0.0], [3.0], [0.0]], None))["sentence"]
    assert sentence.endswith("step 2 is the narrowest with 0.00987.")


def test_closed_units_are_counted():
    weights = {"weight_ih_l0": [[1.0], [-1.0]], "weight_hh_l0": [[0.0, 0.0], [0.0, 0.0]]}
    sentence = answer("saturation", Experiment.of_arrays({"activation": "relu"}, weights, [[1.0]], None))["sentence"]
    assert "50 % are exactly 0 and let nothing through" in sentence


def test_equal_slopes_and_open_ones():
    assert (
        answer("saturation", own([[0.5]]))["sentence"]
        == "Every slope is 1: all units and steps are treated alike here."
    )
    weights = {"weight_ih_l0": [[0.1]], "weight_hh_l0": [[0.0]]}
    text = answer("saturation", Experiment.of_arrays({}, weights, [[0.0], [1.0]], None))["sentence"]
    assert text.startswith(
        "No slope is saturated: all are at least a tenth of the largest this activation can give (1). Units and steps "
        "hardly differ"
    )


def test_a_long_sequence_is_sampled():
    payload = answer("saturation", length=100, hidden=2, resolution=10)
    assert payload["t"] == list(range(10, 101, 10))
    assert np.shape(payload["derivative"]) == (2, 10)
    # What is told is that of all steps.
    every = answer("saturation", length=100, hidden=2, resolution=100)
    for name in ("saturated", "mean", "means", "sentence"):
        assert payload[name] == every[name]


def test_columns():
    columns = result_of("saturation", length=3, hidden=2).columns()
    assert list(columns) == ["t", "unit", "derivative"]
    assert list(columns["t"]) == [1, 2, 3, 1, 2, 3]
    assert list(columns["unit"]) == [1, 1, 1, 2, 2, 2]


def test_the_figure_shares_white_at_one_and_keeps_the_sign_in_the_hover():
    plain = figure_of("saturation", length=5, hidden=3)["data"][0]
    assert (plain["zmin"], plain["zmax"]) == (0, 2)
    assert "customdata" not in plain
    network = experiment(length=20, hidden=6, activation="sine", amplitude=10.0)
    heat, result = figure_of("saturation", network)["data"][0], result_of("saturation", network)
    assert (result.slope < 0).any()
    assert unpacked(heat["z"]) == pytest.approx(np.abs(result.slope), rel=1e-6)
    assert unpacked(heat["customdata"]) == pytest.approx(result.slope, rel=1e-6)


def test_units_are_marked_at_round_whole_numbers():
    for hidden, distance in ((1, 1), (16, 2), (256, 50)):
        axis = figure_of("saturation", length=2, hidden=hidden)["layout"]["yaxis"]
        assert (axis["tick0"], axis["dtick"]) == (0, distance)


def test_no_sentence_names_the_activation():
    for name in ("tanh", "relu", "identity", "sine"):
        for view in ("saturation", "decay"):
            assert name not in answer(view, length=8, hidden=3, activation=name)["sentence"].lower()


@pytest.mark.parametrize(
    ("model", "what", "gates", "means"),
    [
        ("lstm", "f", "forget gates", ["f", "i", "o"]),
        ("gru", "z", "update gates", ["r", "z"]),
        ("mingru", "1 − z", "shares kept", ["1 − z", "z"]),
    ],
)
def test_of_a_gated_network_it_shows_the_gate_that_keeps(model, what, gates, means):
    payload = answer("saturation", length=9, hidden=3, model=model, forget_bias=-2)
    assert payload["what"] == what
    assert f"% of the {gates} are below 0.1 and keep little. Right-saturated: 0 % are above 0.9" in payload["sentence"]
    between = answer("saturation", length=9, hidden=3, model=model)
    assert "is saturated: all lie between 0.1 and 0.9." in between["sentence"]
    assert sorted(mean["name"] for mean in payload["means"]) == means
    assert all(0 < value < 1 for row in payload["derivative"] for value in row)
