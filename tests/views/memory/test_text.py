"""What the measurements of order and memory say."""

from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of
from tests.views.memory.answers import result
from unrolled.views.memory import measure
from unrolled.views.memory.measure import ModelMemory, Span
from unrolled.views.memory.text import memory_sentences


def test_a_text_that_is_too_short_says_what_would_be_enough():
    response = answer("facts", input="text", hidden=16)
    assert response["models"] == []
    assert response["sentence"] == (
        "This sequence has 39 steps: to fit 16 numbers a step to one part of it and to test them on another takes at "
        "least 51. Please type a longer text, or lower hidden to 12."
    )
    assert measure.needed_steps(experiment(input="text", hidden=12)) == 39
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
    assert "there is nothing to foretell" in response["sentence"]
    assert response["models"][0]["unexplained"]["original"] is None


def test_one_sentence_stands_above_the_picture_and_the_rest_below():
    response = result().payload()
    assert response["sentence"].count(". ") == 0
    changed, memory = response["notes"]
    assert changed.startswith("Shuffling changes its triangle by a factor of up to 10^")
    assert changed.endswith("that of the MLP not at all.")
    assert memory.startswith("More than half of what entered can be read back from up to")


def test_a_diverging_prediction_has_a_short_sentence(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    sentence = answer("facts", init="identity", activation="relu", length=40, gain=3)["sentence"]
    assert "leaves more than 1000 % of the next value’s variance" in sentence
    assert len(sentence) < 250


def model(name, change, memory):
    """Return a model's measurements with a change of its triangle by a shuffle, and R² by lag."""
    shares = np.array([0.2, np.inf, 20.0])
    return ModelMemory(
        name, name.upper(), shares, np.full(3, np.nan), np.full(3, np.nan), np.array([0.0, change, 0.0]), memory
    )


@pytest.mark.parametrize(
    ("change", "mlp", "sentence"),
    [
        (0.0, 0.0, "Shuffling leaves the triangle of the RNN as it is."),
        (2.0, 0.0, "Shuffling changes its triangle by a factor of up to 10^2, that of the MLP not at all."),
        (2.0, 1.0, "Shuffling changes its triangle by a factor of up to 10^2."),
        (np.inf, 0.0, "Shuffling changes its triangle down to nothing in places, that of the MLP not at all."),
        (np.inf, 1.0, "Shuffling changes its triangle down to nothing in places."),
    ],
)
def test_a_shuffle_changes_the_triangle_by_so_much(change, mlp, sentence):
    memory = np.array([1.0, 0.8, 0.2])
    models = (model("rnn", change, memory), model("mlp", mlp, memory), model("window", 1.0, np.full(3, np.nan)))
    order, triangle, reach = memory_sentences(experiment(), models, (), Span(600, 48, 2))
    assert order == (
        "Over 600 steps the RNN leaves 20 % of the next value’s variance unexplained, an unknown "
        "share once it is shuffled "
        "and more than 1000 % backwards."
    )
    assert triangle == sentence
    assert reach == (
        "More than half of what entered can be read back from up to 1 step ago out of the "
        "RNN (K = 8). The window "
        "holds too many numbers to be fitted on so few steps."
    )


def test_an_order_in_which_nothing_changes_has_no_share():
    def order(*shares):
        one = replace(model("rnn", 0.0, np.array([1.0, 0.8])), unexplained=np.array(shares))
        return memory_sentences(experiment(), (one,), (), Span(600, 48, 1))[0]

    assert order(np.nan, 0.2, 0.3).startswith("Over 600 steps nothing changes in the tested part")
    assert order(0.2, np.nan, 0.3).endswith("an unknown share once it is shuffled and 30 % backwards.")
    assert order(0.2, 0.3, np.nan).endswith("30 % once it is shuffled and an unknown share backwards.")
