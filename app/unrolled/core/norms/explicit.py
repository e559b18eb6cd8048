"""Cells that are multiplied out: those of short lags, and those that no bracket encloses."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from unrolled.core.arrays.buffers import BufferPool
from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import log10_unscaled, renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.certified import certified_lambda_max, dense_lambda_max, retried_lambda_max
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Entries of the matrices that are multiplied out together.
_BATCH_ENTRIES = 2**19
# The unproved are retried once there are more than one in so many of these.
_UNPROVED_PART = 4
# After most of a batch stayed unproved, so many batches are decomposed at once.
_PAUSE = 15
# Squares of sizes beyond this are rescaled.
_RANGE = 2.0**20

# Entries of the products that advance together.
_CORNER_ENTRIES = 2**18
# So many of these batches are one task of a thread.
_CORNER_RUN = 2


class SpectralTriangle:
    """A triangle that is being measured, by one thread or several.

    `dense` holds the numbers of cells that took a dense eigensolver, `buffers` memory for whoever measures.
    """

    def __init__(self, chain: JacobianChain, blocks: Blocks, grid: Grid) -> None:
        self.chain, self.blocks, self.grid = chain, blocks, grid
        self.sizes: Array = grid.empty()
        self.dense: list[int] = []
        self.buffers = BufferPool()
        self._batches: list[ExplicitBatch] = []

    @contextmanager
    def batch(self) -> Iterator["ExplicitBatch"]:
        """Lend a batch of waiting cells, maybe those of others too, to one thread at a time."""
        try:
            one = self._batches.pop()
        except IndexError:
            one = ExplicitBatch(self)
        yield one
        self._batches.append(one)

    def finish(self) -> None:
        """Measure the cells that still wait."""
        parallel_for(ExplicitBatch.flush, self._batches)


class ExplicitBatch:
    """A place for cells to wait until there are enough of them to be multiplied out together."""

    def __init__(self, triangle: SpectralTriangle) -> None:
        width, height = triangle.chain.width, triangle.chain.height
        self._triangle, self._count = triangle, 0
        self._capacity = max(1, _BATCH_ENTRIES // (width * height))
        self._products, self._values = np.empty((self._capacity, width, height)), np.zeros(self._capacity)
        self._exponents = np.zeros(self._capacity, dtype=np.int64)
        self._places = np.zeros((2, self._capacity), dtype=np.int64)
        self._unproved: list[tuple[Array, Steps, Steps]] = []
        # Batches still to be decomposed at once.
        self._pause = 0

    def add(self, rows: Steps, columns: Steps, products: Array, exponents: Steps, values: Array | float = 0.0) -> None:
        """Add the cells at some rows and columns (n,): transposed products (n, C, R) and their powers of two (n,).

        The values are lower estimates of the squared sizes of `products`; 0 where nothing is known.
        """
        start = 0
        while start < len(columns):
            if self._count == self._capacity:
                self._measure()
            part = slice(start, start + self._capacity - self._count)
            start, target = part.stop, slice(self._count, self._count + len(columns[part]))
            self._products[target], self._exponents[target] = products[part], exponents[part]
            self._values[target] = values if isinstance(values, float) else values[part]
            self._places[0, target], self._places[1, target] = rows[part], columns[part]
            self._count = target.stop

    def flush(self) -> None:
        """Measure the cells that wait, the unproved ones too."""
        self._measure()
        self._retry()

    def _measure(self) -> None:
        """Measure the cells that wait, and leave the unproved ones for later if they are few."""
        if not self._count:
            return
        products, exponents = self._products[: self._count], self._exponents[: self._count]
        if products.shape[1] > products.shape[2]:
            products = products.swapaxes(1, 2)
        places, smaller = self._places[:, : self._count], products.shape[1]
        with self._triangle.buffers.borrowed(self._count, smaller, smaller) as buffer:
            grams = np.matmul(products, products.swapaxes(1, 2), out=buffer)
            advance(2.0 * grams.size * products.shape[2])
            values = self._values[: self._count]
            traces = np.trace(grams, axis1=1, axis2=2)
            outliers = np.flatnonzero(~((traces > 1.0 / _RANGE) & (traces < _RANGE)))
            if outliers.size:
                scaled, powers = np.ascontiguousarray(products[outliers]), np.zeros(outliers.size, dtype=np.int64)
                rescale_(scaled, powers)
                grams[outliers] = scaled @ scaled.swapaxes(1, 2)
                values[outliers] = np.ldexp(values[outliers], -2 * powers)
                exponents[outliers] += powers
            self._write(places, self._lambda_max(grams, values, places, exponents), exponents)
        self._count = 0
        if sum(len(one[0]) for one in self._unproved) > self._capacity // _UNPROVED_PART:
            self._retry()

    def _lambda_max(self, grams: Array, values: Array, places: Steps, exponents: Steps) -> Array:
        """Seek the largest eigenvalues; while that is in vain for most, decompose instead."""
        if self._pause:
            self._pause -= 1
            self._triangle.dense.append(len(grams))
            return dense_lambda_max(grams)
        eigenvalues, unproved = certified_lambda_max(grams, values)
        if 2 * unproved.size > len(grams):
            self._pause = _PAUSE
        if unproved.size:
            self._unproved.append((grams[unproved], places[:, unproved], exponents[unproved]))
        return eigenvalues

    def _retry(self) -> None:
        if self._unproved:
            grams = np.concatenate([one[0] for one in self._unproved])
            places, exponents = (np.concatenate([one[i] for one in self._unproved], axis=-1) for i in (1, 2))
            eigenvalues, dense = (dense_lambda_max(grams), len(grams)) if self._pause else retried_lambda_max(grams)
            self._write(places, eigenvalues, exponents)
            self._triangle.dense.append(dense)
            self._unproved.clear()

    def _write(self, places: Steps, eigenvalues: Array, exponents: Steps) -> None:
        self._triangle.sizes[places[0], places[1]] = log10_unscaled(np.sqrt(np.maximum(eigenvalues, 0.0)), exponents)


def rescale_(matrices: Array, exponents: Steps) -> None:
    """Scale contiguous matrices (n, R, C) by powers of two to Frobenius norms in [½, 1), in place; zero stays zero."""
    powers = np.frexp(np.sqrt(renormalise_(matrices, exponents)))[1]
    matrices *= np.ldexp(1.0, -powers)[:, None, None]
    exponents += powers


def measure_corners(triangle: SpectralTriangle, side: int) -> None:
    """Multiply out every triangle of `side` steps in a row along the diagonal, many of them advancing together."""
    starts = np.arange(0, len(triangle.grid.steps), side)
    many = max(1, _CORNER_ENTRIES // (side * triangle.chain.width * triangle.chain.state_size))

    def measure(first: int) -> None:
        with triangle.batch() as batch:
            for start in range(first, min(first + _CORNER_RUN * many, len(starts)), many):
                _corner_batch(triangle, starts[start : start + many], side, batch)

    parallel_for(measure, range(0, len(starts), _CORNER_RUN * many))


def _corner_batch(triangle: SpectralTriangle, starts: Steps, side: int, batch: ExplicitBatch) -> None:
    chain, blocks, grid = triangle.chain, triangle.blocks, triangle.grid
    size = chain.state_size
    is_block = chain.is_block
    identity_size = 0.0 if is_block and chain.select_T(chain.initial(grid.steps[:1])).any() else -np.inf
    products, powers = np.zeros((len(starts), side, chain.width, size)), np.zeros((len(starts), side), dtype=np.int64)
    columns, counts = np.searchsorted(grid.k, grid.steps[starts]), np.zeros(len(starts), dtype=np.int64)
    for offset in range(side):
        # Only the last triangle may be shorter.
        steps = starts[starts + offset < len(grid.steps)] + offset
        count, widest = len(steps), int(counts.max())
        if offset and count and widest:
            moved = products[:count, :widest].reshape(count, -1, size) @ blocks.products[steps - 1]
            advance(2.0 * moved.size * (size + ENTRY))
            more = powers[:count, :widest] + blocks.powers[steps - 1][:, None]
            renormalise_(moved.reshape(-1, chain.width, size), more.ravel())
            products[:count, :widest], powers[:count, :widest] = moved.reshape(count, widest, chain.width, size), more
        fresh = np.flatnonzero(grid.is_column[steps])
        if fresh.size:
            products[fresh, counts[fresh]], powers[fresh, counts[fresh]] = chain.initial(grid.steps[steps[fresh]]), 0
            counts[fresh] += 1
        for group in np.flatnonzero(grid.is_row[steps]):
            row, cells = grid.row[steps[group]], slice(0, int(counts[group]))
            if is_block and chain.readout is None and grid.is_column[steps[group]]:
                # A block of the identity has norm 1, or is zero.
                cells = slice(0, cells.stop - 1)
                triangle.sizes[row, columns[group] + cells.stop] = identity_size
            places = columns[group] + np.arange(cells.stop)
            batch.add(np.full(cells.stop, row), places, chain.select_T(products[group, cells]), powers[group, cells])
