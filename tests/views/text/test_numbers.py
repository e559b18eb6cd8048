"""Numbers in sentences."""

import numpy as np

from unrolled.views.text.numbers import counted, factor, fixed, listed, number, ordinal, pace, percent, power, remainder


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
    assert pace(-0.62) == "× 0.24 per step"
    assert pace(0.0) == "× 1.00 per step"
    assert pace(-np.inf) == "× 0 per step"


def test_a_factor_has_two_digits_that_count_and_three_near_one():
    texts = {
        -0.2: "0.63", -0.0056: "0.987", -0.04: "0.912", 0.0: "1.00", 0.04: "1.10", 0.7: "5.0", 1.59: "39",
        4.08: "12,000", 6.0: "1.0 × 10^6", -3.2: "0.00063", -4.2: "6.3 × 10^−5", -227.3: "5.0 × 10^−228", -np.inf: "0",
        -1e-5: "1.00", 0.9999: "10",
    }  # fmt: skip
    assert {log10: factor(log10) for log10 in texts} == texts
    assert all(factor(log10).value == log10 for log10 in texts)


def test_a_remainder_is_a_share_a_fraction_or_a_power():
    texts = {
        0.0: "100 %", -0.001: "more than 99 %", -0.8: "16 %", -2.0: "1 %", -2.1: "1/130", -3.2: "1/1,600",
        -6.0: "1/1,000,000", -6.2: "6.3 × 10^−7", -np.inf: "0",
    }  # fmt: skip
    assert {log10: remainder(log10) for log10 in texts} == texts


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
