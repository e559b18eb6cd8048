"""The influence triangle: the sizes of all products P[t, k] = J_t J_{t−1} … J_{k+1} at sampled steps.

The one-step Jacobians between neighbouring samples are multiplied first, all blocks advancing together; then a row of
products is carried from sample to sample. With G sampled steps that is at most 2TS³ + G²S³ flops and G·S² memory. The
values at the samples are exact, not averages, and every product has a power-of-two exponent of its own, so nothing
under- or overflows at any length.
"""

from typing import Literal

import numpy as np

from app.core.arrays import Array, Steps
from app.core.frobenius import frobenius_triangle
from app.core.rows import Row
from app.core.scaled import largest_singular_values, normalised
from app.core.trace import Trace

Norm = Literal["spectral", "frobenius"]


def sample_steps(length: int, resolution: int) -> Steps:
    """Choose the sampled steps: every step when T ≤ G, else a uniform stride that ends at T.

    Parameters
    ----------
    length, resolution : int
        T and G.

    Returns
    -------
    array of shape (at most G,)
        1-based steps, rising, the last one T.
    """
    stride = -(-length // resolution)
    return np.arange(length, 0, -stride, dtype=np.int64)[::-1].copy()


def triangle(trace: Trace, steps: Steps, norm: Norm) -> Array:
    """Measure log10 ‖P[t, k]‖ for all sampled k ≤ t.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    steps : array of shape (G,)
        Rising 1-based steps.
    norm : {"spectral", "frobenius"}
        Largest singular value (by SVD, exact), or root of the sum of squares.

    Returns
    -------
    array of shape (G, G)
        Rows t, columns k; NaN for k > t, −inf where the product is exactly zero.
    """
    products, powers = block_products(trace, steps)
    blocks = np.ascontiguousarray(products.swapaxes(1, 2))
    if norm == "frobenius":
        return frobenius_triangle(blocks, powers, trace.state_size)
    return _spectral_triangle(blocks, powers, trace.state_size)


def block_products(trace: Trace, steps: Steps) -> tuple[Array, Steps]:
    """Multiply the one-step Jacobians between neighbouring samples, all blocks advancing together.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    steps : array of shape (G,)
        Rising 1-based steps.

    Returns
    -------
    products : array of shape (G − 1, S, S)
        P[steps[i+1], steps[i]], scaled by a power of two.
    powers : array of shape (G − 1,)
        The powers: the truth is product · 2^power.
    """
    starts, ends = steps[:-1], steps[1:]
    products, powers = normalised(trace.jacobians(starts + 1))
    for offset in range(2, int((ends - starts).max(initial=0)) + 1):
        inside = starts + offset <= ends
        factors, more = normalised(trace.jacobians(starts[inside] + offset))
        products[inside], shift = normalised(factors @ products[inside])
        powers[inside] += more + shift
    return products, powers


def _spectral_triangle(blocks: Array, powers: Steps, size: int) -> Array:
    """Measure largest singular values, row by row."""
    count = len(blocks) + 1
    sizes = np.full((count, count), np.nan)
    row = Row(count, size)
    for index in range(count):
        if index:
            row.carry(blocks[index - 1], powers[index - 1])
        row.begin()
        row.squares()
        sizes[index, : index + 1] = row.logs(largest_singular_values(row.products))
    return sizes
