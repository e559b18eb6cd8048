"""What the diagnosis says."""

import numpy as np
import pytest

from tests.views.answers import answer, own
from unrolled.core.behaviour.attribution import Attribution
from unrolled.core.behaviour.saturation import Saturation
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


def units(arriving, dead=0, saturated=0, right=None, *, is_output=False):
    kept = None if right is None else np.arange(right)
    return Saturation(
        np.array(arriving), np.ones(5) / 5, np.arange(dead), np.arange(saturated), kept, 16, 3, 5, is_output
    )


EVEN, TWO = [0.2] * 5, [0.06, 0.06, 0.06, 0.42, 0.4]


def test_units_that_carry_much_are_named():
    two = "82 % of the squared gradient over 16 steps flows through units 4 and 5, on average over 3 starts."
    assert units_sentence(units(TWO)) == f"{two} No dead or saturated units."
    assert units_sentence(units([0.05, 0.8, 0.05, 0.05, 0.05])).startswith("80 % of the squared gradient over 16 steps")
    assert "through unit 2, on" in units_sentence(units([0.05, 0.8, 0.05, 0.05, 0.05]))
    assert "is that of outputs 4 and 5, on" in units_sentence(units(TWO, is_output=True))
    even = "No unit carries much more of the gradient over 16 steps than another."
    assert units_sentence(units(EVEN)) == f"{even} No dead or saturated units."


def test_idle_units_are_counted():
    assert units_sentence(units(EVEN, 1, 2)).endswith(
        "Dead units: 1 of 5; saturated, with a slope below a tenth of the largest at nine of ten steps: 2."
    )


def test_the_two_ends_of_a_gate_are_told_apart():
    assert units_sentence(units(EVEN, right=0)).endswith("No dead or saturated units.")
    sentence = units_sentence(units(EVEN, 0, 1, 4))
    assert sentence.endswith(
        "Dead units: 0 of 5; left-saturated, with a gate below 0.1 at nine of ten steps, which keeps little: 1; "
        "right-saturated, above 0.9, which keeps nearly everything: 4."
    )
    assert (sentence.values["saturated"], sentence.values["right_saturated"]) == (1, 4)


def test_a_remedy_after_which_nothing_arrives_says_so():
    dead = Summary(verdict="vanishes", horizon=2, rate=None)
    assert remedy_sentence("Gain 2", dead) == "Gain 2: exactly nothing arrives, a memory of 2 steps."


def test_a_change_without_parts_has_no_causes_unless_nothing_is_left():
    assert cause_sentence(Attribution(-0.1, 5, 3, ())) == ""
    assert cause_sentence(Attribution(-np.inf, 5, 3, ())).startswith("The product dies exactly over 5 steps")
