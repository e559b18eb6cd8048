"""A row of products carried forward in time: all columns by one matrix product, each with its own exponent."""

import numpy as np

from unrolled.core.arrays.flops import row_step
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Products are moved a few at a time, so that no second copy of all of them is needed.
_CHUNK = 2**18


class ProductRow:
    """The products P[t, k] of one t and every k so far, with room for `capacity` of them.

    They stand transposed, one under the other, so that carrying all of them to the next t is one product of an
    (n·C, S) matrix and an (S, S) matrix. Entry k is truly ``products[k].T * 2**exponents[k]``.
    """

    def __init__(self, capacity: int, width: int, size: int) -> None:
        self._products = np.empty((capacity, width, size))
        self._exponents = np.zeros(capacity, dtype=np.int64)
        self.count = 0

    @property
    def products(self) -> Array:
        """The transposed products, shape (n, C, S)."""
        return self._products[: self.count]

    @property
    def exponents(self) -> Steps:
        """Their powers of two, shape (n,)."""
        return self._exponents[: self.count]

    def append(self, start: Array) -> None:
        """Begin a column with its P[k, k], transposed, shape (C, S)."""
        self._products[self.count], self._exponents[self.count] = start, 0
        self.count += 1
        renormalise_(self._products[self.count - 1 : self.count], self._exponents[self.count - 1 : self.count])

    def extend(self, other: "ProductRow") -> None:
        """Append the columns of another row of the same t."""
        end = self.count + other.count
        self._products[self.count : end], self._exponents[self.count : end] = other.products, other.exponents
        self.count = end

    def left_multiply(self, transposed: Array, power: int) -> None:
        """Multiply every product by ``transposed.T * 2**power`` from the left, and bring back what strays."""
        width, size = self._products.shape[1:]
        chunk = max(1, _CHUNK // (width * size))
        self.exponents[:] += power

        def move(start: int) -> None:
            part = self.products[start : start + chunk]
            part[:] = (part.reshape(-1, size) @ transposed).reshape(part.shape)
            renormalise_(part, self.exponents[start : start + chunk])

        parallel_for(move, range(0, self.count, chunk))
        advance(row_step(self.count, width, size))
