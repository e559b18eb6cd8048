"""What the measurements of order and memory say."""

from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of
from tests.views.memory.answers import result
from unrolled.views.memory import measure
from unrolled.views.memory.capacity import Capacity
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.measure import Measured, ModelMemory
from unrolled.views.memory.span import Span, needed_steps
from unrolled.views.memory.text import memory_sentences


def test_a_text_that_is_too_short_says_what_would_be_enough():
    response = answer("facts", input="text", hidden=16)
    assert response["models"] == []
    assert response["sentence"] == (
        "This sequence has 39 steps: to fit 16 numbers a step to one part of it and to test them on another takes at "
        "least 51. Please type a longer text, or lower hidden to 12."
    )
    assert needed_steps(experiment(input="text", hidden=12)) == 39
    assert (
        figure_of("facts", input="text", hidden=16)["layout"]["annotations"][0]["text"] == "too little to fit and test"
    )


@pytest.mark.parametrize(
    ("fields", "way_out"),
    [
        ({"input": "text", "text": "abc"}, "Please type a longer text."),
        ({"input": "series", "series": "1,2,3,4,5"}, "Please give more numbers."),
        (
            {"input": "series", "series": ",".join(map(str, range(40)))},
            "Please give more numbers, or lower hidden to 12.",
        ),
    ],
)
def test_the_sentence_names_a_remedy_that_fits_the_query(fields, way_out):
    assert answer("facts", hidden=16, **fields)["sentence"].endswith(way_out)


def test_a_constant_series_has_no_prediction(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    response = answer("facts", input="constant", hidden=8, length=24)
    assert "there is nothing to predict" in response["sentence"]
    assert response["models"][0]["unexplained"]["original"] is None


def test_one_sentence_stands_above_the_picture_and_the_rest_below():
    response = result().payload()
    assert response["sentence"].count(". ") == 0
    different, changed, memory = response["notes"]
    assert different.startswith("Shuffling changes the error by ")
    assert different.endswith(" within two standard errors.")
    assert changed.startswith("Shuffling changes its triangle by a factor of up to 10^")
    assert "that of the MLP not at all" in changed
    assert memory.startswith("Driven by independent inputs, drawn from the steps of this sequence, the vanilla RNN has")


def test_a_diverging_prediction_has_a_short_sentence(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    sentence = answer("facts", init="identity", activation="relu", length=40, gain=3)["sentence"]
    assert "steps): more than 10, " in sentence
    assert len(sentence) < 250


SPAN = Span(600, 48, 2, 724)
ORDERS = Estimates(np.array([0.2, np.inf, 20.0]), np.array([0.01, np.nan, 3.0]))


def model(name, change, memory, errors=0.01, missing="", orders=ORDERS):
    """Return a model's measurements with a change of its triangle by a shuffle, and R² by lag."""
    none, by_lag = Estimates.none(3), Estimates(np.array(memory), np.full(len(memory), errors))
    capacity = Capacity(by_lag, float(np.sum(memory[1:])), errors, missing)
    return ModelMemory(name, name.upper(), orders, none, none, none, np.array([0.0, change, 0.0]), 1.0, capacity)


def told(*models, majority=None):
    """Return what is said of some models, the first of which is set."""
    return memory_sentences(experiment(), Measured(models, (), majority or Estimates.none(3)), SPAN)


@pytest.mark.parametrize(
    ("change", "mlp", "sentence"),
    [
        (0.0, 0.0, "Shuffling leaves the triangle of the RNN as it is."),
        (
            2.0,
            0.0,
            "Shuffling changes its triangle by a factor of up to 10^2, that of the MLP not at all; one shuffle and "
            "three others differ by up to 10^1.",
        ),
        (
            2.0,
            1.0,
            "Shuffling changes its triangle by a factor of up to 10^2; one shuffle and three others differ by up to "
            "10^1.",
        ),
        (
            np.inf,
            0.0,
            "Shuffling changes whether its triangle is exactly zero in places, that of the MLP not at all.",
        ),
        (np.inf, 1.0, "Shuffling changes whether its triangle is exactly zero in places."),
    ],
)
def test_a_shuffle_changes_the_triangle_by_so_much(change, mlp, sentence):
    memory = [1.0, 0.8, 0.2]
    others = (model("mlp", mlp, memory), model("window", 1.0, memory, missing="too wide"))
    order, triangle, reach = told(model("rnn", change, memory), *others)
    assert order == (
        "Normalised MSE of predicting the next value (RNN, 600 steps): 0.20 ± 0.01, shuffled not defined, reversed "
        "more than 10 (1 = predicting the mean; ± one standard error)."
    )
    assert triangle == sentence
    assert reach == (
        "Driven by independent inputs, drawn from the steps of this sequence, the RNN has a memory capacity of "
        "1.00 ± 0.01 (Σ R² over lags 1 to 2), and more than half of what entered is read back up to lag 1. The memory "
        "of the WINDOW is not measured: it holds too many numbers to be fitted on so few steps."
    )


def test_an_order_in_which_nothing_changes_has_no_share():
    def order(*shares):
        return told(model("rnn", 0.0, [1.0, 0.8], orders=Estimates(np.array(shares), np.full(3, 0.01))))[0]

    assert order(np.nan, 0.2, 0.3).startswith("Over 600 steps nothing changes in the tested part")
    assert "0.20 ± 0.01, shuffled not defined, reversed 0.30 ± 0.01" in order(0.2, np.nan, 0.3)
    assert "shuffled 0.30 ± 0.01, reversed not defined" in order(0.2, 0.3, np.nan)


def test_an_error_that_is_not_known_is_said_and_nothing_compared():
    orders = Estimates(np.array([0.2, 0.9, 0.3]), np.array([np.nan, 0.1, 0.1]))
    order, *notes = told(model("rnn", 0.0, [1.0, 0.8], orders=orders))
    assert "0.20 (too few changes for an error), shuffled 0.90 ± 0.10" in order
    assert not [note for note in notes if "standard errors" in note and "Shuffling" in note]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        (
            (0.2, 0.9, 0.3),
            "Order matters: shuffling raises the error by 0.70 ± 0.14, which is more than two standard errors. "
            "Reversed, it changes by 0.10 ± 0.14, within two standard errors.",
        ),
        (
            (0.9, 0.8, 0.2),
            "Shuffling changes the error by −0.10 ± 0.14, which is within two standard errors. Reversed, it is smaller "
            "by 0.70 ± 0.14, more than two standard errors.",
        ),
        (
            (0.5, 0.2, 0.9),
            "Shuffling lowers the error by 0.30 ± 0.14, which is more than two standard errors. Reversed, it is larger "
            "by 0.40 ± 0.14, more than two standard errors.",
        ),
    ],
)
def test_a_difference_within_the_error_bars_is_not_told_as_one(shares, sentence):
    assert told(model("rnn", 0.0, [1.0, 0.8], orders=Estimates(np.array(shares), np.full(3, 0.1))))[1] == sentence


@pytest.mark.parametrize(
    ("lead", "sentence"),
    [
        (
            0.3,
            "The share of characters predicted exceeds that of always choosing the most frequent one by 30.0 ± 5.0 "
            "percentage points.",
        ),
        (
            -0.06,
            "The share of characters predicted differs from that of always choosing the most frequent one by −6.0 ± "
            "5.0 percentage points: within two standard errors.",
        ),
        (-0.2, "Always choosing the most frequent character predicts more of them, by 20.0 ± 5.0 percentage points."),
    ],
)
def test_hits_are_told_beside_those_of_the_most_frequent_character(lead, sentence):
    def shares(value):
        return Estimates(np.array([value, 0.1, 0.1]), np.full(3, 0.05))

    one = replace(model("rnn", 0.0, [1.0, 0.8]), hits=shares(0.4), lead=shares(lead))
    order, different = told(one, majority=shares(0.2))[:2]
    assert order.endswith(
        "; 40.0 ± 5.0 % of the characters are predicted and, shuffled, 10.0 ± 5.0 %, where always the most frequent "
        "one gives 20.0 ± 5.0 % and 10.0 ± 5.0 %."
    )
    assert different.endswith(sentence)


@pytest.mark.parametrize(
    ("memory", "errors", "sentence"),
    [
        ([1.0, 0.05], 0.1, "no memory capacity beyond two standard errors (0.05 ± 0.10, Σ R² over lags 1 to 2)"),
        ([1.0, 0.05], 0.1, "read back up to lag 0."),
        ([0.3, 0.1], 0.01, "read back not even at lag 0."),
        ([0.45, 0.1], 0.1, "read back at lag 0 at most, within two standard errors."),
        ([1.0, 0.6], 0.1, "read back up to lag 0 (1 within two standard errors)."),
    ],
)
def test_what_is_read_back_is_told_as_far_as_the_error_bars_tell(memory, errors, sentence):
    assert sentence in told(model("rnn", 0.0, memory, errors))[-1]


def test_a_state_that_overflows_has_no_memory_to_be_told():
    overflow = told(model("rnn", 0.0, [np.nan], missing="overflow"))[-1]
    assert overflow == "Driven by independent inputs, the RNN overflows float64: its memory is not measured."
    assert len(told(model("rnn", 0.0, [np.nan], missing="still"))) == 2
    few = told(model("rnn", 0.0, [np.nan], missing="few"))[-1]
    assert few == "The memory of the RNN is not measured: the sequence changes at too few of its steps."
