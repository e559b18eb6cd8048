"""Notes under the picture: what is cut off, which derivative is shown, over which steps."""

from tests.views.answers import experiment
from unrolled.core.jacobians.truncation import Truncation
from unrolled.query.query import Query
from unrolled.views.text.truncation import direct_notes, faint_note, shortened_note, truncation_notes


def test_a_truncation_counts_the_remaining_pairs():
    assert truncation_notes(Truncation("none", 4), 12) == ()
    counts, detach, kinds = truncation_notes(Truncation("chunked", 4), 12)
    assert counts == (
        "Truncated, chunked at K = 4: of 78 pairs (t, k) 30 are kept (38 %). Faint cells are cut off; "
        "verdict, horizon and rate are those of the whole chain."
    )
    assert detach.startswith("What detach() does: the state keeps its value")
    assert kinds.endswith("Here they keep 30 and 42 pairs.")


def test_a_derivative_that_is_not_of_states_is_named():
    assert direct_notes(Query()) == ()
    assert direct_notes(Query(of="o", wrt="x")) == (
        "Shown is ∂oₜ/∂xₖ: the output o predicts the next input, oₜ = Wₕₒ hₜ + bₕₒ.",
    )
    (note,) = direct_notes(Query(model="mlp"))
    assert "carries no state, so there is no ∂hₜ/∂hₖ" in note


def test_small_multiples_say_what_they_leave_out():
    long = experiment(length=5000, truncation="sliding", window=8)
    assert shortened_note(long, "activation") == "All of them over the first 2,048 steps."
    assert faint_note(long) == "What the truncation cuts off is faint; rates are those of the whole chain."
    assert shortened_note(long, "length") == ""
    assert shortened_note(experiment(), "model") == faint_note(experiment()) == ""
