"""What order and memory are worth, held to what must be so of sequences and models that are known."""

import numpy as np
import pytest

from tests.views.asking import answer, ask, drawn, experiment, own
from unrolled.core.feedforward.mlp import input_windows
from unrolled.experiment.run import direct_run
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

SMALL = {"hidden": 8, "length": 24}


def found(**fields):
    return {each["name"]: each for each in answer("facts", **SMALL | fields)["models"]}


def test_every_model_is_measured():
    assert list(found()) == ["rnn", "lstm", "gru", "mlp", "window", "attention"]


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru", "window"])
def test_a_shuffled_wave_cannot_be_foretold(model):
    error = found(input="sine")[model]["unexplained"]
    assert error["original"] < 0.01
    assert error["reversed"] < 0.01
    assert error["shuffled"] > 0.9


def test_the_order_of_white_noise_is_worth_nothing():
    errors = [found(seed=seed)["rnn"]["unexplained"] for seed in range(6)]
    original, shuffled = (np.mean([each[order] for each in errors]) for order in ("original", "shuffled"))
    assert original == pytest.approx(1, abs=0.05)
    assert original - shuffled == pytest.approx(0, abs=0.05)


def test_shuffling_leaves_the_triangle_of_an_mlp_and_changes_that_of_a_network():
    named = found(input="sunspots")
    assert named["mlp"]["change"] == {
        "original": 0,
        "shuffled": pytest.approx(0, abs=1e-9),
        "reversed": pytest.approx(0, abs=1e-9),
    }
    assert all(named[name]["change"]["shuffled"] > 0.01 for name in ("rnn", "lstm", "gru", "window", "attention"))


def test_a_linear_network_has_one_triangle_for_all_orders():
    assert found(activation="identity", gain=0.9)["rnn"]["change"]["shuffled"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("window", [1, 3, 8])
def test_a_window_holds_its_inputs_whole_and_of_noise_nothing_before_them(window):
    memory = np.array(found(window=window)["window"]["memory"])
    np.testing.assert_allclose(memory[:window], 1, atol=1e-9)
    assert np.abs(memory[window:]).max() < 0.1


def test_a_hidden_state_fades_where_a_window_ends():
    memory = np.array(found()["rnn"]["memory"])
    assert memory[0] > 0.95
    assert 0.05 < memory[4] < 0.999
    assert abs(memory[-1]) < 0.1
    assert found()["mlp"]["memory"][0] == pytest.approx(1)
    assert abs(found()["mlp"]["memory"][1]) < 0.1


def test_too_short_a_text_is_told_so_in_words():
    said = answer("facts", input="text", hidden=16)
    assert said["models"] == []
    assert said["sentence"].startswith("This sequence has 39 steps")
    assert "at least 51" in said["sentence"]
    assert "lower hidden to 12" in said["sentence"]
    assert answer("facts", input="text", hidden=12)["models"] != []
    assert drawn("facts", input="text", hidden=16)["layout"]["annotations"][0]["text"] == "too little to fit and test"


def test_a_text_has_hits():
    text = "abc" * 60
    hits = found(input="text", text=text)["rnn"]["hits"]
    assert hits["original"] == 1
    assert hits["shuffled"] < 0.6
    assert found()["rnn"]["hits"]["original"] is None


def test_nothing_is_foretold_of_what_never_changes():
    said = answer("facts", input="constant", **SMALL)
    assert "there is nothing to foretell" in said["sentence"]
    assert said["models"][0]["unexplained"]["original"] is None


def test_one_sentence_stands_above_the_picture_and_the_rest_below():
    said = answer("facts", **SMALL)
    assert said["sentence"].count(". ") == 0
    changed, held = said["notes"]
    assert changed.startswith("Shuffling changes its triangle by a factor of up to 10^")
    assert changed.endswith("that of the MLP not at all.")
    assert held.startswith("More than half of what entered can be read back from up to")
    assert drawn("facts", **SMALL)["layout"]["meta"] == {"sentence": said["sentence"], "notes": said["notes"]}


def test_a_prediction_that_runs_away_is_told_in_few_words():
    said = answer("facts", init="identity", activation="relu", length=40, gain=3)["sentence"]
    assert "leaves more than 1000 % of the next value’s variance" in said
    assert len(said) < 250


def test_the_order_that_is_set_does_not_matter_for_all_are_shown():
    assert answer("facts", order="shuffled", **SMALL) == answer("facts", **SMALL)


def test_own_weights_are_measured_alone():
    models = answer("facts", own([[0.5, 0.1], [0.0, 0.3]], length=40))["models"]
    assert [each["name"] for each in models] == ["rnn"]


def test_the_laws_are_held_to_the_answer():
    told = {each.name: each for each in VIEWS["facts"].checks(experiment(**SMALL), Memo(2**26))}
    assert told["held inputs"].passed
    assert told["held inputs"].value is not None
    assert told["order of an MLP"].passed


@pytest.mark.parametrize("model", ["mlp", "window", "attention"])
def test_the_output_is_linear_in_the_hidden_layer(model):
    trace = direct_run(experiment(model=model, **SMALL), Memo(2**26))
    given = trace.parameters  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        trace.hidden() @ given["weight_o"].T + given["bias_o"],
        trace.outputs - (given["weight_o"] @ given["bias_v"] if model == "attention" else 0),
        atol=1e-12,
    )


def test_the_last_inputs_stand_side_by_side():
    np.testing.assert_array_equal(input_windows(np.array([[1.0], [2], [3]]), 2), [[1, 0], [2, 1], [3, 2]])


def test_the_figure_has_three_orders_and_a_line_for_every_model():
    names = [trace["name"] for trace in drawn("facts", **SMALL)["data"]]
    assert names[:3] == ["original", "shuffled", "reversed"]
    assert len(names) == 9


def test_the_table_has_a_row_for_every_number():
    columns = ask("facts", **SMALL).columns()
    assert len(columns["value"]) == 6 * (4 * 3 + 25)
