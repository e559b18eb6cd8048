"""The last factor of a product in numbers and words."""

import numpy as np
import pytest

from tests.views.answers import answer, own


def test_the_slopes_of_the_factor():
    factor = answer("jacobian", own([[0.5]], length=3, activation="sigmoid"))["factor"]
    # h_1 = σ(0) = ½, h_2 = σ(¼), h_3 = σ(½ σ(¼)); the slope at step 3 is s(1 − s).
    state = 1 / (1 + np.exp(-0.5 / (1 + np.exp(-0.25))))
    assert factor["slope_min"] == factor["slope_max"] == pytest.approx(state * (1 - state))


def test_the_sentence_of_an_rnn_has_every_number():
    factor = answer("jacobian", own([[0.5]], length=3))["factor"]
    assert factor["sentence"] == (
        "At step 3 this factor has the norm 10^−0.30 = 0.500. Its slopes φ′ run from 1.000 to 1.000, 1.000 on average; "
        "W_hh alone stretches by at most 0.500."
    )
    dead = answer("jacobian", own([[0.0]], length=3))["factor"]
    assert "has the norm 0. Its slopes" in dead["sentence"]


def test_a_gated_network_speaks_of_its_gate():
    begins = {
        "lstm": "With h held fixed, a cell keeps what its forget gate lets through: at step 5 f runs from",
        "gru": "What the gate keeps passes without a matrix: at step 5 z runs from",
    }
    for model, begin in begins.items():
        factor = answer("jacobian", model=model, length=5, hidden=3)["factor"]
        low, mean, high = (f"{factor[name]:.3f}" for name in ("slope_min", "slope_mean", "slope_max"))
        assert factor["sentence"].startswith(f"{begin} {low} to {high}, {mean} on average.")
        assert factor["sentence"].endswith(f"stretches by at most {factor['sigma_max_weight']:.3f}.")


def test_a_factor_without_a_matrix_is_its_gate():
    factor = answer("jacobian", length=6, hidden=3, model="mingru", k=2)["factor"]
    assert (factor["what"], factor["kept"], factor["whole"], factor["sigma_max_weight"]) == ("1 − z", "h", True, None)
    assert "and that is the whole factor" in factor["sentence"]
    assert 10 ** factor["log10_norm"] == pytest.approx(factor["slope_max"], rel=1e-12)


@pytest.mark.parametrize(("model", "kept", "whole"), [("rnn", "", False), ("lstm", "c", True), ("gru", "h", False)])
def test_what_a_gate_keeps_and_whether_that_is_all(model, kept, whole):
    factor = answer("jacobian", length=6, hidden=3, model=model, k=2)["factor"]
    assert (factor["kept"], factor["whole"]) == (kept, whole)
