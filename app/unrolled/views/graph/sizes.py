"""Sizes of vectors and of local derivatives, without overflow: all of them log10, −inf for exactly zero."""

import numpy as np

from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.product import scaled_norms


def lengths(vectors: Array) -> Array:
    """Measure Euclidean lengths.

    Parameters
    ----------
    vectors : array of shape (n, H)
        The vectors.

    Returns
    -------
    array of shape (n,)
        log10.
    """
    return scaled_norms(vectors[:, None], np.zeros(len(vectors), dtype=np.int64), "frobenius")


def diagonals(vectors: Array, norm: Norm) -> Array:
    """Measure diag(v): the largest entry, or the length of all.

    Parameters
    ----------
    vectors : array of shape (n, H)
        The diagonals.
    norm : {"spectral", "frobenius"}
        How they are measured.

    Returns
    -------
    array of shape (n,)
        log10.
    """
    if norm == "frobenius":
        return lengths(vectors)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(np.abs(vectors).max(axis=1)))


def scaled_rows(vectors: Array, matrix: Array, norm: Norm) -> Array:
    """Measure diag(v) M.

    Parameters
    ----------
    vectors : array of shape (n, R)
        The diagonals.
    matrix : array of shape (R, C)
        M.
    norm : {"spectral", "frobenius"}
        How they are measured.

    Returns
    -------
    array of shape (n,)
        log10.
    """
    rows, powers = rescale(vectors[:, None])
    inner, power = rescale(matrix[None])
    return scaled_norms(rows[:, 0, :, None] * inner[0], powers + power[0], norm)


def constant(matrix: Array, count: int, norm: Norm) -> Array:
    """Measure one matrix that is the same at every step.

    Parameters
    ----------
    matrix : array of shape (R, C)
        The matrix.
    count : int
        How many steps.
    norm : {"spectral", "frobenius"}
        How it is measured.

    Returns
    -------
    array of shape (count,)
        log10.
    """
    return np.full(count, scaled_norms(matrix[None], np.zeros(1, dtype=np.int64), norm)[0])
