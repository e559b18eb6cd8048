"""The sentences of the views of one derivative, also those that few networks bring about."""

from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, result_of

NONE = -np.inf


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([np.nan, np.nan], "the directions have drawn so close that float64 cannot tell them apart."),
        ([NONE, NONE], "every direction is exactly zero."),
        ([-1.0], "the only direction has the gain 10^−1."),
        ([-1.0, NONE], "the best of 2 directions has the gain 10^−1, and it alone arrives within a thousandth of it."),
        (
            [-1.0, -9.0],
            "the best of 2 directions has the gain 10^−1, and it alone arrives within a thousandth of it; "
            "the worst has 10^−9.",
        ),
        (
            [-1.0, -2.0, NONE],
            "the best of 3 directions has the gain 10^−1, and 2 of them arrive within a thousandth of it.",
        ),
        (
            [-1.0, -2.0],
            "the best of 2 directions has the gain 10^−1, and 2 of them arrive within a thousandth of it; "
            "the worst has 10^−2.",
        ),
    ],
)
def test_the_spectrum_says_how_many_directions_are_left(values, sentence):
    result = replace(result_of("spectrum", length=4, hidden=2), values=np.array([values]), exponents=None)
    assert replace(result, lag=np.array([3])).sentence() == f"After 3 steps {sentence}"
    assert replace(result, lag=np.array([0])).sentence() == f"Within one step {sentence}"
    further = replace(result, lag=np.array([3]), beyond=True).sentence()
    assert further.endswith(
        f"{sentence} Longer lags are left out at this size; a later k or a smaller network shows them."
    )


@pytest.mark.parametrize(
    ("wrong", "blocks", "cell"),
    [
        (0.01, "10^−0.99, close to it.", "10^−2, close to it."),
        (2.0, "10^1, 10^2 times too much.", "1, 10^2 times too much."),
        (-2.0, "10^−3, 10^2 times too little.", "10^−4, 10^2 times too little."),
        (0.0, "10^−1.", "10^−2."),
    ],
)
def test_shortcuts_are_close_or_wrong_by_a_factor(wrong, blocks, cell):
    result = result_of("shortcuts", model="lstm", length=2, hidden=2)
    h, c = np.full(2, -1.0), np.full(2, -2.0)
    wrong_ones = {"blocks": h + wrong, "gates": c + wrong, "held_c": c + wrong}
    curves = replace(result.curves, lag=np.array([0, 1]), truth_h=h, truth_c=c, **wrong_ones)
    assert replace(result, curves=curves).sentence() == (
        f"After 1 step ∂h_t/∂h_k has the size 10^−1; the product of its h-blocks says {blocks} "
        f"∂c_t/∂c_k has 10^−2; the forget gates alone say {cell} With h_k held fixed, ∂c_t/∂c_k has {cell}"
    )


def test_without_a_chain_the_jacobian_is_one_hop_or_nothing():
    hop = answer("jacobian", model="attention", length=5, hidden=3)["sentence"]
    assert hop.startswith("Of a nudge to x_1, o_5 feels at most ")
    assert hop.endswith(", in one hop.")
    assert answer("jacobian", model="window", window=2, length=5, hidden=3)["sentence"] == (
        "Of a nudge to x_1, o_5 feels exactly nothing: no path leads from one to the other."
    )


@pytest.mark.parametrize(
    ("values", "directions"),
    [
        ([0.0, -0.5], "all 2 directions arrive at a tenth of that or more."),
        ([0.0, -2.0], "1 of 2 directions arrives at a tenth of that or more."),
        ([0.0, -0.5, -2.0], "2 of 3 directions arrive at a tenth of that or more."),
    ],
)
def test_the_directions_of_a_hop_are_counted(values, directions):
    result = result_of("jacobian", model="attention", length=5, hidden=3, input="text", text="abcab")
    sentence = replace(result, log10_singular_values=np.array(values)).sentence()
    assert sentence.endswith(f", in one hop; {directions}")
