"""The influence triangle: the sizes of ∂(of)_t/∂(wrt)_k at sampled steps.

The one-step Jacobians between neighbouring samples are multiplied first, all blocks advancing together; then a row of
products is carried from sample to sample. With G sampled steps that is at most 2TS³ + G²S³ flops and G·S² memory. The
values at the samples are exact, not averages; every product has a power of two of its own, so nothing overflows.
"""

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import log10_frobenius
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.blocks import Blocks, ProductRow, block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.frobenius import frobenius_triangle
from unrolled.core.norms.spectral import spectral_triangle

# Products of so few columns are carried as cheaply as they meet in the middle.
_CARRIED_WIDTH = 2


def triangle(chain: JacobianChain, grid: Grid, norm: Norm) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖ for every row t and column k: NaN for k > t, −inf for exactly zero."""
    blocks = block_products(chain, grid.steps)
    if is_carried(chain.width, chain.height, norm):
        return _carried_triangle(chain, blocks, grid)
    if norm == "frobenius":
        return frobenius_triangle(chain, blocks, grid)
    return spectral_triangle(chain, blocks, grid)


def is_carried(width: int, height: int, norm: Norm) -> bool:
    """Tell whether products (R, C) are carried from sample to sample; both norms of a single row are its length."""
    return min(width, height) == 1 or (norm == "frobenius" and width <= _CARRIED_WIDTH)


def _carried_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Measure Frobenius norms, row by row, of products that are cheap to carry."""
    sizes, row = grid.empty(), ProductRow(len(grid.k), chain.width, chain.state_size)
    for index, step in enumerate(grid.steps):
        if index:
            row.left_multiply(blocks.products[index - 1], int(blocks.powers[index - 1]))
        if grid.is_column[index]:
            row.append(chain.initial(np.array([step]))[0])
        if grid.is_row[index]:
            sizes[grid.row[index], : row.count] = log10_frobenius(chain.select_T(row.products), row.exponents)
    return sizes
