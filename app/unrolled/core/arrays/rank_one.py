"""Norms of many matrices that differ by an outer product: M_k = U + w_k rᵀ, one U and one r for all.

A reflection that turns r into a multiple of the first unit vector leaves the norms alone and all columns but the first
equal: M_k ~ [c_k, U₂]. So ‖M_k‖_F² = ‖U₂‖_F² + |c_k|², and ‖M_k‖₂² is the largest eigenvalue λ of U₂ U₂ᵀ + c_k c_kᵀ.
With the eigenvalues d_1 ≥ d_2 ≥ … of U₂ U₂ᵀ and c in their basis, λ is the root beyond d_1 of the secular equation

    Σ_i c_i² / (λ − d_i) = 1

(Golub 1973, “Some modified matrix eigenvalue problems”). One small eigenproblem serves a whole row of cells.
"""

import numpy as np

from unrolled.core.arrays.types import Array, Norm

# So small a step ends the search, unless it is still a share of the root: then the root doubles, far from its end.
_TOLERANCE, _SLOW = 4e-16, 0.1
_TINY, _MAX_STEPS = 1e-17, 100


def rank_one_norms(matrix: Array, left: Array, right: Array, norm: Norm) -> Array:
    """Measure log10 ‖U + w_k rᵀ‖ of U (O, D), the w_k (n, O) and r (D,); shape (n,), −inf for a zero matrix."""
    columns, rest = _reflected(matrix, left, right)
    largest = max(float(np.abs(columns).max(initial=0.0)), float(np.abs(rest).max(initial=0.0)))
    power = int(np.frexp(largest)[1])
    columns, rest = np.ldexp(columns, -power), np.ldexp(rest, -power)
    if norm == "frobenius":
        squares = np.vecdot(columns, columns) + np.square(rest).sum()
    else:
        values, basis = np.linalg.eigh(rest @ rest.T)
        squares = _largest(np.maximum(values[::-1], 0.0), np.square(columns @ basis[:, ::-1]))
    with np.errstate(divide="ignore"):
        return np.asarray(0.5 * np.log10(squares) + power * np.log10(2.0))


def _reflected(matrix: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """Turn r into |r| times the first unit vector; give the c_k, shape (n, O), and U₂, shape (O, D − 1)."""
    length = float(np.linalg.norm(right))
    if length == 0.0:
        return np.broadcast_to(matrix[:, 0], left.shape), matrix[:, 1:]
    # Away from r, so that nothing cancels.
    sign = -1.0 if right[0] > 0.0 else 1.0
    mirror = right / length
    mirror[0] -= sign
    reflected = matrix - np.outer(matrix @ mirror, mirror) * (2.0 / (mirror @ mirror))
    return reflected[:, 0] + (sign * length) * left, reflected[:, 1:]


def _largest(values: Array, weights: Array) -> Array:
    """Find the largest eigenvalues of diag(d) + c cᵀ for some c, given falling d and the c², shape (n, O).

    In μ = λ − d_1 the reciprocal of the sum is concave and rises, so Newton's steps from below stay below and rise too.
    """
    gaps = values[0] - values
    # Every partial sum is a lower bound; a root below the rounding of d_1 need not be found.
    root = np.maximum((np.cumsum(weights, axis=1) - gaps).max(axis=1), _TINY * values[0])
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(_MAX_STEPS):
            distances = root[:, None] + gaps
            # All is zero only where c = 0 and U₂ = 0.
            terms = np.where(weights > 0.0, weights / distances, 0.0)
            total = terms.sum(axis=1)
            slope = np.where(terms > 0.0, terms / distances, 0.0).sum(axis=1)
            step = np.where(total > 1.0, total * (total - 1.0) / slope, 0.0)
            root += step
            if not (step > np.minimum(_TOLERANCE * (values[0] + root), _SLOW * root)).any():
                break
    return np.asarray(values[0] + root)
