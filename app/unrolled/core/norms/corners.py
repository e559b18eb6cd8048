"""The small triangles of cells with short lags along the diagonal, multiplied out, many of them advancing together."""

import numpy as np

from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Steps
from unrolled.core.norms.explicit import ExplicitBatch, SpectralTriangle
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

# Entries of the products that advance together.
_TOGETHER = 2**18
# How often that is done by one thread before the next.
_RUN = 2


def measure_corners(triangle: SpectralTriangle, side: int) -> None:
    """Multiply out every triangle of some steps in a row, one beside the other along the diagonal.

    Parameters
    ----------
    triangle : SpectralTriangle
        Takes the results.
    side : int
        How many steps of the grid a small triangle has.
    """
    starts = np.arange(0, len(triangle.grid.steps), side)
    many = max(1, _TOGETHER // (side * triangle.chain.width * triangle.chain.state_size))

    def measure(first: int) -> None:
        with triangle.out() as out:
            for start in range(first, min(first + _RUN * many, len(starts)), many):
                _together(triangle, starts[start : start + many], side, out)

    parallel_for(measure, range(0, len(starts), _RUN * many))


def _together(triangle: SpectralTriangle, starts: Steps, side: int, out: ExplicitBatch) -> None:
    """Multiply out some of them."""
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
