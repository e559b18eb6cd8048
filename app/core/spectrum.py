"""Every singular value of a long product, also those far below ε·σ_1, by alternating QR sweeps.

The SVD of the multiplied-out product loses all that is smaller than ε times the largest value, after some twenty
steps. A QR decomposition carried through the factors keeps each value in its own exponent. Sweeping back and forth over
the factors, each sweep starting from the basis the last one ended with, makes the triangular factor converge to the
singular values, as the QR iteration does (Bojanczyk, Ewerbring, Luk and Van Dooren 1991, for products of matrices).

Neighbours of nearly equal size separate slowly. What is left unseparated after a few sweeps is a short run of
neighbours, whose own triangular block of the product is small, well scaled, and decoupled from the rest: its singular
values are taken by an ordinary SVD.
"""

import numpy as np
import numpy.typing as npt

from app.core.arrays import Array
from app.core.scaled import LOG10_2, normalised
from app.core.trace import Trace

Mask = npt.NDArray[np.bool_]

_SWEEPS = 12
_TOLERANCE = 1e-11
# A diagonal entry of a triangular factor below this, times S, is not told from zero.
_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)
# Beyond this many decades inside one run, an SVD would lose its smallest value.
_DECADES = 6.0


def log10_singular_values(trace: Trace, t: int, k: int) -> Array:
    """Compute log10 σ_i of P[t, k] = J_t … J_{k+1}.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    t, k : int
        1-based steps, k ≤ t.

    Returns
    -------
    array of shape (S,)
        Descending; −inf for a value that is exactly zero, NaN for one that did not settle or that rounding took: a
        factor whose own values lie more than some fifteen decades apart has lost the smallest.
    """
    size = trace.state_size
    if t == k:
        return np.zeros(size)
    factors, powers = normalised(trace.jacobians(np.arange(k + 1, t + 1)))
    shift = LOG10_2 * float(powers.sum())
    if t == k + 1:
        return _logs(np.linalg.svd(factors[0], compute_uv=False)) + shift
    lost: Mask
    basis, logs, moving, lost = (
        np.eye(size),
        np.full(size, np.nan),
        np.ones(size, dtype=bool),
        np.zeros(size, dtype=bool),
    )
    for _ in range(_SWEEPS):
        basis, triangles = _swept(factors, basis)
        diagonals = np.abs(np.diagonal(triangles, axis1=1, axis2=2))
        lost = np.any(diagonals <= _ROUNDING * size, axis=0)
        before, logs = logs, np.where(lost, np.nan, _logs(diagonals).sum(axis=0))
        moving = ~lost & ~(np.abs(logs - before) <= _TOLERANCE * np.maximum(1.0, np.abs(logs)))
        if not moving.any():
            break
        factors = np.swapaxes(factors[::-1], 1, 2)
    for first, last in _runs(moving):
        logs[first:last] = _run_values(triangles[:, first:last, first:last])
    return _ordered(logs + shift, _closed(factors))


def _ordered(values: Array, zeros: int) -> Array:
    """Put values in descending order, those that are surely zero last, and before them those that rounding took."""
    found = np.sort(values[~np.isnan(values)])[::-1][: len(values) - zeros]
    return np.concatenate([found, np.full(len(values) - zeros - len(found), np.nan), np.full(zeros, -np.inf)])


def _closed(factors: Array) -> int:
    """Count the singular values that are exactly zero because units are closed: rows and columns that are all zero."""
    open_units = factors != 0
    closed = [int((~open_units.any(axis=axis)).sum(axis=1).max()) for axis in (1, 2)]
    reach = np.eye(factors.shape[-1], dtype=bool)
    for pattern in open_units:
        reach = pattern @ reach
    return max(*closed, *(int((~reach.any(axis=axis)).sum()) for axis in (0, 1)))


def _swept(factors: Array, basis: Array) -> tuple[Array, Array]:
    """Carry an orthonormal basis through the factors; return the last basis and every triangular factor."""
    triangles = np.empty_like(factors)
    for index, factor in enumerate(factors):
        basis, triangles[index] = np.linalg.qr(factor @ basis)
    return basis, triangles


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Give the half-open ranges of neighbouring true entries, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _run_values(triangles: Array) -> Array:
    """Take the singular values of one run from the product of its own triangular blocks; NaN if too far apart."""
    product, exponent = np.eye(triangles.shape[-1])[None], 0
    for triangle in triangles:
        product, power = normalised(triangle @ product)
        exponent += int(power[0])
    values = _logs(np.linalg.svd(product[0], compute_uv=False))
    if not values[0] - values[-1] <= _DECADES:
        return np.full(len(values), np.nan)
    return values + LOG10_2 * exponent


def _logs(values: Array) -> Array:
    """Take log10, −inf for zero."""
    with np.errstate(divide="ignore"):
        return np.log10(values)
