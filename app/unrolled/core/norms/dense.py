"""Largest singular values where decomposing every product is fast, and where all products are diagonal."""

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, largest_singular_values, log10_unscaled
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.blocks import Blocks, ProductRow
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.runtime.progress import advance


def dense_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Decompose every product, row by row: log10 of the largest singular values (rows, columns)."""
    sizes, row = grid.empty(), ProductRow(len(grid.k), chain.width, chain.state_size)
    for index, step in enumerate(grid.steps):
        if index:
            row.left_multiply(blocks.products[index - 1], int(blocks.powers[index - 1]))
        if grid.is_column[index]:
            row.append(chain.initial(np.array([step]))[0])
        if grid.is_row[index]:
            sizes[grid.row[index], : row.count] = log10_unscaled(
                largest_singular_values(chain.select_T(row.products)), row.exponents
            )
    return sizes


def is_diagonal(chain: JacobianChain, blocks: Blocks) -> bool:
    """Tell whether every product of a state with respect to a state is exactly diagonal."""
    size = chain.state_size
    off_diagonal = ~np.eye(size, dtype=np.bool_)
    return (
        chain.columns is not None
        and chain.readout is None
        and not any(block[off_diagonal].any() for block in blocks.products)
    )


def diagonal_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Measure products that are all diagonal: log10 of the largest selected entries (rows, columns)."""
    selected = np.zeros((2, chain.state_size), dtype=np.bool_)
    selected[0, chain.rows], selected[1, chain.columns] = True, True
    with np.errstate(divide="ignore"):
        moves = np.log10(np.abs(np.diagonal(blocks.products, axis1=1, axis2=2)[:, selected.all(axis=0)]))
    moves += LOG10_2 * np.asarray(blocks.powers)[:, None]
    sizes, logs, count = grid.empty(), np.zeros((len(grid.k), moves.shape[1])), 0
    for index in range(len(grid.steps)):
        if index:
            logs[:count] += moves[index - 1]
        count += int(grid.is_column[index])
        if grid.is_row[index]:
            sizes[grid.row[index], :count] = logs[:count].max(axis=1, initial=-np.inf)
        advance(2.0 * ENTRY * count * moves.shape[1])
    return sizes
