"""Largest singular values of all pairs, meeting in the middle.

The triangle is cut into squares, over and over: let s be the step in the middle of a stretch of 2n sampled steps, A_i
lead from s to the steps after it and P_k to s from the steps before. Then ‖A_i P_k‖₂² is the largest eigenvalue of
P_k P_kᵀ A_iᵀ A_i, by which a vector is multiplied in 4S² flops, many cells by two stacked matrix products. A few
Lanczos steps and the trace, the squared Frobenius norm ⟨A_iᵀ A_i, P_k P_kᵀ⟩, enclose it to 1.5e-9 (`app.core.ritz`).

The small triangles that remain, and the few cells that are not enclosed, are multiplied out: there Cholesky's
factorisation of xI − M proves the bound x. What is still not proved is left to a dense eigensolver.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.blocks import Blocks
from app.core.flow import Flow
from app.core.grid import Grid
from app.core.progress import advance
from app.core.ritz import DEAR, largest
from app.core.rows import Row
from app.core.scaled import logs, settled
from app.core.singular import Out, decomposed, diagonal, is_diagonal, rescale
from app.core.tridiagonal import Flags

# Smaller matrices are decomposed as fast as they are enclosed.
_SMALL = 6
# Of so few steps of a middling state, decomposing every cell is over before anything else has begun.
_FEW, _MIDDLING = 32, 16
# The side of the triangles that are multiplied out, and of the pieces of the squares.
_BASE, _COLUMNS, _ROWS = 8, 64, 8
# Entries of the vectors that advance together.
_TOGETHER = 2**15
# Entries of the Gram matrices that are needed at once, and of those that may be kept for a while.
_ROOM, _KEPT = 2**20, 2**22
# Steps at most, and more where multiplying out is dear.
_STEPS, _MORE = 16, 24
# Rounding in A_iᵀ A_i and P_k P_kᵀ matters where a cell is much smaller than its factors.
_TRUSTED = 1e-4
# How close to a multiple of the identity Gram matrices are taken for one; their product is twice as far away.
_EVEN = 4e-10


def spectral_triangle(flow: Flow, blocks: Blocks, grid: Grid) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖₂ for every row t and column k of a grid.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    blocks : Blocks
        Products between the steps of the grid.
    grid : Grid
        Which of the steps are rows, and which are columns.

    Returns
    -------
    array of shape (rows, columns)
        NaN for k > t, −inf where the product is exactly zero.
    """
    return measured(flow, blocks, grid)[0]


def measured(flow: Flow, blocks: Blocks, grid: Grid) -> tuple[Array, float]:
    """Do the same, and give the share of cells that were left to a dense eigensolver."""
    if is_diagonal(flow, blocks):
        return diagonal(flow, blocks, grid), 0.0
    least = min(flow.width, flow.height)
    if least <= _SMALL or (len(grid.steps) <= _FEW and least <= _MIDDLING):
        return decomposed(flow, blocks, grid), 1.0
    count = len(grid.steps)
    out = Out(flow, grid.empty())
    for start in range(0, count, _BASE):
        _corner(flow, blocks, grid, start, min(start + _BASE, count), out)
    out.measure()
    span = _BASE
    while span < count:
        _squares(flow, blocks, grid, span, out)
        span *= 2
    out.measure()
    return out.sizes, out.dense / max(1, int(np.count_nonzero(~np.isnan(out.sizes))))


def _corner(flow: Flow, blocks: Blocks, grid: Grid, start: int, stop: int, out: Out) -> None:
    """Multiply out the triangle of a few steps."""
    near = Row(stop - start, flow.width, flow.state_size)
    columns = np.searchsorted(grid.k, grid.steps[start:stop])
    for step in range(start, stop):
        if step > start:
            near.carry(blocks.products[step - 1], int(blocks.powers[step - 1]))
        if grid.is_column[step]:
            near.begin(flow.begun(grid.steps[step : step + 1])[0])
        if grid.is_row[step] and near.count:
            row, places, products = grid.row[step], columns[0] + np.arange(near.count), flow.cut(near.products)
            # Of an identity, what has been cut out is one, or nothing.
            count = near.count - (grid.is_column[step] and flow.columns is not None)
            out.sizes[row, places[count:]] = 0.0 if products[count:].any() else -np.inf
            out.add(row, places[:count], products[:count], near.exponents[:count])


@dataclass(frozen=True)
class _Side:
    """Scaled transposed factors of some squares, shape (g, n, …), with their exponents and their places in the grid.

    Their Gram matrices are kept where they take little more room, and otherwise made anew for every piece.
    """

    factors: Array
    exponents: Steps
    places: Steps
    known: tuple[Array, Array, Array] | None

    def piece(self, some: slice) -> "_Piece":
        """Take a part."""
        factors = self.factors[:, some]
        known = _known(factors, True) if self.known is None else [each[:, some] for each in self.known]
        return _Piece(factors, self.exponents[:, some], self.places[:, some], *known)


@dataclass(frozen=True)
class _Piece:
    """Some of the factors, with their Gram matrices, the traces of these, and how far these are from even."""

    factors: Array
    exponents: Steps
    places: Steps
    grams: Array
    traces: Array
    uneven: Array


def _squares(flow: Flow, blocks: Blocks, grid: Grid, span: int, out: Out) -> None:
    """Measure all squares of a size, as many at a time as there is room for."""
    count = len(grid.steps)
    starts = np.arange(0, count - span, 2 * span)
    rows = _offsets(grid.is_row, starts + span, span)
    columns = _offsets(grid.is_column, starts, span)
    wanted = (rows >= 0).any(axis=1) & (columns >= 0).any(axis=1)
    if not wanted.any():
        return
    starts, rows, columns = starts[wanted], rows[wanted], columns[wanted]
    rows, columns = rows[:, (rows >= 0).any(axis=0)], columns[:, (columns >= 0).any(axis=0)]
    size, high, wide = flow.state_size, min(rows.shape[1], _ROWS), min(columns.shape[1], _COLUMNS)
    high, wide = min(high, max(1, 2 * _ROOM // size**2)), min(wide, max(1, _ROOM // size**2))
    many = max(1, min(_TOGETHER // (size * wide * high), 2 * _ROOM // (size**2 * max(wide, high))))
    for group in range(0, len(starts), many):
        some = slice(group, group + many)
        middles = starts[some] + span
        before = _back(flow, blocks, grid, middles, columns[some], span)
        begun = np.broadcast_to(np.random.default_rng(0).standard_normal(size), (*before.places.shape, size)).copy()
        for after in _onward(flow, blocks, grid, middles, rows[some], high):
            for first in range(0, columns.shape[1], wide):
                these = slice(first, first + wide)
                begun[:, these] = _cells(before.piece(these), after, begun[:, these], out)


def _offsets(wanted: Flags, starts: Steps, span: int) -> Steps:
    """List which of the steps of each stretch are wanted, shape (g, n), filled up with −1."""
    found = np.full((len(starts), span), -1)
    for each, start in zip(found, starts, strict=True):
        inside = np.flatnonzero(wanted[start : start + span])
        each[: len(inside)] = inside
    return found


def _onward(flow: Flow, blocks: Blocks, grid: Grid, middles: Steps, offsets: Steps, high: int) -> Iterator[_Piece]:
    """Multiply from the middles to the rows, a few at a time: the A_iᵀ, their A_iᵀ A_i."""
    chain = _chain(blocks, middles, int(offsets.max()), 1)
    places = np.searchsorted(grid.t, grid.steps[np.minimum(middles[:, None] + offsets, len(grid.steps) - 1)])
    places, offsets = np.where(offsets < 0, -1, places), np.maximum(offsets, 0)
    step, (made, powers) = 0, next(chain)
    for first in range(0, offsets.shape[1], high):
        wanted = offsets[:, first : first + high]
        factors = np.zeros((*wanted.shape, flow.state_size, flow.height))
        exponents = np.zeros(wanted.shape, dtype=np.int64)
        while True:
            group, column = np.nonzero(wanted == step)
            factors[group, column], exponents[group, column] = flow.cut(made[group]), powers[group]
            if step >= wanted.max():
                break
            step, (made, powers) = step + 1, next(chain)
        _scaled(factors, exponents)
        yield _Piece(factors, exponents, places[:, first : first + high], *_known(factors, False))


def _back(flow: Flow, blocks: Blocks, grid: Grid, middles: Steps, offsets: Steps, span: int) -> _Side:
    """Multiply from the columns to the middles: the P_kᵀ, and their P_k P_kᵀ if there is room."""
    lags = np.where(offsets < 0, 1, span - offsets)
    factors = np.empty((*lags.shape, flow.width, flow.state_size))
    exponents, at = np.zeros(lags.shape, dtype=np.int64), grid.steps[middles[:, None] - lags]
    for step, (made, powers) in enumerate(_chain(blocks, middles, int(lags.max()), -1)):
        group, column = np.nonzero(lags == step)
        if group.size:
            moved = made[group] if flow.columns is None else made[group][:, flow.columns]
            factors[group, column] = flow.begun(at[group, column]) @ moved if flow.columns is None else moved
            exponents[group, column] = powers[group]
    _scaled(factors, exponents)
    kept = 2 * flow.width > flow.state_size or lags.size * flow.state_size**2 <= _KEPT
    return _Side(
        factors,
        exponents,
        np.where(offsets < 0, -1, np.searchsorted(grid.k, at)),
        _known(factors, True) if kept else None,
    )


def _chain(blocks: Blocks, middles: Steps, length: int, way: int) -> Iterator[tuple[Array, Steps]]:
    """Multiply blocks one after the other, onward (1) or back (−1) from some steps, shape (g, S, S), from 0 factors."""
    size = blocks.products.shape[-1]
    made, powers = np.broadcast_to(np.eye(size), (len(middles), size, size)), np.zeros(len(middles), dtype=np.int64)
    yield made, powers
    for step in range(1, length + 1):
        # Beyond the last step nothing is wanted.
        index = np.minimum(middles + step - 1, len(blocks.products) - 1) if way > 0 else middles - step
        made = made @ blocks.products[index] if way > 0 else blocks.products[index] @ made
        powers = powers + blocks.powers[index]
        settled(made, powers)
        advance(2.0 * len(middles) * size**3)
        yield made, powers


def _scaled(factors: Array, exponents: Steps) -> None:
    """Bring the factors of some squares back to a fair size, in place."""
    for some, powers in zip(factors, exponents, strict=True):
        rescale(some, powers)


def _known(factors: Array, outer: bool) -> tuple[Array, Array, Array]:
    """Give the Gram matrices M of transposed factors, their traces, and ‖M/μ − I‖_F, μ the eigenvalues' mean, or 1."""
    size, turned = factors.shape[3 if outer else 2], factors.swapaxes(2, 3)
    advance(2.0 * factors.size * size)
    grams = turned @ factors if outer else factors @ turned
    traces = np.trace(grams, axis1=2, axis2=3)
    flat, uneven = grams.reshape(*traces.shape, size**2), np.ones(traces.shape)
    near = (np.vecdot(flat, flat) * size < np.square(traces) * (1.0 + _EVEN)) & (traces > 0.0)
    if near.any():
        scaled = grams[near] * (size / traces[near])[:, None, None] - np.eye(size)
        uneven[near] = np.sqrt(np.square(scaled).sum(axis=(1, 2)))
    return grams, traces, uneven


def _cells(before: _Piece, after: _Piece, start: Array, out: Out) -> Array:
    """Measure the cells of some columns and a few rows of some squares; give vectors to begin the next rows with."""
    groups, columns, _, size = before.factors.shape
    traces = before.grams.reshape(groups, columns, -1) @ after.grams.reshape(groups, -1, size**2).swapaxes(1, 2)
    trusted = traces > _TRUSTED * before.traces[:, :, None] * after.traces[:, None]
    wanted = (before.places >= 0)[:, :, None] & (after.places >= 0)[:, None]
    # All eigenvalues of a product of two multiples of the identity are their mean.
    even = wanted & (before.uneven[:, :, None] + after.uneven[:, None] < _EVEN)
    _write(before, after, traces / size, even, out)
    wanted &= ~even
    if not wanted.any():
        return start

    def inner(vectors: Array, _: slice, those: slice, out: Array) -> None:
        np.matmul(vectors.swapaxes(1, 2), after.grams[:, those], out=out.swapaxes(1, 2))

    def apply(vectors: Array, these: slice, _: slice) -> Array:
        # Passes over the vectors and looks at the brackets take longer than the products themselves.
        advance(10.0 * vectors.size * size)
        return np.matmul(vectors, before.grams[:, these])

    steps = _STEPS if size < DEAR else _MORE
    values, certain, steady, last = largest(
        apply, inner, after.traces[:, None], start, np.where(trusted & wanted, traces, 0.0), steps, 2
    )
    _write(before, after, values, wanted & certain & trusted, out)
    _put_off(before, after, np.where(trusted & steady, values, 0.0), wanted & ~(certain & trusted), out)
    advance(4.0 * values.size * size * size)
    return last


def _write(before: _Piece, after: _Piece, values: Array, these: Flags, out: Out) -> None:
    """Write down what is known."""
    group, column, row = np.nonzero(these)
    exponents = before.exponents[group, column] + after.exponents[group, row]
    out.sizes[after.places[group, row], before.places[group, column]] = logs(np.sqrt(values[these]), exponents)


def _put_off(before: _Piece, after: _Piece, values: Array, these: Flags, out: Out) -> None:
    """Multiply out what is not."""
    for group, row in np.argwhere(these.any(axis=1)):
        some = np.flatnonzero(these[group, :, row])
        advance(2.0 * some.size * before.factors.shape[2] * after.factors[0, 0].size)
        out.add(
            after.places[group, row],
            before.places[group, some],
            before.factors[group, some] @ after.factors[group, row],
            before.exponents[group, some] + after.exponents[group, row],
            values[group, some, row],
        )
