"""What the measurements of order and memory say."""

import pytest

from tests.views.asking import answer, drawn, experiment
from tests.views.memory.answers import result
from unrolled.views.memory import measure


def test_a_text_that_is_too_short_says_what_would_be_enough():
    response = answer("facts", input="text", hidden=16)
    assert response["models"] == []
    assert response["sentence"] == (
        "This sequence has 39 steps: to fit 16 numbers a step to one part of it and to test them on another takes at "
        "least 51. Please type a longer text, or lower hidden to 12."
    )
    assert measure.needed_steps(experiment(input="text", hidden=12)) == 39
    assert drawn("facts", input="text", hidden=16)["layout"]["annotations"][0]["text"] == "too little to fit and test"


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
def test_the_way_out_is_one_that_there_is(fields, way_out):
    assert answer("facts", hidden=16, **fields)["sentence"].endswith(way_out)


def test_nothing_is_foretold_of_what_never_changes(monkeypatch):
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


def test_a_prediction_that_runs_away_is_told_in_few_words(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn"])
    sentence = answer("facts", init="identity", activation="relu", length=40, gain=3)["sentence"]
    assert "leaves more than 1000 % of the next value’s variance" in sentence
    assert len(sentence) < 250
