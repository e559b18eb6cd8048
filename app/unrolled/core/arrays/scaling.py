"""Matrices that carry a power of two, so that products of thousands of factors neither under- nor overflow."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps

LOG10_2 = float(np.log10(2.0))

# Smaller numbers are near those of which float64 holds fewer and fewer digits.
_SMALLEST = 2.0**-1000
# A matrix is renormalised only when its squared norm leaves this range; both ends are far from float64's own.
_LOW, _HIGH = 2.0**-256, 2.0**256
# What is multiplied on several times before it is looked at may go farther: its squares still have all their digits.
FAR_LOW = 2.0**-800


def rescale(matrices: Array) -> tuple[Array, Steps]:
    """Scale each matrix by a power of two so that its largest entry lies in [½, 1); exact, zero stays zero.

    Parameters
    ----------
    matrices : array of shape (n, R, C)
        Finite matrices.

    Returns
    -------
    scaled : array of shape (n, R, C)
        The scaled matrices.
    exponents : array of shape (n,)
        The powers: matrix = scaled · 2^exponent.
    """
    exponents = np.frexp(np.abs(matrices).max(axis=(-2, -1), initial=0.0))[1].astype(np.int64)
    return np.ldexp(matrices, -exponents[:, None, None]), exponents


def flush_subnormal(factors: Array) -> Array:
    """Take slopes and gates below 10^−301 for closed: a factor is right in all its digits, or it is zero."""
    return np.where(np.abs(factors) < _SMALLEST, 0.0, factors)


def renormalise_(matrices: Array, exponents: Steps) -> Array:
    """Bring matrices that strayed far from 1 back by a power of two, in place.

    Parameters
    ----------
    matrices : array of shape (n, R, C)
        Finite matrices, contiguous.
    exponents : array of shape (n,)
        Their powers of two, changed with them.

    Returns
    -------
    array of shape (n,)
        Squared Frobenius norms of the matrices as they are now.
    """
    flat = matrices.reshape(len(matrices), matrices.shape[1] * matrices.shape[2])
    with np.errstate(over="ignore"):
        squares: Array = np.vecdot(flat, flat)
    strayed = np.flatnonzero(~((squares > _LOW) & (squares < _HIGH)))
    if strayed.size:
        matrices[strayed], powers = rescale(matrices[strayed])
        exponents[strayed] += powers
        squares[strayed] = np.vecdot(flat[strayed], flat[strayed])
    return squares


def kept_precision(squares: Array) -> bool:
    """Tell whether what was multiplied on without a power of two of its own lost nothing on its way.

    Parameters
    ----------
    squares : array of shape (m, n)
        Squared lengths of n things after each of m products. Zero is true only of what was zero before.

    Returns
    -------
    bool
        False where one of them left the range in which products and squares keep their digits, or may have.
    """
    strayed = ~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW))
    if not strayed.any():
        return True
    silent = squares == 0.0
    strayed[0] &= ~silent[0]
    strayed[1:] &= ~(silent[1:] & silent[:-1])
    return not strayed.any()


def renormalised(matrices: Array) -> Steps:
    """Do the same with matrices that have no exponents yet, and give these, shape (n,)."""
    exponents = np.zeros(len(matrices), dtype=np.int64)
    renormalise_(matrices, exponents)
    return exponents


def log_sizes(sizes: Array, exponents: Steps) -> Array:
    """Turn sizes of scaled matrices into log10 of the true ones, −inf for zero."""
    with np.errstate(divide="ignore"):
        return np.log10(sizes) + LOG10_2 * exponents


def log10_lengths(matrices: Array, exponents: Steps) -> Array:
    """Measure log10 ‖M‖_F of matrices with powers of two, also where their squares are no float64; shape (n,)."""
    squares = np.square(matrices).sum(axis=(1, 2))
    found, small = log_sizes(np.sqrt(squares), exponents), np.flatnonzero(squares < _LOW)
    if small.size:
        again, more = rescale(matrices[small])
        found[small] = log_sizes(np.linalg.norm(again, axis=(1, 2)), exponents[small] + more)
    return found


def largest_singular_values(matrices: Array) -> Array:
    """Give ‖M‖₂ of some matrices by SVD, shape (n,)."""
    if min(matrices.shape[-2:]) == 1:
        return np.sqrt(np.square(matrices).sum(axis=(-2, -1)))
    return np.asarray(np.linalg.svd(matrices, compute_uv=False)[:, 0], dtype=np.float64)
