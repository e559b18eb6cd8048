"""ln |det J|: −inf only where the factor is exactly singular, and a number only where it certainly is not.

A determinant near zero is all rounding: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] has 6.7 · 10^−16 in float64, and 0. Where a
matrix is known exactly, as W_hh is, exact arithmetic decides what a bound of all rounding leaves open.
"""

import numpy as np

from unrolled.core.arrays import exact
from unrolled.core.arrays.flops import determinant_step
from unrolled.core.arrays.types import Array
from unrolled.core.networks.layer import LayerTrace
from unrolled.runtime.progress import advance

_EPSILON = float(np.finfo(np.float64).eps)
# Steps whose gates are computed together.
_BLOCK = 1024
# A value whose error may be larger is computed exactly where that is possible.
_TOLERANCE = 1e-6


def sum_of_log_determinants(layer: LayerTrace, k: int, t: int) -> float:
    """Compute Σ ln |det J_j| of a layer over the steps after k to t: −inf where one is singular, NaN if uncertain."""
    total, shared = 0.0, None
    for first in range(k + 1, t + 1, _BLOCK):
        steps = np.arange(first, min(first + _BLOCK, t + 1))
        parts = layer.determinant_parts(steps)
        if parts is None:
            logs = np.array([_of_step(layer, step) for step in steps.tolist()])
        else:
            shared = log_determinant(parts[1]) if shared is None else shared
            with np.errstate(divide="ignore"):
                logs = np.log(np.abs(parts[0])).sum(axis=1)
            advance(len(steps) * determinant_step(layer.state_size))
        # A factor that was taken for zero may be no more than too small.
        if np.isneginf(logs).any() and not layer.too_small(steps):
            return -np.inf
        total += float(logs.sum())
    if shared == -np.inf:
        return -np.inf
    return np.nan if total == -np.inf else total + (shared or 0.0) * (t - k)


def _of_step(layer: LayerTrace, step: int) -> float:
    """Compute that of one Jacobian, each of whose entries is as wrong as rounding can make it."""
    steps = np.array([step])
    errors = (layer.hidden_size + 16) * _EPSILON * layer.jacobian_terms(steps)[0]
    advance(determinant_step(layer.state_size))
    return log_determinant(layer.jacobians(steps)[0], errors)


def log_determinant(matrix: Array, errors: Array | None = None) -> float:
    """Compute ln |det| of a finite matrix (n, n) that is known exactly, or up to the size of `errors` entry by entry.

    −inf where it is singular, NaN where no bound, nor exact arithmetic, can tell.
    """
    if not matrix.size:
        return 0.0
    known = np.abs(matrix) if errors is None else np.abs(matrix) + errors
    if not (known.any(axis=0).all() and known.any(axis=1).all()):
        return -np.inf
    # Powers of two bring rows and columns near 1 and change no digit.
    rows = np.frexp(known.max(axis=1))[1]
    columns = np.frexp(np.ldexp(known, -rows[:, None]).max(axis=0))[1]
    scaled, left_over = (
        np.ldexp(np.ldexp(each, -rows[:, None]), -columns) for each in (matrix, known - np.abs(matrix))
    )
    value, error = _by_rotations(scaled, left_over)
    value += float(np.log(2.0)) * int(rows.sum() + columns.sum())
    if error <= _TOLERANCE * max(1.0, abs(value)):
        return value
    decided = exact.log_determinant(matrix) if errors is None else None
    if decided is not None:
        return decided
    return value if np.isfinite(error) else np.nan


def _by_rotations(matrix: Array, errors: Array) -> tuple[float, float]:
    """Compute ln |det| from A ≈ QR, and bound its error; inf where A may be singular.

    With X ≈ A⁻¹, G = XQR − I and D = A − QR: det A = det Q · det R · det(I + (I + G)⁻¹XD), where α = ‖XD‖/(1 − ‖G‖)
    bounds every eigenvalue of the last. All rounding of these products is counted in (Higham 2002, 3.5).
    """
    size = len(matrix)
    unit = 2.0 * (size + 2) * _EPSILON
    with np.errstate(all="ignore"):
        q, r = np.linalg.qr(matrix)
        diagonal = np.abs(np.diag(r))
        if not diagonal.all():
            return 0.0, np.inf
        try:
            inverse = np.abs(approximate := np.linalg.inv(matrix))
        except np.linalg.LinAlgError:
            return 0.0, np.inf
        product, sizes = q @ r, np.abs(q) @ np.abs(r)
        apart = np.abs(matrix - product) + unit * (sizes + np.abs(matrix)) + errors
        identity = np.abs(approximate @ product - np.eye(size)) + unit * (inverse @ (sizes * (1.0 + unit)) + 1.0)
        alpha = (1.0 + unit) * _row_norm(inverse @ apart) / (1.0 - _row_norm(identity))
        skew = _row_norm(np.abs(q.T @ q - np.eye(size)) + unit * (np.abs(q.T) @ np.abs(q)))
        value = float(np.log(diagonal).sum())
    if not (_row_norm(identity) < 0.5 and 0.0 <= alpha < 0.5 and skew < 0.5):
        return value, np.inf
    return value, -size * float(np.log1p(-alpha) + np.log1p(-skew)) + unit * float(np.abs(np.log(diagonal)).sum())


def _row_norm(matrix: Array) -> float:
    """Measure the largest sum of a row of a matrix without signs, a little above."""
    return float(matrix.sum(axis=1).max()) * (1.0 + len(matrix) * _EPSILON)
