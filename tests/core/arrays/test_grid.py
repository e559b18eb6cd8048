"""Sampled steps are even, distinct, and end at the last one."""

import numpy as np

from unrolled.core.arrays.grid import sample_steps, square_grid


def test_the_samples_are_even_and_end_at_the_last_step():
    np.testing.assert_array_equal(sample_steps(5, 256), [1, 2, 3, 4, 5])
    for length, resolution in ((1000, 128), (257, 256), (4096, 2), (7, 3)):
        steps = sample_steps(length, resolution)
        assert steps[-1] == length
        assert steps[0] >= 1
        assert len(steps) <= resolution
        assert len(set(np.diff(steps))) <= 1


def test_the_stride_is_the_distance_of_neighbouring_samples():
    strides = [square_grid(np.array(steps)).stride for steps in ([7], [3, 7], [1, 3, 5])]
    assert strides == [1, 4, 2]
