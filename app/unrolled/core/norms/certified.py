"""Largest eigenvalues of explicit matrices, sought by Lanczos steps and proved by Cholesky's factorisation.

An eigenvalue is off by the square of what its vector is off. Six digits of a vector are therefore enough to find twelve
of the eigenvalue by a few more steps, and the many steps to the vector are taken in single precision. The mean of the
eigenvalues is taken off first: where they are nearly equal, their differences are all there is to find. The result is a
Ritz value, never above the eigenvalue; that it is not below is proved by factorising xI − M for x a little above it.
"""

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.norms.lanczos import LARGE
from unrolled.core.norms.tridiagonal import BRACKET_WIDTH, leading_eigenpairs
from unrolled.runtime.progress import advance

Basis = npt.NDArray[np.floating]

# Steps in single precision if small or large, steps after them, and steps where these were not enough.
_ROUGH, _FINE, _LONG = (20, 32), 4, (28, 48)
# How many are worked on together, and factorised at once.
_TOGETHER, _BATCH = 2**19, 8
# What is so short beside the matrix, squared, is only rounding.
_SPENT = {np.dtype(np.float32): 1e-11, np.dtype(np.float64): 1e-24}
# What the eigenvalues and the factorisation of a matrix take, in C³ flops of a matrix product.
_EIGEN, _FACTOR = 25.0, 2.5


def certified_lambda_max(grams: Array, guesses: Array) -> tuple[Array, Steps]:
    """Find largest eigenvalues of positive semidefinite matrices (n, C, C) of traces near 1, and prove most of them.

    The guesses (n,) are Ritz values that may have converged, 0 where there is none. Gives the eigenvalues, to 1.5e-9,
    and the indices of those that are not proved; only these matrices are left as they were.
    """
    values, shifts = guesses.copy(), _shifted(grams)
    unknown = np.flatnonzero(values == 0.0)
    if unknown.size:
        some = grams if unknown.size == len(grams) else grams[unknown]
        values[unknown] = _sought(some, _ROUGH[_large(grams)]) + shifts[unknown]
    stubborn = _unproved(grams, shifts, values)
    np.einsum("nii->ni", grams)[stubborn] += shifts[stubborn, None]
    return values, stubborn


def retried_lambda_max(grams: Array) -> tuple[Array, int]:
    """Take more steps, from another start: one too near another eigenvector may have misled the search.

    Gives the eigenvalues, to 1.5e-9, and how many took a dense eigensolver. The matrices (n, C, C) are changed.
    """
    shifts = _shifted(grams)
    values = _sought(grams, 0, _LONG[_large(grams)]) + shifts
    left = _unproved(grams, shifts, values)
    values[left] = dense_lambda_max(grams[left]) + shifts[left]
    return values, len(left)


def dense_lambda_max(grams: Array) -> Array:
    """Decompose matrices (n, C, C): values crowded at the upper end of a spectrum take more steps than there are."""
    advance(_EIGEN * grams.size * grams.shape[-1])
    return np.asarray(np.linalg.eigvalsh(grams)[:, -1], dtype=np.float64) if len(grams) else np.zeros(0)


def _large(grams: Array) -> int:
    return int(grams.shape[-1] >= LARGE)


def _shifted(grams: Array) -> Array:
    """Subtract from matrices the mean of their eigenvalues, in place, and give these means."""
    diagonals = np.einsum("nii->ni", grams)
    shifts: Array = diagonals.mean(axis=1)
    diagonals -= shifts[:, None]
    return shifts


def _sought(grams: Array, rough: int, fine: int = _FINE) -> Array:
    """Seek the largest eigenvalues by steps in single and then in double precision."""
    count, width = grams.shape[:2]
    chunk = max(1, _TOGETHER // width**2)
    parts = [slice(first, first + chunk) for first in range(0, count, chunk)]
    start = np.random.default_rng(0).standard_normal((1, width))[0]
    starts = [np.broadcast_to(start, grams[part].shape[:2]) for part in parts]
    if rough:
        singles = [
            _krylov(grams[part].astype(np.float32), first, rough) for part, first in zip(parts, starts, strict=True)
        ]
        weights = _weights(singles)
        starts = [_combined(each, basis, start) for each, (basis, _, _) in zip(weights, singles, strict=True)]
    doubles = [_krylov(grams[part], first, fine) for part, first in zip(parts, starts, strict=True)]
    return leading_eigenpairs(*(np.concatenate(each, axis=1) for each in list(zip(*doubles, strict=True))[1:]))[0]


def _weights(runs: list[tuple[Basis, Array, Array]]) -> list[Array]:
    """Give the weights (n, m) of the leading Ritz vectors in some bases."""
    alphas, squares = (np.concatenate(each, axis=1) for each in list(zip(*runs, strict=True))[1:])
    weights = leading_eigenpairs(alphas, squares)[1]
    scale = np.abs(weights).max(axis=0)
    fine = np.isfinite(scale)
    weights = np.where(fine, weights / np.where(fine, scale, 1.0), 0.0)
    return np.split(weights.T, np.cumsum([run[1].shape[1] for run in runs])[:-1])


def _combined(weights: Array, basis: Basis, start: Array) -> Array:
    """Combine basis vectors, (n, C); the start where nothing is left."""
    found = np.vecmat(weights.astype(basis.dtype), basis).astype(np.float64)
    return np.where((np.vecdot(found, found) > 1e-20)[:, None], found, start)


def _krylov(matrices: Basis, start: Array, steps: int) -> tuple[Basis, Array, Array]:
    """Take Lanczos steps: orthonormal vectors (n, m, C), the diagonal of T, and squares of its off-diagonal."""
    count, width = matrices.shape[:2]
    steps, kind = min(steps, width), matrices.dtype
    basis = np.empty((count, steps, width), dtype=kind)
    alphas, squares = np.empty((2, steps, count))
    basis[:, 0] = start / np.sqrt(np.vecdot(start, start))[:, None]
    beta, most = np.zeros((2, count), dtype=kind)
    for step in range(steps):
        vectors = basis[:, step]
        moved = np.matvec(matrices, vectors)
        alpha = np.vecdot(moved, vectors)
        moved -= alpha[:, None] * vectors
        if step:
            moved -= beta[:, None] * basis[:, step - 1]
        before = basis[:, : step + 1]
        moved -= np.vecmat(np.matvec(before, moved), before)
        square = np.vecdot(moved, moved)
        most = np.maximum(most, np.abs(alpha) + np.sqrt(square))
        square = np.where(square > _SPENT[kind] * np.square(most), square, 0.0)
        alphas[step], squares[step], beta = alpha, square, np.sqrt(square)
        if step + 1 < steps:
            np.multiply(moved, (beta > 0.0)[:, None] / np.where(beta > 0.0, beta, 1.0)[:, None], out=basis[:, step + 1])
    advance(4.0 * steps * matrices.size)
    return basis, alphas, squares


def _unproved(grams: Array, shifts: Array, values: Array) -> Steps:
    """Give the indices whose value is not proved to be the largest eigenvalue, a few at a time."""
    doubtful: list[int] = []
    for first in range(0, len(grams), _BATCH):
        some = slice(first, first + _BATCH)
        if not _bounded(grams[some], shifts[some], values[some]):
            ones = [slice(one, one + 1) for one in range(*some.indices(len(grams)))]
            doubtful += [
                one.start for one in ones if len(grams[some]) == 1 or not _bounded(grams[one], shifts[one], values[one])
            ]
    return np.array(doubtful, dtype=np.int64)


def _bounded(grams: Array, shifts: Array, values: Array) -> bool:
    """Prove by Cholesky's factorisation that no eigenvalue is above its value by more than 1.5e-9 of it."""
    advance(_FACTOR * grams.size * grams.shape[-1])
    bounds = -grams
    np.einsum("nii->ni", bounds)[...] += (values * (1.0 + BRACKET_WIDTH) - shifts)[:, None]
    try:
        np.linalg.cholesky(bounds)
    except np.linalg.LinAlgError:
        return False
    return True
