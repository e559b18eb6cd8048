"""The strips across activations and lengths: same network, same input, one scale, exact at the samples."""

import json

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own, unpacked
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.settings import Settings
from unrolled.views.small_multiples.measure import panels_cost, sample_count
from unrolled.views.text.numbers import pace

PANEL_KEYS = {"value", "label", "current", "t", "k", "log10_norm", "summary", "link", "of", "wrt"}


@pytest.mark.parametrize(("view", "field"), [("activations", "activation"), ("lengths", "length")])
def test_the_payload_has_the_keys_of_the_api(view, field):
    found = answer(view, length=9, hidden=3)
    assert set(found) == {"field", "panels", "left_out", "scale", "sentence"}
    assert found["field"] == field
    assert all(set(panel) == PANEL_KEYS for panel in found["panels"])
    assert [panel["current"] for panel in found["panels"]].count(True) == 1
    assert found["scale"] == [-6, 6]
    json.dumps(found, allow_nan=False)


def test_every_activation_has_a_panel():
    found = answer("activations", length=9, hidden=3)
    assert [panel["value"] for panel in found["panels"]] == list(ACTIVATIONS)


@pytest.mark.parametrize("name", ["sigmoid", "selu"])
def test_a_panel_is_the_main_picture_of_its_activation(name):
    panels = {panel["value"]: panel for panel in answer("activations", length=12, hidden=4)["panels"]}
    main = answer("influence", length=12, hidden=4, activation=name)
    assert panels[name]["log10_norm"] == main["log10_norm"]
    assert panels[name]["summary"] == main["summary"]
    assert panels[name]["link"] == Query(length=12, hidden=4, activation=name).url()


def test_a_panel_of_a_longer_sequence_begins_with_the_shorter_one():
    panels = {panel["value"]: panel for panel in answer("lengths", length=20, hidden=4)["panels"]}
    assert list(panels) == [8, 16, 20, 32, 64, 128, 256]
    assert panels[20]["current"]
    assert np.array(panels[16]["log10_norm"])[:8, :8].tolist() == panels[8]["log10_norm"]
    assert all(len(panel["t"]) <= 24 for panel in panels.values())
    assert panels[256]["t"][-1] == 256


def test_a_sampled_panel_is_exact():
    panels = {panel["value"]: panel for panel in answer("lengths", length=8, hidden=3)["panels"]}
    fine = answer("influence", length=64, hidden=3)["log10_norm"]
    small = panels[64]
    row, column = len(small["t"]) - 2, 3
    assert small["log10_norm"][row][column] == pytest.approx(
        fine[small["t"][row] - 1][small["k"][column] - 1], abs=1e-11
    )


def test_a_link_leaves_a_cell_behind_that_may_not_exist_there():
    found = answer("lengths", length=40, hidden=2, t=39, k=30)
    assert all("t=" not in panel["link"] for panel in found["panels"])


def test_an_own_sequence_is_cut_and_never_made_longer():
    found = answer("lengths", own([[0.5]], length=20))
    assert [panel["value"] for panel in found["panels"]] == [8, 16, 20]
    assert found["panels"][1]["log10_norm"][15][0] == pytest.approx(15 * np.log10(0.5))


def test_a_state_that_overflows_is_left_out_and_said():
    found = answer("activations", length=400, hidden=8, gain=10, init="gaussian", activation="tanh")
    gone = {row["value"] for row in found["left_out"]}
    assert "identity" in gone
    assert gone.isdisjoint(panel["value"] for panel in found["panels"])
    assert len(gone) + len(found["panels"]) == len(ACTIVATIONS)
    assert all("float64" in row["reason"] for row in found["left_out"])
    assert "the state itself grows out of float64: no picture." in found["sentence"]


def test_when_no_value_has_a_picture_it_is_an_error():
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[1e100]]}
    with pytest.raises(Overflow, match="at step 5"):
        answer("lengths", Experiment.of_arrays({"activation": "identity"}, weights, [[1.0]] * 8, None))


def test_sentences_across_activations():
    said = answer("activations", own([[0.5]], length=9))["sentence"]
    # Without input the first state is 0, where SELU has the slope 1.758, leaky ReLU 0.01 and ReLU 0.
    assert said == (
        "With these weights SELU keeps the gradient closest to its size (10^−0.056 a step). "
        "Under ReLU the typical product dies exactly. Of the others leaky ReLU loses most (10^−2.3 a step)."
    )
    dead = answer("activations", own([[0.0]], length=9))["sentence"]
    assert dead == "Under every activation the typical product dies exactly."
    assert answer("activations", own([[0.5]], length=1))["sentence"] == "With one step there is nothing to compare."


def test_sentences_across_lengths():
    said = answer("lengths", own([[0.1]], length=17))["sentence"]
    assert said == (
        "The rate hardly depends on the length: 10^−1 a step over 8 steps, 10^−1 over 17. "
        "From step 17 back to step 1 it adds up to 10^−16."
    )
    assert answer("lengths", own([[0.1]], length=4))["sentence"] == "With one length there is nothing to compare."
    assert answer("lengths", own([[0.0]], length=9))["sentence"] == "From T = 8 on the typical product dies exactly."
    weights = {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[10.0]]}
    grown = answer("lengths", Experiment.of_arrays({"activation": "identity"}, weights, [[1.0]] * 400, None))
    assert [row["value"] for row in grown["left_out"]] == [400]
    assert grown["sentence"].endswith("From T = 400 on the state itself grows out of float64: no picture.")


def test_large_networks_take_fewer_samples():
    assert sample_count(experiment(), "activation", list(ACTIVATIONS)) == 24
    assert 6 <= sample_count(experiment(hidden=128), "activation", list(ACTIVATIONS)) < 24
    assert sample_count(experiment(hidden=256, length=512), "activation", list(ACTIVATIONS)) == 6


@pytest.mark.parametrize("size", [{"length": 2000, "hidden": 64}, {"length": 32, "hidden": 120}])
def test_sixteen_samples_where_the_work_is_bearable(size):
    names = list(ACTIVATIONS)
    assert sample_count(experiment(**size), "activation", names) == 16
    assert panels_cost(experiment(**size), "activation", names, 16).flops < 1e9 * Settings().max_gflop


def test_exact_zeros_in_a_strip_are_grey_and_the_bar_names_the_norm():
    figure = drawn("lengths", own([[0.0, 1.0], [0.0, 0.0]], length=5, norm="frobenius"))
    grey = [trace for trace in figure["data"] if "coloraxis" not in trace]
    assert len(grey) == 1
    assert np.isfinite(unpacked(grey[0]["z"])).sum() == 3 + 2 + 1
    assert "<sub>F</sub>" in figure["layout"]["coloraxis"]["colorbar"]["title"]["text"]


def test_columns_name_the_field():
    columns = ask("lengths", own([[0.5]], length=9)).columns()
    assert list(columns) == ["length", "t", "k", "lag", "log10_norm"]
    assert sorted(set(columns["length"])) == [8, 9]
    assert len(columns["t"]) == 8 * 9 // 2 + 9 * 10 // 2


def test_the_figure_shows_all_panels_on_one_scale():
    figure = drawn("activations", length=9, hidden=3)
    rates = [panel["summary"]["rate"] for panel in answer("activations", length=9, hidden=3)["panels"]]
    assert len(figure["data"]) == len(figure["layout"]["shapes"]) == len(ACTIVATIONS)
    assert {trace["coloraxis"] for trace in figure["data"]} == {"coloraxis"}
    assert (figure["layout"]["coloraxis"]["cmin"], figure["layout"]["coloraxis"]["cmax"]) == (-6, 6)
    assert "showscale" not in figure["layout"]["coloraxis"]
    assert "∂h<sub>t</sub>" in figure["layout"]["coloraxis"]["colorbar"]["title"]["text"]
    for note, row, rate in zip(figure["layout"]["annotations"], ACTIVATIONS.values(), rates, strict=True):
        assert note["text"] == f"{row.label}<br>{pace(rate).replace('^', '<sup>').replace(' ', '</sup> ', 1)}"
    for index in range(len(ACTIVATIONS)):
        axis = figure["layout"][f"yaxis{'' if index == 0 else index + 1}"]
        assert axis["range"] == [9.5, 0.5]
        assert axis["scaleanchor"] == f"x{'' if index == 0 else index + 1}"
        assert 0 <= axis["domain"][0] < axis["domain"][1] <= 1
    assert unpacked(figure["data"][0]["z"]).shape == (9, 9)


def test_a_block_that_begins_as_zero_adds_up_to_a_number():
    said = answer("lengths", length=20, hidden=3, model="lstm", wrt="c")["sentence"]
    assert "inf" not in said
    assert "From step 256 back to step " in said


def test_a_single_lag_is_no_death():
    said = answer("lengths", length=2, hidden=1, model="lstm", wrt="c")["sentence"]
    assert "dies" not in said


def test_gates_have_their_activations_built_in():
    found = answer("activations", length=9, hidden=3, model="gru")
    assert found["sentence"].startswith("The gates have sigmoid and tanh built in")
    assert len({json.dumps(panel["log10_norm"]) for panel in found["panels"]}) == 1


def test_a_truncation_cuts_every_panel_that_has_a_chain_as_it_cuts_the_main_picture():
    fields = {"length": 12, "hidden": 3, "truncation": "chunked", "window": 4}
    panels = {panel["value"]: panel for panel in answer("models", **fields)["panels"]}
    for name in ("rnn", "lstm", "gru"):
        main = answer("influence", **fields, model=name)
        for key in ("log10_norm", "log10_norm_full", "kept", "summary"):
            assert panels[name][key] == main[key]
    for name in ("mlp", "window", "attention"):
        assert set(panels[name]) == PANEL_KEYS
    assert all(set(panel) == PANEL_KEYS for panel in answer("models", length=12, hidden=3)["panels"])
    assert answer("models", **fields)["sentence"].endswith("faint; rates are those of the whole chain.")
    faint = [trace for trace in drawn("models", **fields)["data"] if trace.get("name") == "cut"]
    assert len(faint) == 3
    assert np.isfinite(unpacked(faint[0]["z"])).sum() == 78 - 30
