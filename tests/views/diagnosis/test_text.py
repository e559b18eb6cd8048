"""What the diagnosis says."""

import numpy as np

from tests.views.answers import answer, own
from unrolled.core.behaviour.attribution import Attribution, Part
from unrolled.core.behaviour.saturation import Saturation
from unrolled.core.behaviour.step_horizons import StepHorizons
from unrolled.core.behaviour.summary import Summary
from unrolled.query.query import Query
from unrolled.views.diagnosis.text import (
    cause_sentence,
    memory_sentence,
    remedy_sentence,
    truncation_sentence,
    units_sentence,
)


def test_truncation_cannot_cut_what_is_kept():
    response = answer("diagnosis", own([[1.0]], length=6))["truncation"]
    assert (response["steps_low"], response["steps"]) == (6, 6)
    assert response["sentence"] == "99 % of Σ‖∂h_t/∂h_k‖² needs every step: any truncation cuts into it."


def test_a_truncation_that_is_known_between_two_numbers_is_told_as_that():
    query = Query(length=2000, model="lstm", of="c", wrt="c")
    assert truncation_sentence((70, 91), query) == (
        "Truncated BPTT keeps 99 % of Σ‖∂c_t/∂c_k‖² from a K between 70 and 91 on."
    )
    assert truncation_sentence((7, 7), query) == "Truncated BPTT with K = 7 keeps 99 % of Σ‖∂c_t/∂c_k‖²."
    assert truncation_sentence((1, 1), Query(length=1)) == "Truncated BPTT with K = 1 keeps 99 % of Σ‖∂h_t/∂h_k‖²."


def test_the_causes_are_factors_of_the_whole():
    attribution = Attribution(-0.3, 5, 3, (Part("input", 0.1), Part("spectral radius", -0.4)))
    sentence = cause_sentence(attribution)
    assert sentence == (
        "Per step × 0.50 (whole state, lags 0 to 5) = spectral radius ρ(W_hh) × 0.40 · effect of the input × 1.3."
    )
    assert sentence.values["factor"] == -0.3
    gated = answer("diagnosis", length=40, hidden=6, model="gru")["cause"]
    assert "weights × " in gated
    assert "gates at zero input × " in gated
    vanilla = answer("diagnosis", own([[0.5]], length=9, activation="sigmoid"))["cause"]
    assert "φ′ at zero input × " in vanilla


def test_a_memory_of_zero_steps_has_a_sentence():
    sentence = answer("diagnosis", own([[1e-9]], length=9))["sentence"]
    assert "Horizon of single steps: 0 steps, for the 8 steps whose past" in sentence


def test_how_far_single_steps_remember():
    assert memory_sentence(StepHorizons(1, 1, 9, 0)) == "Horizon of single steps: 1 step."
    assert memory_sentence(StepHorizons(2, 7, 9, 0)) == "Horizon of single steps: 2 to 7 steps."
    assert memory_sentence(StepHorizons(3, 3, 9, 4)) == (
        "Horizon of single steps: 3 steps, for the 9 steps whose past is long enough to tell it; that of 4 is too "
        "short."
    )
    some = memory_sentence(StepHorizons(2, 7, 9, 4))
    assert some == (
        "Horizon of single steps: 2 to 7 steps, for the 9 steps whose past is long enough to tell it; that of 4 is too "
        "short."
    )
    assert some.values == {"low": 2, "steps": 7, "told": 9, "untold": 4}
    assert memory_sentence(StepHorizons(None, None, 0, 9)) == ""


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


def test_a_change_says_what_it_gave_and_over_which_steps():
    dead, whole = Summary("zero", 2, None, 3), Summary("preserves", None, 0.0)
    fades = Summary("vanishes", 7, -0.4)
    said = [remedy_sentence("Gain 2", summary, first) for first in (None, 256) for summary in (fades, whole, dead)]
    assert said == [
        "Gain 2: × 0.40 per step, horizon 7 steps.",
        "Gain 2: × 1.00 per step, horizon: the whole sequence.",
        "Gain 2: exactly zero from lag 3 on.",
        "Gain 2, over the first 256 steps: × 0.40 per step, horizon 7 steps.",
        "Gain 2, over the first 256 steps: × 1.00 per step, horizon: all of these.",
        "Gain 2, over the first 256 steps: exactly zero from lag 3 on.",
    ]
    assert said[3].values == {"change": "Gain 2", "first": 256, "pace": -0.4, "steps": 7}


def test_a_change_without_parts_has_no_causes_unless_nothing_is_left():
    assert cause_sentence(Attribution(-0.1, 5, 3, ())) == ""
    assert cause_sentence(Attribution(-np.inf, 5, 3, ())).startswith(
        "Over 5 steps the gradient of the whole state becomes exactly zero"
    )
