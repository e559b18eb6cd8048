"""The influence triangle: the sizes of ∂(of)_t/∂(wrt)_k at sampled steps.

The one-step Jacobians between neighbouring samples are multiplied first, all blocks advancing together; then a row of
products is carried from sample to sample. With G sampled steps that is at most 2TS³ + G²S³ flops and G·S² memory. The
values at the samples are exact, not averages; every product has a power of two of its own, so nothing overflows.

Largest singular values of all pairs meet in the middle. The triangle is divided into squares, over and over: let s be
the step in the middle of 2n sampled steps, A_i lead from s to the steps after it and P_k to s from the steps before.
Then ‖A_i P_k‖₂² is the largest eigenvalue of P_k P_kᵀ A_iᵀ A_i, by which a vector is multiplied in 4S² flops, many
cells by two stacked matrix products. A few Lanczos steps and the trace, the squared Frobenius norm
⟨A_iᵀ A_i, P_k P_kᵀ⟩, enclose it to 1.5e-9 (`lanczos`).

The small triangles that remain, and the few cells that are not enclosed, are multiplied out: there Cholesky's
factorisation of xI − M proves the bound x (`certified`). What is still not proved is left to a dense eigensolver.
"""

from collections.abc import Callable

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, largest_singular_values, log10_frobenius, log10_unscaled
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.jacobians.blocks import Blocks, ProductRow, block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.explicit import SpectralTriangle, measure_corners
from unrolled.core.norms.frobenius import frobenius_triangle
from unrolled.core.norms.squares import measure_squares
from unrolled.runtime.progress import advance

# Products of so few columns are carried as cheaply as they meet in the middle.
_CARRIED_WIDTH = 2
# Smaller matrices are decomposed as fast as they are enclosed.
_DENSE_SIZE = 6
# Of so few steps of a middling state, decomposing every cell is fastest.
_FEW, _MIDDLING = 32, 16
# The side of the triangles that are multiplied out.
BASE = 8


def triangle(chain: JacobianChain, grid: Grid, norm: Norm) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖ for every row t and column k: NaN for k > t, −inf for exactly zero."""
    blocks = block_products(chain, grid.steps)
    if is_carried(chain.width, chain.height, norm):
        return _carried_triangle(chain, blocks, grid, log10_frobenius)
    if norm == "frobenius":
        return frobenius_triangle(chain, blocks, grid)
    return spectral_triangle(chain, blocks, grid)


def is_carried(width: int, height: int, norm: Norm) -> bool:
    """Tell whether products (R, C) are carried from sample to sample; both norms of a single row are its length."""
    return min(width, height) == 1 or (norm == "frobenius" and width <= _CARRIED_WIDTH)


def spectral_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖₂ for every row t and column k: NaN for k > t, −inf for exactly zero."""
    return spectral_triangle_and_dense_share(chain, blocks, grid)[0]


def spectral_triangle_and_dense_share(chain: JacobianChain, blocks: Blocks, grid: Grid) -> tuple[Array, float]:
    """Measure the same, and give the share of cells that were left to a dense eigensolver."""
    if is_diagonal(chain, blocks):
        return diagonal_triangle(chain, blocks, grid), 0.0
    if is_dense(chain.width, chain.height, len(grid.steps)):
        return dense_triangle(chain, blocks, grid), 1.0
    triangle = SpectralTriangle(chain, blocks, grid)
    measure_corners(triangle, BASE)
    leads = np.tile(np.random.default_rng(0).standard_normal(chain.state_size), (len(grid.k), 1))
    span = BASE
    while span < len(grid.steps):
        measure_squares(triangle, span, leads)
        span *= 2
    triangle.finish()
    return triangle.sizes, sum(triangle.dense) / max(1, int(np.count_nonzero(~np.isnan(triangle.sizes))))


def is_dense(width: int, height: int, samples: int) -> bool:
    """Tell whether every cell is decomposed."""
    least = min(width, height)
    return least <= _DENSE_SIZE or (samples <= _FEW and least <= _MIDDLING)


def dense_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Decompose every product, row by row: log10 of the largest singular values (rows, columns)."""
    return _carried_triangle(
        chain,
        blocks,
        grid,
        lambda products, exponents: log10_unscaled(largest_singular_values(products), exponents),
    )


def _carried_triangle(
    chain: JacobianChain, blocks: Blocks, grid: Grid, measure: Callable[[Array, Steps], Array]
) -> Array:
    """Measure products that are cheap to carry, row by row."""
    sizes, row = grid.empty(), ProductRow(len(grid.k), chain.width, chain.state_size)
    for index, step in enumerate(grid.steps):
        if index:
            row.left_multiply(blocks.products[index - 1], int(blocks.powers[index - 1]))
        if grid.is_column[index]:
            row.append(chain.initial(np.array([step]))[0])
        if grid.is_row[index]:
            sizes[grid.row[index], : row.count] = measure(chain.select_T(row.products), row.exponents)
    return sizes


def is_diagonal(chain: JacobianChain, blocks: Blocks) -> bool:
    """Tell whether every product is a block of one that is exactly diagonal."""
    size = chain.state_size
    off_diagonal = ~np.eye(size, dtype=np.bool_)
    return chain.is_block and chain.readout is None and not any(block[off_diagonal].any() for block in blocks.products)


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
