"""The chosen derivative, in symbols."""

from tests.views.answers import experiment
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.triangle import told
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views.text.derivative import (
    Derivative,
    derivative,
    direct_notes,
    faint_note,
    shortened_note,
    summary_notes,
    truncation_notes,
)


def test_layers_are_raised_in_a_stack_alone():
    assert derivative(Query()).symbols("t", "k") == "∂h<sub>t</sub> / ∂h<sub>k</sub>"
    stack = derivative(Query(model="lstm", layers=3, origin=1, wrt="c"))
    assert stack == Derivative("h", "c", 3, 1, 3)
    assert stack.symbols("5", "2") == "∂h<sup>(3)</sup><sub>5</sub> / ∂c<sup>(1)</sup><sub>2</sub>"
    inputs = derivative(Query(layers=2, wrt="x"))
    assert (inputs.layer, inputs.origin) == (2, 1)
    assert inputs.symbols("t", "k") == "∂h<sup>(2)</sup><sub>t</sub> / ∂x<sub>k</sub>"


def test_between_two_layers_each_end_has_its_number():
    for fields, expected in (
        ({"layers": 3, "layer": 2}, ("h_5", "h_5")),
        ({"layers": 3, "origin": 1}, ("h³_5", "h¹_5")),
        ({"layers": 3, "origin": 1, "of": "o", "wrt": "h"}, ("o_5", "h¹_5")),
        ({"layers": 3, "wrt": "x"}, ("h_5", "x_5")),
    ):
        assert derivative(Query(**fields)).ends(5, 5) == expected


def test_without_a_state_the_output_moves_with_the_input():
    assert derivative(Query(model="attention")) == Derivative("o", "x", 1, 1, 1)


def test_a_truncation_counts_the_remaining_pairs():
    assert truncation_notes(Truncation("none", 4), 12) == ()
    counts, detach, kinds = truncation_notes(Truncation("chunked", 4), 12)
    assert counts == ("Truncated, chunked at K = 4: of 78 pairs (t, k) 30 are kept (38 %). Faint cells are cut off.")
    assert detach.startswith("What detach() does: the state keeps its value")
    assert kinds.endswith("Here they keep 30 and 42 pairs.")


def test_a_derivative_that_is_not_of_states_is_named():
    assert direct_notes(Query()) == ()
    assert direct_notes(Query(of="o", wrt="x")) == (
        "Shown is ∂oₜ/∂xₖ: the output o predicts the next input, oₜ = Wₕₒ hₜ + bₕₒ.",
    )
    (note,) = direct_notes(Query(model="mlp"))
    assert "carries no state, so there is no ∂hₜ/∂hₖ" in note


def test_verdict_horizon_and_rate_say_of_what_they_are():
    memo = Memo(2**24)
    short, long = experiment(), experiment(length=2000, truncation="sliding")
    assert summary_notes(told(short, memo), short.query) == ()
    whole, some = summary_notes(told(long, memo), long.query)
    assert whole.startswith("Verdict, horizon and rate are those of the derivative itself")
    assert some == "Verdict, horizon and rate are medians over 125 evenly spaced of the 2,000 steps t."
    assert some.values["count"] == len(told(long, memo).steps)


def test_small_multiples_say_what_they_leave_out():
    long = experiment(length=5000, truncation="sliding", window=8)
    assert shortened_note(long, 2048) == "All of them over the first 2,048 steps."
    assert faint_note(long) == "What the truncation cuts off is faint; rates are those of the derivative itself."
    assert shortened_note(long, 5000) == ""
    assert shortened_note(experiment(), 32) == faint_note(experiment()) == ""
