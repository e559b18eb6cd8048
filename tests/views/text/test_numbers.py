"""Numbers in sentences."""

import numpy as np

from unrolled.views.text.numbers import counted, fixed, listed, number, ordinal, pace, percent, power


def test_powers():
    texts = {
        -0.6: "10^−0.6", -0.623: "10^−0.62", -3.2: "10^−3.2", -0.0341: "10^−0.034", -57.2: "10^−57",
        -1806.2: "10^−1,806", 2.0: "10^2", 0.0: "1", -1e-9: "1", 1e-5: "1", -np.inf: "0", 0.995: "10^0.99",
        9.96: "10^10", 0.0004: "10^0.0004",
    }  # fmt: skip
    assert {log10: power(log10) for log10 in texts} == texts


def test_numbers():
    texts = {
        0.25: "0.25", 1.0: "1", 1.0998: "1.1", 1234.5: "1,234", -0.5: "−0.5", 0.0: "0", 1e-7: "10^−7", -1e-7: "−10^−7",
        2e9: "10^9.3", 100.0: "100", 0.0001: "0.0001", 0.000099: "10^−4", 999999.4: "999,999", 1e6: "10^6",
    }  # fmt: skip
    assert {value: number(value) for value in texts} == texts


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


def test_ranks():
    assert [ordinal(count) for count in (1, 2, 3, 11, 12, 21, 112, 1003)] == [
        "1st", "2nd", "3rd", "11th", "12th", "21st", "112th", "1,003rd",
    ]  # fmt: skip


def test_decimals_are_fixed_and_zero_has_no_sign():
    assert [fixed(value) for value in (0.125, -0.125, -0.001, 2.0)] == ["0.13", "−0.13", "0.00", "2.00"]
