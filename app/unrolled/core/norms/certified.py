"""Largest eigenvalues of explicit matrices, sought by Lanczos steps and proved by Cholesky's factorisation.

An eigenvalue is off by the square of what its vector is off. Six digits of a vector are therefore enough to find twelve
of the eigenvalue by a few more steps, and the many steps to the vector are taken in single precision. The mean of the
eigenvalues is subtracted first: where they are nearly equal, their differences are all there is to find. The result is
a Ritz value, never above the eigenvalue; that it is not below is proved by factorising xI − M for x a little above it.
"""

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.norms.lanczos import LARGE
from unrolled.core.norms.tridiagonal import BRACKET_WIDTH, leading_eigenpairs
from unrolled.runtime.progress import advance

Basis = npt.NDArray[np.floating]

# Steps in single precision if small or large, steps after them, and steps where these were not enough.
_ROUGH, _FINE, _LONG = (20, 32), 4, (28, 48)
# Entries of the matrices that advance together, and how many are factorised at once.
_CHUNK_ENTRIES, _BATCH = 2**19, 8
# Squared lengths relative to the matrix below which a vector is only rounding.
_ROUNDING = {np.dtype(np.float32): 1e-11, np.dtype(np.float64): 1e-24}
# Cost of the eigenvalues and of the factorisation of a matrix, in C³ flops.
_EIGEN, _FACTOR = 25.0, 2.5
# A product of a matrix and a vector reads every entry for two flops; passes over the vectors of a step.
_MATVEC, _PASSES = 8.0, 10


def certified_lambda_max(grams: Array, guesses: Array) -> tuple[Array, Steps]:
    """Find largest eigenvalues of positive semidefinite matrices (n, C, C) of traces near 1, and prove most of them.

    The guesses (n,) are Ritz values that may have converged, 0 where there is none. Gives the eigenvalues, to 1.5e-9,
    and the indices of those that are not proved; only these matrices are left as they were.
    """
    values, shifts = guesses.copy(), _subtract_means_(grams)
    unknown = np.flatnonzero(values == 0.0)
    if unknown.size:
        some = grams if unknown.size == len(grams) else grams[unknown]
        values[unknown] = _ritz_values(some, _ROUGH[_large(grams)]) + shifts[unknown]
    unproved = _unproved(grams, shifts, values)
    np.einsum("nii->ni", grams)[unproved] += shifts[unproved, None]
    return values, unproved


def retried_lambda_max(grams: Array) -> tuple[Array, int]:
    """Take more steps, from another start: one too near another eigenvector may have misled the search.

    Gives the eigenvalues, to 1.5e-9, and how many took a dense eigensolver. The matrices (n, C, C) are changed.
    """
    shifts = _subtract_means_(grams)
    values = _ritz_values(grams, 0, _LONG[_large(grams)]) + shifts
    unproved = _unproved(grams, shifts, values)
    values[unproved] = dense_lambda_max(grams[unproved]) + shifts[unproved]
    return values, len(unproved)


def dense_lambda_max(grams: Array) -> Array:
    """Decompose matrices (n, C, C): values crowded at the upper end of a spectrum take more steps than there are."""
    advance(_EIGEN * grams.size * grams.shape[-1])
    return np.asarray(np.linalg.eigvalsh(grams)[:, -1], dtype=np.float64) if len(grams) else np.zeros(0)


def _large(grams: Array) -> int:
    return int(grams.shape[-1] >= LARGE)


def _subtract_means_(grams: Array) -> Array:
    """Subtract from matrices the mean of their eigenvalues, in place, and give these means."""
    diagonals = np.einsum("nii->ni", grams)
    shifts: Array = diagonals.mean(axis=1)
    diagonals -= shifts[:, None]
    return shifts


def _ritz_values(grams: Array, rough: int, fine: int = _FINE) -> Array:
    """Seek the largest eigenvalues by steps in single and then in double precision."""
    count, width = grams.shape[:2]
    chunk = max(1, _CHUNK_ENTRIES // width**2)
    parts = [slice(first, first + chunk) for first in range(0, count, chunk)]
    start = np.random.default_rng(0).standard_normal((1, width))[0]
    starts = [np.broadcast_to(start, grams[part].shape[:2]) for part in parts]
    if rough:
        singles = [
            _krylov(grams[part].astype(np.float32), first, rough) for part, first in zip(parts, starts, strict=True)
        ]
        weights = _ritz_weights(singles)
        starts = [_ritz_vectors(each, basis, start) for each, (basis, _, _) in zip(weights, singles, strict=True)]
    doubles = [_krylov(grams[part], first, fine) for part, first in zip(parts, starts, strict=True)]
    return leading_eigenpairs(*(np.concatenate(each, axis=1) for each in list(zip(*doubles, strict=True))[1:]))[0]


def _ritz_weights(runs: list[tuple[Basis, Array, Array]]) -> list[Array]:
    """Give the weights (n, m) of the leading Ritz vectors in some bases."""
    alphas, squares = (np.concatenate(each, axis=1) for each in list(zip(*runs, strict=True))[1:])
    weights = leading_eigenpairs(alphas, squares)[1]
    scale = np.abs(weights).max(axis=0)
    fine = np.isfinite(scale)
    weights = np.where(fine, weights / np.where(fine, scale, 1.0), 0.0)
    return np.split(weights.T, np.cumsum([run[1].shape[1] for run in runs])[:-1])


def _ritz_vectors(weights: Array, basis: Basis, start: Array) -> Array:
    """Combine basis vectors, (n, C); the start where nothing is left."""
    vectors = np.vecmat(weights.astype(basis.dtype), basis).astype(np.float64)
    return np.where((np.vecdot(vectors, vectors) > 1e-20)[:, None], vectors, start)


def _krylov(matrices: Basis, start: Array, steps: int) -> tuple[Basis, Array, Array]:
    """Take Lanczos steps: orthonormal vectors (n, m, C), the diagonal of T, and squares of its off-diagonal."""
    count, width = matrices.shape[:2]
    steps, kind = min(steps, width), matrices.dtype
    basis = np.empty((count, steps, width), dtype=kind)
    alphas, squares = np.empty((2, steps, count))
    basis[:, 0] = start / np.sqrt(np.vecdot(start, start))[:, None]
    beta, largest = np.zeros((2, count), dtype=kind)
    for step in range(steps):
        vectors = basis[:, step]
        moved = np.matvec(matrices, vectors)
        alpha = np.vecdot(moved, vectors)
        moved -= alpha[:, None] * vectors
        if step:
            moved -= beta[:, None] * basis[:, step - 1]
        earlier = basis[:, : step + 1]
        moved -= np.vecmat(np.matvec(earlier, moved), earlier)
        square = np.vecdot(moved, moved)
        largest = np.maximum(largest, np.abs(alpha) + np.sqrt(square))
        square = np.where(square > _ROUNDING[kind] * np.square(largest), square, 0.0)
        alphas[step], squares[step], beta = alpha, square, np.sqrt(square)
        if step + 1 < steps:
            np.multiply(moved, (beta > 0.0)[:, None] / np.where(beta > 0.0, beta, 1.0)[:, None], out=basis[:, step + 1])
    advance(steps * (_MATVEC * matrices.size + _PASSES * ENTRY * start.size))
    return basis, alphas, squares


def _unproved(grams: Array, shifts: Array, values: Array) -> Steps:
    """Give the indices whose value is not proved to be the largest eigenvalue, a few at a time."""
    doubtful: list[int] = []
    for first in range(0, len(grams), _BATCH):
        some = slice(first, first + _BATCH)
        if not _is_bounded(grams[some], shifts[some], values[some]):
            ones = [slice(one, one + 1) for one in range(*some.indices(len(grams)))]
            doubtful += [
                one.start
                for one in ones
                if len(grams[some]) == 1 or not _is_bounded(grams[one], shifts[one], values[one])
            ]
    return np.array(doubtful, dtype=np.int64)


def _is_bounded(grams: Array, shifts: Array, values: Array) -> bool:
    """Prove by Cholesky's factorisation that no eigenvalue is above its value by more than 1.5e-9 of it."""
    advance(CALL + grams.size * (_FACTOR * grams.shape[-1] + ENTRY))
    bounds = -grams
    np.einsum("nii->ni", bounds)[...] += (values * (1.0 + BRACKET_WIDTH) - shifts)[:, None]
    try:
        np.linalg.cholesky(bounds)
    except np.linalg.LinAlgError:
        return False
    return True
