"""What the diagnosis says."""

import numpy as np
import pytest

from tests.views.answers import answer, own
from unrolled.core.behaviour.attribution import Attribution
from unrolled.core.behaviour.summary import Summary
from unrolled.views.diagnosis.text import cause_sentence, memory_sentence, remedy_sentence, units_sentence


def test_truncation_cannot_cut_what_is_kept():
    response = answer("diagnosis", own([[1.0]], length=6))["truncation"]
    assert response["steps"] == 6
    assert response["sentence"].startswith("Truncation would cut into what counts")


def test_sentences_agree_in_number():
    sentence = answer("diagnosis", length=40, hidden=6, model="gru")["cause"]
    assert "what the matrices do gives " in sentence
    assert "the gate that keeps the past takes " in sentence
    vanilla = answer("diagnosis", own([[0.5]], length=9, activation="sigmoid"))["cause"]
    assert "the slope of the activation takes " in vanilla


def test_a_memory_of_zero_steps_has_a_sentence():
    sentence = answer("diagnosis", own([[1e-9]], length=9))["sentence"]
    assert sentence.endswith("No step remembers even the one before it.")


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 7), (3, None), (0, 0)])
def test_how_far_single_steps_remember(low, high):
    assert (
        memory_sentence(low, high)
        == {
            (1, 1): "Every step remembers 1 step.",
            (2, 7): "Single steps remember between 2 and 7 steps.",
            (3, None): "Single steps remember between 3 and all of its past.",
            (0, 0): "No step remembers even the one before it.",
        }[low, high]
    )


@pytest.mark.parametrize(
    ("dead", "saturated", "sentence"),
    [
        (0, 0, "None is dead, none is saturated."),
        (1, 2, "1 unit of 5 is dead, 2 units of 5 are saturated."),
        (3, 1, "3 units of 5 are dead, 1 unit of 5 is saturated."),
    ],
)
def test_units_agree_in_number(dead, saturated, sentence):
    even, one = [{"unit": 1, "share": 0.2}], [{"unit": 4, "share": 0.5}]
    assert units_sentence(5, even, dead, saturated) == f"No unit carries much more than another. {sentence}"
    assert units_sentence(5, one, dead, saturated) == f"Unit 4 carries 50 % of what arrives. {sentence}"


def test_a_remedy_after_which_nothing_arrives_says_so():
    dead = Summary(verdict="vanishes", horizon=2, rate=None)
    assert remedy_sentence("Gain 2", dead) == "Gain 2: exactly nothing arrives, a memory of 2 steps."


def test_a_change_without_parts_has_no_causes_unless_nothing_is_left():
    assert cause_sentence(Attribution(-0.1, 5, 3, ())) == ""
    assert cause_sentence(Attribution(-np.inf, 5, 3, ())).startswith("The product dies exactly over 5 steps")
