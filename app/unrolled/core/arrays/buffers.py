"""Arrays that are used again: the system makes fresh memory page by page, whenever a large array is made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod

import numpy as np

from unrolled.core.arrays.types import Array


class BufferPool:
    """Memory to borrow, by one thread or several."""

    def __init__(self) -> None:
        self._free: list[Array] = []

    @contextmanager
    def borrowed(self, *shape: int) -> Iterator[Array]:
        """Lend an array of a shape and any content, good until the end of the context."""
        size = prod(shape)
        try:
            flat = self._free.pop()
        except IndexError:
            flat = np.empty(size)
        if flat.size < size:
            flat = np.empty(size)
        yield flat[:size].reshape(shape)
        self._free.append(flat)
