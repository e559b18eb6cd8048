"""Powers of two: scaling loses nothing, and what lost its digits is noticed."""

import numpy as np
import pytest

from unrolled.core.arrays.scaling import (
    FAR_LOW,
    flush_subnormal,
    kept_precision,
    largest_singular_values,
    log10_frobenius,
    log10_unscaled,
    renormalise_,
    renormalised,
    require_finite,
    rescale,
)
from unrolled.errors import Overflow

SIZES = np.array([1.0, 1e-300, 1e300, 3.0, 0.0])[:, None, None]


def matrices():
    return SIZES * np.random.default_rng(0).standard_normal((5, 3, 2))


def test_rescaling_is_exact_and_leaves_zero_alone():
    before = matrices()
    scaled, exponents = rescale(before)
    np.testing.assert_array_equal(np.ldexp(scaled, exponents[:, None, None]), before)
    largest = np.abs(scaled).max(axis=(1, 2))
    assert ((largest >= 0.5) & (largest < 1.0)).tolist() == [True] * 4 + [False]
    assert exponents[4] == 0


def test_only_what_strayed_is_renormalised_in_place_and_exactly():
    before, exponents = matrices(), np.array([5, 0, -7, 0, 3])
    after, powers = before.copy(), exponents.copy()
    squares = renormalise_(after, powers)
    # The true matrices are the same: one differs by the power of two that it was given.
    np.testing.assert_array_equal(np.ldexp(after, (powers - exponents)[:, None, None]), before)
    assert (powers != exponents).tolist() == [False, True, True, False, False]
    np.testing.assert_allclose(squares, np.square(after).sum(axis=(1, 2)), rtol=1e-15)
    again = before.copy()
    found = renormalised(again)
    np.testing.assert_array_equal(found, powers - exponents)
    # Whole numbers, as `np.ldexp` takes them.
    assert found.dtype == np.int64
    np.testing.assert_array_equal(again, after)


def test_lost_digits_are_noticed():
    fine = np.array([[1.0, 1e-200], [2.0, 1e200]])
    assert kept_precision(fine)
    assert kept_precision(np.array([[0.0, 1.0], [0.0, 1.0]])), "zero stays zero"
    assert not kept_precision(np.array([[1.0, 1.0], [0.0, 1.0]])), "what became zero may have been a number"
    assert not kept_precision(np.array([[1.0], [FAR_LOW / 2]]))
    assert not kept_precision(np.array([[1.0], [np.inf]]))


def test_factors_too_small_to_have_all_digits_are_closed():
    assert flush_subnormal(np.array([1e-301, 1e-302, -1e-310, -0.5])).tolist() == [1e-301, 0.0, 0.0, -0.5]


def test_norms_are_those_of_the_true_matrices():
    scaled, exponents = np.random.default_rng(1).standard_normal((4, 3, 3)), np.array([0, 4000, -4000, 0])
    truth = np.log10(np.linalg.norm(scaled, axis=(1, 2))) + exponents * np.log10(2.0)
    # Its square is no float64.
    scaled[3] *= 1e-200
    truth[3] -= 200.0
    np.testing.assert_allclose(log10_frobenius(scaled, exponents), truth, rtol=1e-14)
    assert log10_unscaled(np.array([0.0]), np.array([7])) == -np.inf
    for shape in ((4, 3, 3), (4, 1, 3), (4, 3, 1)):
        some = np.random.default_rng(2).standard_normal(shape)
        np.testing.assert_allclose(largest_singular_values(some), np.linalg.norm(some, 2, axis=(1, 2)), rtol=1e-14)


def test_a_zero_matrix_has_no_size():
    assert log10_frobenius(np.zeros((1, 2, 2)), np.array([9]))[0] == -np.inf


def test_the_first_step_of_all_arrays_is_named():
    fine, late, early = np.ones((5, 2)), np.ones((5, 3)), np.ones((5, 1))
    require_finite((fine, late, early), "ReLU")
    late[3, 1], early[2, 0] = np.inf, np.nan
    with pytest.raises(
        Overflow, match=r"With ReLU the state .* at step 3: .* \(to less than 3\), or choose"
    ) as refused:
        require_finite((fine, late, early), "ReLU")
    assert "bounded" in str(refused.value)


def test_no_activation_is_advised_where_none_would_help():
    with pytest.raises(Overflow, match=r"With GRU the score .* at step 1: .*\(to less than 1\)\.$"):
        require_finite((np.full((2, 2), np.inf),), "GRU", "the score", is_bounded=False)
