"""Numbers in sentences."""

import numpy as np
import pytest

from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, listed, number, pace, percent, power
from unrolled.views.text.titles import description_of, setting_of, title_of


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (-0.6, "10^−0.6"), (-0.623, "10^−0.62"), (-3.2, "10^−3.2"), (-0.0341, "10^−0.034"), (-57.2, "10^−57"),
        (-1806.2, "10^−1,806"), (2.0, "10^2"), (0.0, "1"), (-1e-9, "1"), (1e-5, "1"), (-np.inf, "0"),
        (0.995, "10^0.99"),        (9.96, "10^10"), (0.0004, "10^0.0004"),
    ],
)  # fmt: skip
def test_powers(log10, text):
    assert power(log10) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"), (1.0, "1"), (1.0998, "1.1"), (1234.5, "1,234"), (-0.5, "−0.5"), (0.0, "0"), (1e-7, "10^−7"),
        (-1e-7, "−10^−7"), (2e9, "10^9.3"), (100.0, "100"),
    ],
)  # fmt: skip
def test_numbers(value, text):
    assert number(value) == text


def test_a_pace_is_a_factor_a_step():
    assert pace(-0.62) == "10^−0.62 a step"
    assert pace(0.0) == "a factor of 1 a step"
    assert pace(-np.inf) == "a factor of 0 a step"


def test_counts_shares_and_lists():
    assert (counted(1, "step"), counted(0, "step"), counted(2000, "step")) == ("1 step", "0 steps", "2,000 steps")
    assert [percent(share) for share in (0.0, 0.001, 0.31, 0.999, 1.0)] == [
        "0 %", "less than 1 %", "31 %", "more than 99 %", "100 %",
    ]  # fmt: skip
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_titles_follow_the_query():
    query = Query(activation="leaky_relu", length=1, gain=1.5, seed=3, hidden=1)
    assert title_of(query) == "leaky ReLU RNN, 1 step"
    assert setting_of(query) == ("1 hidden unit", "PyTorch default", "gain 1.5", "white noise", "seed 3")
    assert title_of(Query()) == "tanh RNN, 32 steps"
    assert description_of(Query(), "Gradients fade by 10^−0.2 a step.") == (
        "tanh RNN, 32 steps: gradients fade by 10^−0.2 a step. 16 hidden units, PyTorch default, white noise, seed 0."
    )
