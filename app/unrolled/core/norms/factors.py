"""Factors of the products in the squares of the triangle, and their Gram matrices.

A square has its rows after a step in the middle, s, and its columns before it: its products are A_i P_k, A_i
leading from s on and P_k to s. All squares of a size advance together; everything is transposed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.explicit import SpectralTriangle, rescale_
from unrolled.runtime.progress import advance

# Entries of Gram matrices that may be stored.
_STORED_ENTRIES = 2**22
# Entries of what some columns begin with that are made at once.
_INITIAL_ENTRIES = 2**17
# Gram matrices this close to a multiple of the identity count as one; their product is twice as far away.
EVEN = 4e-10


@dataclass(frozen=True)
class Piece:
    """Some factors of some squares, scaled, with their Gram matrices.

    The factors are the A_iᵀ (g, n, S, R) or the P_kᵀ (g, n, C, S), with powers of two (g, n) and places (g, n) among
    the grid's rows or columns, −1 where there is no factor. The Gram matrices (g, n, S, S) are A_iᵀ A_i or P_k P_kᵀ;
    their unevenness (g, n) is ‖M/μ − I‖_F, μ the mean of the eigenvalues, or 1.
    """

    factors: Array
    exponents: Steps
    places: Steps
    grams: Array
    traces: Array
    unevenness: Array


@dataclass(frozen=True)
class Side:
    """The factors on one side, as in a `Piece`.

    `stored` holds Gram matrices, traces and unevenness where they take little more room; else every piece computes its
    own.
    """

    factors: Array
    exponents: Steps
    places: Steps
    stored: tuple[Array, Array, Array] | None

    def piece(self, columns: slice) -> Piece:
        """Select some of the factors."""
        factors = self.factors[:, columns]
        stored = _grams(factors, True) if self.stored is None else [each[:, columns] for each in self.stored]
        return Piece(factors, self.exponents[:, columns], self.places[:, columns], *stored)


def keeps_grams(chain: JacobianChain, count: int) -> bool:
    """Tell whether there is room for the Gram matrices of all columns beside as many factors."""
    return 2 * chain.width > chain.state_size or count * chain.state_size**2 <= _STORED_ENTRIES


def forward_factors(
    triangle: SpectralTriangle, middles: Steps, offsets: Steps, high: int
) -> Iterator[tuple[Piece, Array]]:
    """Multiply from the middles (g,) to the rows, `high` at a time: the A_iᵀ, their A_iᵀ A_i.

    The offsets (g, n) tell which of the steps from a middle on are rows of any square; −1 where not of this one. Yields
    some rows of all squares, and the whole product (g, S, S) that leads to the last of them.
    """
    chain, grid = triangle.chain, triangle.grid
    running = _chain(triangle.blocks, middles, int(offsets.max()), 1)
    places = np.searchsorted(grid.t, grid.steps[np.minimum(middles[:, None] + offsets, len(grid.steps) - 1)])
    places, offsets = np.where(offsets < 0, -1, places), np.maximum(offsets, 0)
    step, (products, powers) = 0, next(running)
    for first in range(0, offsets.shape[1], high):
        wanted = offsets[:, first : first + high]
        factors = np.zeros((*wanted.shape, chain.state_size, chain.height))
        exponents = np.zeros(wanted.shape, dtype=np.int64)
        while True:
            group, column = _indices(wanted == step)
            factors[group, column], exponents[group, column] = chain.select_T(products[group]), powers[group]
            if step >= wanted.max():
                break
            step, (products, powers) = step + 1, next(running)
        _rescale_groups_(factors, exponents)
        yield Piece(factors, exponents, places[:, first : first + high], *_grams(factors, False)), products


def backward_factors(triangle: SpectralTriangle, middles: Steps, offsets: Steps, span: int, buffer: Array) -> Side:
    """Multiply from the columns to the middles: the P_kᵀ, and their P_k P_kᵀ if there is room.

    The offsets (g, n) tell which of the `span` steps before a middle are columns of any square; −1 where not of this
    one. The memory has the shape (1 or 2, g, n, max(C, S), S), 2 if the Gram matrices are stored.
    """
    chain, grid = triangle.chain, triangle.grid
    lags = np.where(offsets < 0, 1, span - offsets)
    shape = (*lags.shape, chain.width, chain.state_size)
    factors = buffer[0].ravel()[: prod(shape)].reshape(shape)
    grams = buffer[1, :, :, : chain.state_size] if len(buffer) > 1 else None
    exponents, at = np.zeros(lags.shape, dtype=np.int64), grid.steps[middles[:, None] - lags]
    if not chain.is_block:
        _write_initial(chain, at.ravel(), factors.reshape(-1, *shape[2:]))
    for step, (products, powers) in enumerate(_chain(triangle.blocks, middles, int(lags.max()), -1)):
        group, column = _indices(lags == step)
        if chain.is_block:
            factors[group, column] = products[group][:, chain.columns]
        else:
            factors[group, column] = factors[group, column] @ products[group]
        exponents[group, column] = powers[group]
    _rescale_groups_(factors, exponents)
    places = np.where(offsets < 0, -1, np.searchsorted(grid.k, at))
    return Side(factors, exponents, places, None if grams is None else _grams(factors, True, grams))


def _write_initial(chain: JacobianChain, steps: Steps, factors: Array) -> None:
    """Write what the products of some columns begin with, (n, C, S), a few of them at a time."""
    many = max(1, _INITIAL_ENTRIES // factors[0].size)
    for first in range(0, len(steps), many):
        factors[first : first + many] = chain.initial(steps[first : first + many])


def _indices(there: Flags) -> tuple[Steps | slice, Steps | int]:
    """Give the indices of what is there, in a form that copies nothing where it is one column."""
    group, column = np.nonzero(there)
    if len(group) == len(there) and (column == column[0]).all():
        return slice(None), int(column[0])
    return group, column


def _chain(blocks: Blocks, middles: Steps, length: int, direction: int) -> Iterator[tuple[Array, Steps]]:
    """Multiply blocks one after the other, onward (1) or back (−1) from some steps, shape (g, S, S), from 0 factors."""
    size = blocks.products.shape[-1]
    products, powers = np.broadcast_to(np.eye(size), (len(middles), size, size)), np.zeros(len(middles), dtype=np.int64)
    yield products, powers
    for step in range(1, length + 1):
        # No row lies beyond the last step.
        index = np.minimum(middles + step - 1, len(blocks.products) - 1) if direction > 0 else middles - step
        every = _as_slice(index)
        products = products @ blocks.products[every] if direction > 0 else blocks.products[every] @ products
        powers = powers + blocks.powers[every]
        renormalise_(products, powers)
        advance(2.0 * len(middles) * size**2 * (size + ENTRY))
        yield products, powers


def _as_slice(index: Steps) -> slice | Steps:
    """Turn indices into a slice where they are evenly spaced: nothing is copied then."""
    gaps = np.diff(index)
    if len(index) > 1 and (gaps[0] <= 0 or (gaps != gaps[0]).any()):
        return index
    return slice(int(index[0]), int(index[-1]) + 1, int(gaps[0]) if len(index) > 1 else 1)


def _rescale_groups_(factors: Array, exponents: Steps) -> None:
    rescale_(factors.reshape(-1, *factors.shape[2:]), exponents.reshape(-1))


def _grams(factors: Array, outer: bool, buffer: Array | None = None) -> tuple[Array, Array, Array]:
    """Give the Gram matrices of transposed factors, their traces, and their unevenness."""
    size, turned = factors.shape[3 if outer else 2], factors.swapaxes(2, 3)
    advance(2.0 * factors.size * (size + ENTRY))
    grams = np.matmul(turned, factors, out=buffer) if outer else np.matmul(factors, turned, out=buffer)
    traces = np.trace(grams, axis1=2, axis2=3)
    flat, unevenness = grams.reshape(*traces.shape, size**2), np.ones(traces.shape)
    near = (np.vecdot(flat, flat) * size < np.square(traces) * (1.0 + EVEN)) & (traces > 0.0)
    if near.any():
        scaled = grams[near] * (size / traces[near])[:, None, None] - np.eye(size)
        unevenness[near] = np.sqrt(np.square(scaled).sum(axis=(1, 2)))
    return grams, traces, unevenness
