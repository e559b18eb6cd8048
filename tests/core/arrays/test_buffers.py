"""Borrowed memory is given back and used again, and two who borrow at a time have two."""

import numpy as np

from unrolled.core.arrays.buffers import BufferPool


def test_memory_is_used_again_and_grows_when_it_must():
    pool = BufferPool()
    with pool.borrowed(3, 4) as first:
        assert first.shape == (3, 4)
    with pool.borrowed(2, 5) as second:
        assert np.shares_memory(first, second)
    with pool.borrowed(40) as larger:
        assert not np.shares_memory(first, larger)
        with pool.borrowed(40) as another:
            assert not np.shares_memory(larger, another)
