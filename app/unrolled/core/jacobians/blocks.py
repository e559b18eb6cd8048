"""Products of one-step Jacobians between neighbouring sampled steps, and a row of products carried over them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import inspection, row_step
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product_step_flops
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Entries of the blocks that advance together: they stay in the cache of one core.
CHUNK_ENTRIES = 2**17
# Entries of a row that are moved together, so that no second copy of all of them is needed.
_ROW_ENTRIES = 2**18


@dataclass(frozen=True)
class Blocks:
    """Transposed products (G − 1, S, S) from each sampled step to the next, and their powers of two (G − 1,)."""

    products: Array
    powers: Steps


def block_products(chain: JacobianChain, steps: Steps) -> Blocks:
    """Multiply the one-step Jacobians between neighbouring samples: 2TS³ flops and no array of all Jacobians."""
    size = chain.state_size
    products, powers = np.empty((len(steps) - 1, size, size)), np.zeros(len(steps) - 1, dtype=np.int64)
    chunk = max(1, CHUNK_ENTRIES // size**2)

    def multiply(first: int) -> None:
        part = slice(first, min(first + chunk, len(powers)))
        products[part] = np.eye(size)
        advance_products(chain, products[part], powers[part], steps[:-1][part], steps[1:][part])

    parallel_for(multiply, range(0, len(powers), chunk))
    return Blocks(products, powers)


def advance_products(
    chain: JacobianChain,
    products: Array,
    exponents: Steps,
    starts: Steps,
    ends: Steps,
    observe: Callable[[int, Array, Steps], None] | None = None,
) -> None:
    """Multiply transposed products (n, C, S) on from their starts to their ends, in place with their exponents (n,).

    `observe` is shown the offset, the products and their exponents after every step.
    """
    spans, chunk = ends - starts, max(1, CHUNK_ENTRIES // chain.state_size**2)
    # A few at a time, so that what is moved stays in the cache.
    for offset in range(1, int(spans.max(initial=0)) + 1):
        moving = np.flatnonzero(spans >= offset)

        def move(first: int, steps: Steps = starts + offset, moving: Steps = moving) -> None:
            # Neighbours are reached without a copy.
            chosen = moving[first : first + chunk]
            part = slice(chosen[0], chosen[-1] + 1) if chosen[-1] - chosen[0] == len(chosen) - 1 else chosen
            moved, more = chain.left_multiply(steps[part], products[part])
            powers = exponents[part] + more
            renormalise_(moved, powers)
            products[part], exponents[part] = moved, powers

        parallel_for(move, range(0, len(moving), chunk))
        advance(product_step_flops(chain, len(moving), products.shape[1]))
        if observe is not None:
            observe(offset, products, exponents)
            advance(inspection(len(spans), chain.width, chain.height))


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
        chunk = max(1, _ROW_ENTRIES // (width * size))
        self.exponents[:] += power

        def move(start: int) -> None:
            part = self.products[start : start + chunk]
            part[:] = (part.reshape(-1, size) @ transposed).reshape(part.shape)
            renormalise_(part, self.exponents[start : start + chunk])

        parallel_for(move, range(0, self.count, chunk))
        advance(row_step(self.count, width, size))
