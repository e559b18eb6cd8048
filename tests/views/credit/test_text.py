"""What credit says."""

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, figure_of
from tests.views.test_checks import failed
from unrolled.experiment.experiment import Experiment
from unrolled.views.credit.text import CreditSummary, credit_sentence, signed_percent

KEYS = {
    "loss", "measure", "layer", "t", "k", "log10_norm", "log10_contribution", "share", "by_lag", "losses", "loss_steps",
    "loss_sum", "log10_gradient", "reached", "truncation", "exact_zeros", "labels", "column_labels", "stride", "scale",
    "notes", "sentence",
}  # fmt: skip


@pytest.mark.parametrize(("share", "text"), [(0.001, "less than 1 %"), (-0.3, "−30 %")])
def test_a_sample_with_a_small_share_says_nothing_about_the_full_gradient(share, text):
    facts = CreditSummary("sum", 100, 10, 10, 100, 5.0, 0.5, share, share, 3 if share > 0 else None, np.nan, 10, False)
    sentence = credit_sentence(facts)
    assert sentence.endswith(
        f"The 10 losses that are shown bring {text} of it: too little to say how far back it goes."
    )
    assert "Pairs at most 3 steps apart" in credit_sentence(replace(facts, share=0.1, own_share=0.05, reached=3))


def test_the_sentence_counts_back_to_where_most_of_it_is():
    response = answer("credit", length=20, hidden=5, init="orthogonal")
    reached = np.cumsum(response["by_lag"])
    back = max(lag for lag in range(len(reached)) if reached[lag] < 0.9) + 1
    assert response["reached"] == back
    assert f"Pairs at most {back} steps apart bring 90 % of it" in response["sentence"]
    memoryless = answer("credit", gain=0, length=9)
    assert memoryless["reached"] == 0
    assert memoryless["by_lag"][0] == pytest.approx(1)
    assert memoryless["sentence"].endswith("Pairs of the same step, t = k, bring at least 90 % of it.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"length": 1}, "No step has a next value to foretell"),
        ({"input": "text", "amplitude": 0}, "No step has a next value to foretell"),
        ({"input": "text", "text": "a", "length": 9}, "No step has a next value to foretell"),
        ({"length": 2}, "its gradient of W_hh is exactly zero"),
    ],
)
def test_without_a_loss_or_a_gradient_the_answer_says_so(fields, sentence):
    response = answer("credit", **fields)
    assert sentence in response["sentence"]
    assert response["log10_gradient"] is None
    assert set(response) == KEYS
    json.dumps(figure_of("credit", **fields), allow_nan=False)
    assert not failed("credit", **{"hidden": 16} | fields)


def test_notes_say_what_must_be_known():
    notes = answer("credit", length=12, layers=2, layer=1, input="text", text="abcab")["notes"]
    assert any("goes up through the layers above at the same step k" in note for note in notes)
    assert any("the last loss is that of step 4" in note for note in notes)
    assert any("cross-entropy in nats" in note for note in notes)
    assert any("the initial state, which is zero" in note for note in notes)
    assert not any("layers above" in note for note in answer("credit", length=12)["notes"])


def test_a_dead_layer_with_its_own_initial_state_is_not_reported_as_starting_at_zero():
    weights = {"weight_ih_l0": [[0.0]], "weight_hh_l0": [[-1.0]], "bias_ih_l0": [-1.0], "bias_hh_l0": [0.0]}
    network = Experiment.of_arrays({"activation": "relu"}, weights, [[1.0]] * 4, {"h": [1.0]})
    response = answer("credit", network)
    assert "exactly zero" in response["sentence"]
    assert not any("initial state" in note or "100 %" in note for note in response["notes"])


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.31, "31 %"), (-0.04, "−4 %"), (1.2, "120 %"), (12.0, "12 times all"), (np.nan, "nothing"), (-0.001, "−1 %")],
)
def test_a_share_may_be_negative_or_more_than_all(share, text):
    assert signed_percent(share) == text


def test_the_sentence_of_a_sample_states_what_it_covers():
    sample = CreditSummary("sum", 100, 10, 10, 100, 5.0, 0.5, 0.5, 0.2, 3, np.nan, 10, False)
    first = "The loss of 100 steps is 5; its gradient of W_hh has the size 10^0.5."
    assert credit_sentence(sample) == (
        f"{first} Pairs at most 3 steps apart bring 90 % of what the 10 losses that are shown bring, those of the step "
        "itself 40 %."
    )
    assert credit_sentence(replace(sample, reached=0)) == (
        f"{first} Pairs of the same step, t = k, bring at least 90 % of what the 10 losses that are shown bring."
    )
