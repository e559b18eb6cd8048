"""Cells that are multiplied out: those of short lags, and those that no bracket encloses."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from unrolled.core.arrays.buffers import BufferPool
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import log10_unscaled, renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.certified import certified_lambda_max, dense_lambda_max, retried_lambda_max
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Entries of the matrices that are multiplied out together.
_OUT = 2**19
# Which part of these may be stubborn before they are seen to.
_MANY = 4
# How many times the attempt is left out after it was in vain for most.
_PAUSE = 15
# Squares of sizes beyond this are brought back.
_FAR = 2.0**20

# Entries of the products that advance together.
_CORNER_ENTRIES = 2**18
# How often that is done by one thread before the next.
_CORNER_RUN = 2


class SpectralTriangle:
    """A triangle that is being measured, by one thread or several.

    `dense` holds the numbers of cells that took a dense eigensolver, `buffers` memory for whoever measures.
    """

    def __init__(self, chain: JacobianChain, blocks: Blocks, grid: Grid) -> None:
        self.chain, self.blocks, self.grid = chain, blocks, grid
        self.sizes: Array = grid.empty()
        self.dense: list[int] = []
        self.spaces = BufferPool()
        self._outs: list[ExplicitBatch] = []

    @contextmanager
    def out(self) -> Iterator["ExplicitBatch"]:
        """Lend a batch of waiting cells, maybe those of others too, to one thread at a time."""
        try:
            one = self._outs.pop()
        except IndexError:
            one = ExplicitBatch(self)
        yield one
        self._outs.append(one)

    def finish(self) -> None:
        """Measure the cells that still wait."""
        parallel_for(ExplicitBatch.empty, self._outs)


class ExplicitBatch:
    """A place for cells to wait until there are enough of them to be multiplied out together."""

    def __init__(self, triangle: SpectralTriangle) -> None:
        width, height = triangle.chain.width, triangle.chain.height
        self._triangle, self._count = triangle, 0
        self._room = max(1, _OUT // (width * height))
        self._products, self._values = np.empty((self._room, width, height)), np.zeros(self._room)
        self._exponents, self._places = np.zeros(self._room, dtype=np.int64), np.zeros((2, self._room), dtype=np.int64)
        self._stubborn: list[tuple[Array, Steps, Steps]] = []
        # How often nothing is sought before the next attempt.
        self._pause = 0

    def add(self, rows: Steps, columns: Steps, products: Array, exponents: Steps, values: Array | float = 0.0) -> None:
        """Add the cells at some rows and columns (n,): transposed products (n, C, R) and their powers of two (n,).

        The values are lower estimates of the squared sizes of `products`; 0 where nothing is known.
        """
        start = 0
        while start < len(columns):
            if self._count == self._room:
                self._measure()
            these = slice(start, start + self._room - self._count)
            start, there = these.stop, slice(self._count, self._count + len(columns[these]))
            self._products[there], self._exponents[there] = products[these], exponents[these]
            self._values[there] = values if isinstance(values, float) else values[these]
            self._places[0, there], self._places[1, there] = rows[these], columns[these]
            self._count = there.stop

    def empty(self) -> None:
        """Measure the cells that wait, the unproved ones too."""
        self._measure()
        self._insist()

    def _measure(self) -> None:
        """Measure the cells that wait, and leave the unproved ones for later if they are few."""
        if not self._count:
            return
        products, exponents = self._products[: self._count], self._exponents[: self._count]
        if products.shape[1] > products.shape[2]:
            products = products.swapaxes(1, 2)
        places, least = self._places[:, : self._count], products.shape[1]
        with self._triangle.spaces.borrowed(self._count, least, least) as room:
            grams = np.matmul(products, products.swapaxes(1, 2), out=room)
            advance(2.0 * grams.size * products.shape[2])
            values = self._values[: self._count]
            traces = np.trace(grams, axis1=1, axis2=2)
            strayed = np.flatnonzero(~((traces > 1.0 / _FAR) & (traces < _FAR)))
            if strayed.size:
                scaled, powers = np.ascontiguousarray(products[strayed]), np.zeros(strayed.size, dtype=np.int64)
                rescale_(scaled, powers)
                grams[strayed] = scaled @ scaled.swapaxes(1, 2)
                values[strayed] = np.ldexp(values[strayed], -2 * powers)
                exponents[strayed] += powers
            self._write(places, self._found(grams, values, places, exponents), exponents)
        self._count = 0
        if sum(len(one[0]) for one in self._stubborn) > self._room // _MANY:
            self._insist()

    def _found(self, grams: Array, values: Array, places: Steps, exponents: Steps) -> Array:
        """Seek the largest eigenvalues; while that is in vain for most, decompose instead."""
        if self._pause:
            self._pause -= 1
            self._triangle.dense.append(len(grams))
            return dense_lambda_max(grams)
        found, stubborn = certified_lambda_max(grams, values)
        if 2 * stubborn.size > len(grams):
            self._pause = _PAUSE
        if stubborn.size:
            self._stubborn.append((grams[stubborn], places[:, stubborn], exponents[stubborn]))
        return found

    def _insist(self) -> None:
        if self._stubborn:
            grams = np.concatenate([one[0] for one in self._stubborn])
            places, exponents = (np.concatenate([one[i] for one in self._stubborn], axis=-1) for i in (1, 2))
            found, dense = (dense_lambda_max(grams), len(grams)) if self._pause else retried_lambda_max(grams)
            self._write(places, found, exponents)
            self._triangle.dense.append(dense)
            self._stubborn.clear()

    def _write(self, places: Steps, found: Array, exponents: Steps) -> None:
        self._triangle.sizes[places[0], places[1]] = log10_unscaled(np.sqrt(np.maximum(found, 0.0)), exponents)


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
        with triangle.out() as out:
            for start in range(first, min(first + _CORNER_RUN * many, len(starts)), many):
                _corner_batch(triangle, starts[start : start + many], side, out)

    parallel_for(measure, range(0, len(starts), _CORNER_RUN * many))


def _corner_batch(triangle: SpectralTriangle, starts: Steps, side: int, out: ExplicitBatch) -> None:
    chain, blocks, grid = triangle.chain, triangle.blocks, triangle.grid
    size = chain.state_size
    same = 0.0 if chain.columns is not None and chain.select_T(chain.initial(grid.steps[:1])).any() else -np.inf
    made, powers = np.zeros((len(starts), side, chain.width, size)), np.zeros((len(starts), side), dtype=np.int64)
    columns, begun = np.searchsorted(grid.k, grid.steps[starts]), np.zeros(len(starts), dtype=np.int64)
    for offset in range(side):
        # Only the last triangle may be shorter.
        steps = starts[starts + offset < len(grid.steps)] + offset
        count, wide = len(steps), int(begun.max())
        if offset and count and wide:
            moved = made[:count, :wide].reshape(count, -1, size) @ blocks.products[steps - 1]
            advance(2.0 * moved.size * size)
            more = powers[:count, :wide] + blocks.powers[steps - 1][:, None]
            renormalise_(moved.reshape(-1, chain.width, size), more.ravel())
            made[:count, :wide], powers[:count, :wide] = moved.reshape(count, wide, chain.width, size), more
        fresh = np.flatnonzero(grid.is_column[steps])
        if fresh.size:
            made[fresh, begun[fresh]], powers[fresh, begun[fresh]] = chain.initial(grid.steps[steps[fresh]]), 0
            begun[fresh] += 1
        for group in np.flatnonzero(grid.is_row[steps]):
            row, some = grid.row[steps[group]], slice(0, int(begun[group]))
            if chain.columns is not None and chain.readout is None and grid.is_column[steps[group]]:
                # Of an identity, what has been cut out is one, or nothing.
                some = slice(0, some.stop - 1)
                triangle.sizes[row, columns[group] + some.stop] = same
            places = columns[group] + np.arange(some.stop)
            out.add(np.full(some.stop, row), places, chain.select_T(made[group, some]), powers[group, some])
