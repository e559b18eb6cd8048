"""Largest singular values of products that are multiplied out, and of those that are diagonal."""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.blocks import Blocks
from app.core.flow import Flow
from app.core.grid import Grid
from app.core.progress import advance
from app.core.ritz import largest_of
from app.core.rows import Row
from app.core.scaled import LOG10_2, largest_singular_values, logs, settled

# Entries of the matrices that are multiplied out together.
_OUT = 2**20


def decomposed(flow: Flow, blocks: Blocks, grid: Grid) -> Array:
    """Decompose every product, row by row.

    Parameters
    ----------
    flow, blocks, grid
        As in `app.core.spectral`.

    Returns
    -------
    array of shape (rows, columns)
        log10 of the largest singular values.
    """
    sizes, row = grid.empty(), Row(len(grid.k), flow.width, flow.state_size)
    for index, step in enumerate(grid.steps):
        if index:
            row.carry(blocks.products[index - 1], int(blocks.powers[index - 1]))
        if grid.is_column[index]:
            row.begin(flow.begun(np.array([step]))[0])
        if grid.is_row[index]:
            sizes[grid.row[index], : row.count] = row.logs(largest_singular_values(flow.cut(row.products)))
    return sizes


def is_diagonal(flow: Flow, blocks: Blocks) -> bool:
    """Tell whether every product of a state with respect to a state is exactly diagonal.

    Parameters
    ----------
    flow, blocks
        As in `app.core.spectral`.

    Returns
    -------
    bool
        False at the first block that is not.
    """
    size = flow.state_size
    apart = ~np.eye(size, dtype=np.bool_)
    return flow.columns is not None and not any(block[apart].any() for block in blocks.products)


def diagonal(flow: Flow, blocks: Blocks, grid: Grid) -> Array:
    """Measure products that are all diagonal: the largest of the entries that are looked at.

    Parameters
    ----------
    flow, blocks, grid
        As in `app.core.spectral`.

    Returns
    -------
    array of shape (rows, columns)
        log10 of the largest singular values.
    """
    seen = np.zeros((2, flow.state_size), dtype=np.bool_)
    seen[0, flow.rows], seen[1, flow.columns] = True, True
    with np.errstate(divide="ignore"):
        moves = np.log10(np.abs(np.diagonal(blocks.products, axis1=1, axis2=2)[:, seen.all(axis=0)]))
    moves += LOG10_2 * np.asarray(blocks.powers)[:, None]
    sizes, found, count = grid.empty(), np.zeros((len(grid.k), moves.shape[1])), 0
    for index in range(len(grid.steps)):
        if index:
            found[:count] += moves[index - 1]
        count += int(grid.is_column[index])
        if grid.is_row[index]:
            sizes[grid.row[index], :count] = found[:count].max(axis=1, initial=-np.inf)
        advance(4.0 * count * moves.shape[1])
    return sizes


class Out:
    """Cells that wait to be multiplied out, and the triangle they belong to.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    sizes : array of shape (rows, columns)
        Where results are written.

    Attributes
    ----------
    dense : int
        How many cells took a dense eigensolver so far.
    """

    def __init__(self, flow: Flow, sizes: Array) -> None:
        shape = (max(1, _OUT // (flow.width * flow.height)), flow.width, flow.height)
        self.sizes, self.dense = sizes, 0
        self._products, self._values, self._count = np.empty(shape), np.zeros(shape[0]), 0
        self._exponents, self._places = np.zeros(shape[0], dtype=np.int64), np.zeros((2, shape[0]), dtype=np.int64)

    def add(self, row: int, columns: Steps, products: Array, exponents: Steps, values: Array | float = 0.0) -> None:
        """Put off some cells of a row.

        Parameters
        ----------
        row : int
            The row.
        columns : array of shape (n,)
            The columns.
        products : array of shape (n, C, R)
            The products, transposed.
        exponents : array of shape (n,)
            Their powers of two.
        values : array of shape (n,) or float
            What the squared sizes of `products` are thought to be, not more than they are; 0 where that is not known.
        """
        start = 0
        while start < len(columns):
            if self._count == len(self._values):
                self.measure()
            these = slice(start, start + len(self._values) - self._count)
            start, there = these.stop, slice(self._count, self._count + len(columns[these]))
            self._products[there], self._exponents[there] = products[these], exponents[these]
            self._values[there] = values if isinstance(values, float) else values[these]
            self._places[0, there], self._places[1, there] = row, columns[these]
            self._count = there.stop

    def measure(self) -> None:
        """Measure those that wait."""
        if not self._count:
            return
        some = slice(0, self._count)
        found, dense = _multiplied_out(self._products[some], self._exponents[some], self._values[some])
        self.sizes[self._places[0, some], self._places[1, some]] = found
        self.dense, self._count = self.dense + dense, 0


def _multiplied_out(products: Array, exponents: Steps, values: Array) -> tuple[Array, int]:
    """Measure log10 ‖M‖₂ of matrices (n, C, R), transposed or not; and tell how many took a dense eigensolver."""
    before = exponents.copy()
    rescale(products, exponents)
    values = np.ldexp(values, 2 * (before - exponents))
    if products.shape[1] > products.shape[2]:
        products = products.swapaxes(1, 2)
    grams = products @ products.swapaxes(1, 2)
    advance(2.0 * grams.size * products.shape[2])
    found, dense = largest_of(grams, values)
    return logs(np.sqrt(found), exponents), dense


def rescale(matrices: Array, exponents: Steps) -> None:
    """Scale matrices by powers of two to Frobenius norms in [½, 1), in place; what is zero stays so.

    Parameters
    ----------
    matrices : array of shape (n, R, C)
        Finite matrices, contiguous.
    exponents : array of shape (n,)
        Their powers of two, changed with them.
    """
    powers = np.frexp(np.sqrt(settled(matrices, exponents)))[1]
    matrices *= np.ldexp(1.0, -powers)[:, None, None]
    exponents += powers
