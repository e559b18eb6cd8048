"""What order and memory are worth, held to what must be so of sequences and models that are known."""

from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, own
from tests.views.memory.answers import SMALL, models
from unrolled.core.feedforward.mlp import input_windows
from unrolled.core.models import MODELS
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo
from unrolled.views.memory import measure


def test_every_model_is_measured():
    assert list(models()) == list(MODELS)


def test_a_shuffled_wave_is_unpredictable():
    for model in ("rnn", "lstm", "gru", "window"):
        error = models(input="sine")[model]["unexplained"]
        assert error["original"] < 0.01, model
        assert error["reversed"] < 0.01, model
        assert error["shuffled"] > 0.9, model


def test_shuffling_white_noise_changes_no_score(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    errors = [answer("facts", **SMALL, seed=seed)["models"][0]["unexplained"] for seed in range(6)]
    original, shuffled = (np.mean([error[order] for error in errors]) for order in ("original", "shuffled"))
    assert original == pytest.approx(1, abs=0.05)
    assert original - shuffled == pytest.approx(0, abs=0.05)


def test_shuffling_leaves_the_triangle_of_an_mlp_and_changes_that_of_a_network():
    named = models(input="sunspots")
    zero = pytest.approx(0, abs=1e-9)
    assert named["mlp"]["change"] == {"original": 0, "shuffled": zero, "reversed": zero}
    assert all(named[name]["change"]["shuffled"] > 0.01 for name in ("rnn", "lstm", "gru", "window", "attention"))


def test_a_linear_network_has_one_triangle_for_all_orders(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    (linear,) = answer("facts", **SMALL, activation="identity", gain=0.9)["models"]
    assert linear["change"]["shuffled"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("window", few([1, 3, 8], [3, 8]))
def test_a_window_holds_its_inputs_whole_and_of_noise_nothing_before_them(window):
    memory = np.array(models(**({} if window == 8 else {"window": window}))["window"]["memory"])
    np.testing.assert_allclose(memory[:window], 1, atol=1e-9)
    assert np.abs(memory[window:]).max() < 0.1


def test_a_hidden_state_fades_where_a_window_ends():
    memory = np.array(models()["rnn"]["memory"])
    assert memory[0] > 0.95
    assert 0.05 < memory[4] < 0.999
    assert abs(memory[-1]) < 0.1
    assert models()["mlp"]["memory"][0] == pytest.approx(1)
    assert abs(models()["mlp"]["memory"][1]) < 0.1


def test_a_text_has_hits():
    hits = models(input="text", text="abc" * 60)["rnn"]["hits"]
    assert hits["original"] == 1
    assert hits["shuffled"] < 0.6
    assert models()["rnn"]["hits"]["original"] is None


def test_own_weights_are_measured_alone():
    measured = answer("facts", own([[0.5, 0.1], [0.0, 0.3]], length=40))["models"]
    assert [model["name"] for model in measured] == ["rnn"]


@pytest.mark.parametrize("model", ["mlp", "window", "attention"])
def test_the_output_is_linear_in_the_hidden_layer(model):
    trace: Any = run(experiment(model=model, **SMALL), Memo(2**26)).trace
    parameters = trace.parameters
    shift = parameters["weight_o"] @ parameters["bias_v"] if model == "attention" else 0
    expected = trace.outputs - shift
    np.testing.assert_allclose(trace.hidden() @ parameters["weight_o"].T + parameters["bias_o"], expected, atol=1e-12)


def test_the_last_inputs_stand_side_by_side():
    np.testing.assert_array_equal(input_windows(np.array([[1.0], [2], [3]]), 2), [[1, 0], [2, 1], [3, 2]])
