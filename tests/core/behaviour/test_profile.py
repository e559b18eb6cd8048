"""The sizes of a triangle by lag."""

from dataclasses import replace

import numpy as np

from unrolled.core.behaviour.profile import LagProfile, lag_profile


def test_median_and_range_are_taken_over_t():
    triangle = np.array([[0, np.nan, np.nan], [-1.0, 0, np.nan], [-5.0, -3.0, 0]])
    profile = lag_profile(triangle, np.array([1, 2, 3]))
    np.testing.assert_array_equal(profile.lag, [0, 1, 2])
    np.testing.assert_array_equal(profile.median, [0, -2, -5])
    np.testing.assert_array_equal(profile.low, [0, -3, -5])
    np.testing.assert_array_equal(profile.high, [0, -1, -5])


def profile_of(*median):
    sizes = np.array(median, dtype=float)
    return LagProfile(np.arange(len(sizes)), sizes, sizes, sizes)


def test_half_is_the_largest_lag_that_half_of_the_steps_have():
    assert [profile_of(*np.zeros(count)).half for count in (1, 2, 3, 8, 9)] == [0, 1, 1, 4, 4]
    # A block that begins late is compared with a later lag, where there is one.
    assert profile_of(-np.inf, -np.inf, -1.0, -2.0).half == 3
    late = profile_of(-np.inf, -np.inf, -np.inf, -1.0)
    assert (late.half, late.reference_lag, late.is_single) == (3, 3, True)


def test_what_begins_between_two_samples_is_the_reference():
    sampled = replace(profile_of(-np.inf, -3.0, -6.0), lag=np.array([0, 8, 16]), onset=(2, -1.0))
    assert (sampled.reference_lag, sampled.reference, sampled.is_zero) == (2, -1.0, False)
    assert profile_of(-np.inf, -np.inf).is_zero
