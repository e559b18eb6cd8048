"""Sizes of vectors and of local derivatives, without overflow: log10 of shape (n,), −inf for exactly zero."""

import numpy as np

from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.product import scaled_norms
from unrolled.core.networks.diagrams.cell import Constant, Diagonal, Factor, ScaledRows, Stack


def lengths(vectors: Array) -> Array:
    """Measure Euclidean lengths of vectors (n, H)."""
    return scaled_norms(vectors[:, None], np.zeros(len(vectors), dtype=np.int64), "frobenius")


def factor_norms(factor: Factor, count: int, norm: Norm) -> Array:
    """Measure a local derivative at each of ``count`` steps."""
    match factor:
        case Constant(matrix):
            return constant_norms(matrix, count, norm)
        case Diagonal(vectors):
            return diagonal_norms(vectors, norm)
        case ScaledRows(vectors, matrix):
            return scaled_row_norms(vectors, matrix, norm)
        case Stack(matrices):
            return scaled_norms(matrices, np.zeros(count, dtype=np.int64), norm)


def diagonal_norms(vectors: Array, norm: Norm) -> Array:
    """Measure diag(v) of every row v (n, H): the largest entry, or the length of all."""
    if norm == "frobenius":
        return lengths(vectors)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(np.abs(vectors).max(axis=1)))


def scaled_row_norms(vectors: Array, matrix: Array, norm: Norm) -> Array:
    """Measure diag(v) M of every row v (n, R), M (R, C)."""
    rows, powers = rescale(vectors[:, None])
    scaled, power = rescale(matrix[None])
    return scaled_norms(rows[:, 0, :, None] * scaled[0], powers + power[0], norm)


def constant_norms(matrix: Array, count: int, norm: Norm) -> Array:
    """Measure one matrix that is the same at every one of ``count`` steps."""
    return np.full(count, scaled_norms(matrix[None], np.zeros(1, dtype=np.int64), norm)[0])
