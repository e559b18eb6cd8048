"""Largest singular values of all pairs, meeting in the middle.

The triangle is divided into squares, over and over: let s be the step in the middle of 2n sampled steps, A_i lead
from s to the steps after it and P_k to s from the steps before. Then ‖A_i P_k‖₂² is the largest eigenvalue of
P_k P_kᵀ A_iᵀ A_i, by which a vector is multiplied in 4S² flops, many cells by two stacked matrix products. A few
Lanczos steps and the trace, the squared Frobenius norm ⟨A_iᵀ A_i, P_k P_kᵀ⟩, enclose it to 1.5e-9 (`lanczos`).

The small triangles that remain, and the few cells that are not enclosed, are multiplied out: there Cholesky's
factorisation of xI − M proves the bound x (`certified`). What is still not proved is left to a dense eigensolver.
"""

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array
from unrolled.core.jacobians.blocks import Blocks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.norms.dense import dense_triangle, diagonal_triangle, is_diagonal
from unrolled.core.norms.explicit import SpectralTriangle, measure_corners
from unrolled.core.norms.squares import measure_squares

# Smaller matrices are decomposed as fast as they are enclosed.
_DENSE_SIZE = 6
# Of so few steps of a middling state, decomposing every cell is fastest.
_FEW, _MIDDLING = 32, 16
# The side of the triangles that are multiplied out.
BASE = 8


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
