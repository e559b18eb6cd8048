"""What chains give, against products of plain matrices."""

from typing import Any

import numpy as np

from tests.core.nets import dense_products
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.arrays.types import Norm
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product
from unrolled.core.norms.triangle import triangle

ORDERS: list[tuple[Norm, Any]] = [("spectral", 2), ("frobenius", "fro")]


def log10_norms(matrices, order):
    with np.errstate(divide="ignore"):
        return np.log10(np.linalg.norm(np.array(matrices), order, axis=(1, 2)))


def dense_triangle(chain: JacobianChain, order):
    """Measure the plain product of every cell."""
    cells = np.full((chain.length, chain.length), np.nan)
    for k in range(1, chain.length + 1):
        cells[k - 1 :, k - 1] = log10_norms(dense_products(chain, k, chain.length), order)
    return cells


def assert_same(measured, truth, atol: float) -> None:
    """Compare logarithms; two zeros are equal."""
    np.testing.assert_allclose(measured, truth, atol=atol, rtol=0)


def full_triangle(chain: JacobianChain, norm: Norm = "spectral"):
    return triangle(chain, square_grid(sample_steps(chain.length, chain.length)), norm)


def unscaled(chain: JacobianChain, t: int, k: int):
    result = product(chain, t, k)
    return result.matrix * 10.0**result.log10_scale if result.matrix.any() else result.matrix
