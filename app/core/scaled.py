"""Matrices that carry a power of two, so that products of thousands of factors neither under- nor overflow."""

import numpy as np

from app.core.arrays import Array, Steps

LOG10_2 = float(np.log10(2.0))


def normalised(matrices: Array) -> tuple[Array, Steps]:
    """Scale each matrix by a power of two so that its largest entry lies in [½, 1); exact, zero stays zero.

    Parameters
    ----------
    matrices : array of shape (n, S, S)
        Finite matrices.

    Returns
    -------
    scaled : array of shape (n, S, S)
        The scaled matrices.
    exponents : array of shape (n,)
        The powers: matrix = scaled · 2^exponent.
    """
    exponents = np.frexp(np.abs(matrices).max(axis=(-2, -1)))[1].astype(np.int64)
    return np.ldexp(matrices, -exponents[:, None, None]), exponents


def largest_singular_values(matrices: Array) -> Array:
    """Give ‖M‖₂ of some matrices by SVD, shape (n,)."""
    return np.asarray(np.linalg.svd(matrices, compute_uv=False)[:, 0], dtype=np.float64)
