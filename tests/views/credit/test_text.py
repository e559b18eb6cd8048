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
    "loss_sum", "log10_gradient", "residual_by_lag", "reached", "truncation", "exact_zeros", "labels", "column_labels",
    "stride", "scale", "notes", "sentence",
}  # fmt: skip


SAMPLE = CreditSummary("sum", 100, 10, 10, 100, 5.0, 0.5, 0.5, 0.7, 0.08, 3, None, 10, False)


@pytest.mark.parametrize(("share", "text"), [(0.001, "less than 1 %"), (-0.3, "−30 %")])
def test_a_sample_with_a_small_share_says_nothing_about_the_full_gradient(share, text):
    sentence = credit_sentence(replace(SAMPLE, share=share))
    assert f"The projection of what the 10 losses that are shown bring is {text} of it: too little" in sentence
    assert sentence.values["share"] == share
    assert "lags up to 3" in credit_sentence(replace(SAMPLE, share=0.1))


def test_the_sentence_counts_back_to_where_most_of_it_is():
    response = answer("credit", length=20, hidden=5, init="orthogonal")
    residual = response["residual_by_lag"]
    back = max(lag for lag, left in enumerate(residual) if left > 0.1) + 1
    assert response["reached"] == back
    assert (
        f"90 % of it comes from lags up to {back}: what is left out has {100 * residual[back]:.0f} % of its length, "
        f"and {100 * residual[0]:.0f} % if all but lag 0 is left out."
    ) in response["sentence"]
    memoryless = answer("credit", gain=0, length=9)
    assert memoryless["reached"] == 0
    assert memoryless["by_lag"][0] == pytest.approx(1)
    assert memoryless["sentence"].endswith("90 % of it comes from lag 0: what is left out has 0 % of its length.")


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
    first = "The loss of 100 steps is 5; its gradient of W_hh has the size 10^0.5."
    assert credit_sentence(SAMPLE) == (
        f"{first} 90 % of the gradient of the 10 losses that are shown comes from lags up to 3: what is left out has "
        "8 % of its length, and 70 % if all but lag 0 is left out."
    )
    assert credit_sentence(replace(SAMPLE, reached=0)) == (
        f"{first} 90 % of the gradient of the 10 losses that are shown comes from lag 0: what is left out has 8 % of "
        "its length."
    )
