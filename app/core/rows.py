"""A row of products carried forward in time: all columns by one matrix product, each with its own exponent."""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.scaled import LOG10_2, normalised

# A product is renormalised only when its squared norm leaves this range; both ends are far from float64's own.
_LOW, _HIGH = 2.0**-256, 2.0**256


class Row:
    """The products P[t, k] of one t and every k begun so far.

    They stand transposed, one under the other, so that carrying all of them to the next t is one product of an
    (n·S, S) matrix and an (S, S) matrix. Entry k is truly ``products[k].T * 2**exponents[k]``.

    Parameters
    ----------
    capacity : int
        How many columns will be begun at most.
    size : int
        S.
    """

    def __init__(self, capacity: int, size: int) -> None:
        self._front, self._back = np.empty((2, capacity, size, size))
        self._exponents = np.zeros(capacity, dtype=np.int64)
        self._eye = np.eye(size)
        self.count = 0

    @property
    def products(self) -> Array:
        """The transposed products, shape (n, S, S)."""
        return self._front[: self.count]

    @property
    def exponents(self) -> Steps:
        """Their powers of two, shape (n,)."""
        return self._exponents[: self.count]

    def begin(self) -> None:
        """Begin a column: P[t, t] = I."""
        self._front[self.count], self._exponents[self.count] = self._eye, 0
        self.count += 1

    def take(self, other: "Row") -> None:
        """Append the columns of another row of the same t."""
        end = self.count + other.count
        self._front[self.count : end], self._exponents[self.count : end] = other.products, other.exponents
        self.count = end

    def carry(self, transposed: Array, power: int) -> None:
        """Multiply every product by ``transposed.T * 2**power`` from the left.

        Parameters
        ----------
        transposed : array of shape (S, S)
            The transposed factor, contiguous.
        power : int
            Its power of two.
        """
        flat = (self.count * len(transposed), len(transposed))
        np.matmul(self.products.reshape(flat), transposed, out=self._back[: self.count].reshape(flat))
        self._front, self._back = self._back, self._front
        self._exponents[: self.count] += power

    def squares(self) -> Array:
        """Bring products that strayed back to a safe scale, in place, and give all squared Frobenius norms, (n,)."""
        flat = self.products.reshape(self.count, -1)
        squares: Array = np.vecdot(flat, flat)
        strayed = np.flatnonzero(~((squares > _LOW) & (squares < _HIGH)))
        if strayed.size:
            self._front[strayed], powers = normalised(self._front[strayed])
            self._exponents[strayed] += powers
            squares[strayed] = np.vecdot(flat[strayed], flat[strayed])
        return squares

    def logs(self, sizes: Array) -> Array:
        """Turn norms of the scaled products into log10 of the true ones, −inf for zero."""
        with np.errstate(divide="ignore"):
            return np.log10(sizes) + LOG10_2 * self.exponents
