"""Squares of the triangle, whose products meet in the middle and whose largest singular values are enclosed."""

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import log10_unscaled
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.norms.explicit import ExplicitBatch, SpectralTriangle
from unrolled.core.norms.factors import EVEN, Piece, backward_factors, forward_factors, keeps_grams
from unrolled.core.norms.lanczos import LARGE, lanczos_lambda_max
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Columns and rows of the pieces of the squares, and the cells of one.
_COLUMNS, _ROWS = 64, 16
PIECE = _COLUMNS * _ROWS
# Entries of the vectors that advance together; fewer where all of them are stored.
_VECTOR_ENTRIES, _STORED_ENTRIES = 2**17, 2**15
# Entries of the Gram matrices that are needed at once.
_GRAM_ENTRIES = 2**20
# Rounding in A_iᵀ A_i and P_k P_kᵀ matters where a cell is much smaller than its factors.
_TRUSTED = 1e-4
_TINY = 1e-200


def measure_squares(triangle: SpectralTriangle, span: int, leads: Array) -> None:
    """Measure all squares of `span` steps on each side, as many at a time as there is room for.

    The leads (columns, S) are left singular vectors of the columns' products at the last step before a middle, or near
    to them; they are changed to those at the last row of the squares.
    """
    grid, size = triangle.grid, triangle.chain.state_size
    starts = np.arange(0, len(grid.steps) - span, 2 * span)
    rows = _offsets(grid.is_row, starts + span, span)
    columns = _offsets(grid.is_column, starts, span)
    wanted = (rows >= 0).any(axis=1) & (columns >= 0).any(axis=1)
    if not wanted.any():
        return
    middles = starts[wanted] + span
    rows, columns = _offsets(grid.is_row, middles, span), _offsets(grid.is_column, starts[wanted], span)
    high = min(rows.shape[1], _ROWS, max(1, _GRAM_ENTRIES // size**2))
    entries = _VECTOR_ENTRIES if size < LARGE else _STORED_ENTRIES
    wide = min(columns.shape[1], _COLUMNS, max(1, _GRAM_ENTRIES // size**2), max(1, entries // (size * high)))
    many = max(1, min(entries // (size * wide * high), 2 * _GRAM_ENTRIES // (size**2 * max(wide, high))))

    def measure(group: int) -> None:
        some = slice(group, group + many)
        _measure_group(triangle, middles[some], rows[some], columns[some], span, (high, wide), leads)

    parallel_for(measure, range(0, len(middles), many))


def _measure_group(
    triangle: SpectralTriangle,
    middles: Steps,
    rows: Steps,
    columns: Steps,
    span: int,
    piece: tuple[int, int],
    leads: Array,
) -> None:
    chain = triangle.chain
    size = chain.state_size
    shape = 1 + keeps_grams(chain, columns.size), *columns.shape, max(size, chain.width), size
    with triangle.buffers.borrowed(*shape) as buffer:
        before = backward_factors(triangle, middles, columns, span, buffer)
        vectors = _advanced_leads(leads, before.places, triangle.blocks.products[middles - 1])
        for after, reached in forward_factors(triangle, middles, rows, piece[0]):

            def measure(first: int, after: Piece = after) -> None:
                these = slice(first, first + piece[1])
                with triangle.batch() as batch:
                    vectors[:, these] = _measure_cells(triangle, before.piece(these), after, vectors[:, these], batch)

            parallel_for(measure, range(0, columns.shape[1], piece[1]))
            product = reached
        moved = vectors @ product
    lengths = np.sqrt(np.vecdot(moved, moved))
    valid = (before.places >= 0) & (lengths > _TINY)
    leads[before.places[valid]] = moved[valid] / lengths[valid, None]


def _advanced_leads(leads: Array, places: Steps, products: Array) -> Array:
    """Advance the vectors of some columns by a step; where nothing is left of them, any vector will do."""
    moved = leads[places] @ products
    vanished = np.vecdot(moved, moved) < _TINY
    moved[vanished] = np.random.default_rng(0).standard_normal(moved.shape[-1])
    return moved


def _offsets(wanted: Flags, starts: Steps, span: int) -> Steps:
    """List the offsets that any range of steps wants, shape (g, n), −1 where this one does not."""
    index = starts[:, None] + np.arange(span)
    there = wanted[np.minimum(index, len(wanted) - 1)] & (index < len(wanted))
    common = np.flatnonzero(there.any(axis=0))
    return np.where(there[:, common], common, -1)


def _measure_cells(
    triangle: SpectralTriangle, before: Piece, after: Piece, start: Array, batch: ExplicitBatch
) -> Array:
    """Measure the cells of some columns and a few rows of some squares; give starting vectors for the next rows."""
    groups, columns, _, size = before.factors.shape
    traces = before.grams.reshape(groups, columns, -1) @ after.grams.reshape(groups, -1, size**2).swapaxes(1, 2)
    trusted = traces > _TRUSTED * before.traces[:, :, None] * after.traces[:, None]
    wanted = (before.places >= 0)[:, :, None] & (after.places >= 0)[:, None]
    advance(2.0 * traces.size * (size**2 + ENTRY * size))
    # All eigenvalues of a product of two multiples of the identity are their mean.
    even = wanted & (before.unevenness[:, :, None] + after.unevenness[:, None] < EVEN)
    _write(triangle, before, after, traces / size, even)
    wanted &= ~even
    if not wanted.any():
        return start

    known = np.where(trusted & wanted, traces, 0.0)
    values, certain, steady, last = lanczos_lambda_max(
        before.grams, after.grams, after.traces, start, known, triangle.buffers
    )
    _write(triangle, before, after, values, wanted & certain & trusted)
    _defer(before, after, np.where(trusted & steady, values, 0.0), wanted & ~(certain & trusted), batch)
    return last


def _write(triangle: SpectralTriangle, before: Piece, after: Piece, values: Array, these: Flags) -> None:
    group, column, row = np.nonzero(these)
    exponents = before.exponents[group, column] + after.exponents[group, row]
    triangle.sizes[after.places[group, row], before.places[group, column]] = log10_unscaled(
        np.sqrt(values[these]), exponents
    )


def _defer(before: Piece, after: Piece, values: Array, these: Flags, batch: ExplicitBatch) -> None:
    """Multiply out the cells that are not certain, later and together."""
    group, column, row = np.nonzero(these)
    many = max(1, _GRAM_ENTRIES // 16 // before.factors[0, 0].size)
    for first in range(0, len(group), many):
        cells = tuple(index[first : first + many] for index in (group, column, row))
        left, right = before.factors[cells[0], cells[1]], after.factors[cells[0], cells[2]]
        advance(2.0 * left.size * right.shape[-1])
        batch.add(
            after.places[cells[0], cells[2]],
            before.places[cells[0], cells[1]],
            left @ right,
            before.exponents[cells[0], cells[1]] + after.exponents[cells[0], cells[2]],
            values[cells],
        )
