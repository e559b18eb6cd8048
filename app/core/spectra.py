"""All singular values of ∂(of)_t/∂(wrt)_k for one k and many t, and the Lyapunov exponents they lead to.

One QR sweep from k onwards meets every t on its way: P[t, k] = Q_t (R_t ⋯ R_{k+1}), and the singular values of the
triangular product, whose rows each keep a power of two, are taken by Jacobi rotations wherever that is asked for. Where
its rows do not point apart well enough, that one product is swept back and forth by itself (`app.core.spectrum`).
"""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.flow import Flow
from app.core.jacobi import log10_of_rows
from app.core.progress import advance
from app.core.scaled import LOG10_2, normalised
from app.core.spectrum import USABLE, condition, log10_singular_values, rank_limit, row_step, sorted_qr

# A product of more factors than this is not swept again by itself.
_AGAIN = 512
# Rows this many powers of two apart, with values this far apart, keep ten digits in an ordinary decomposition.
_NARROW, _CLEAR = 16, 1e-5
_LN_10 = float(np.log(10.0))


def log10_spectra(flow: Flow, k: int, ends: Steps) -> Array:
    """Compute log10 σ_i of ∂(of)_t/∂(wrt)_k for some t.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    k : int
        1-based step.
    ends : array of shape (n,)
        Rising steps t ≥ k.

    Returns
    -------
    array of shape (n, min(R, C))
        Descending in each row; −inf for exactly zero, NaN for what rounding took.
    """
    size, kept = flow.state_size, min(flow.height, flow.width)
    found = np.full((len(ends), kept), np.nan)
    basis, rows, powers = _begun(flow, k)
    shift, wanted = 0, {int(step): index for index, step in enumerate(ends)}
    for step in range(k, int(ends[-1]) + 1):
        if step > k:
            factor, power = normalised(flow.jacobians(np.array([step])))
            basis, upper = sorted_qr(factor[0] @ basis)
            rows, powers = row_step(upper, rows, powers)
            shift += int(power[0])
            advance(16.0 * size**3 + 4e5)
        if step in wanted:
            found[wanted[step]] = _values(flow, step, k, basis, rows, powers, shift)
    return found


def lyapunov_exponents(log10_values: Array, lag: int) -> Array:
    """Turn the singular values of a whole state's product into finite-time Lyapunov exponents.

    Parameters
    ----------
    log10_values : array of shape (S,)
        log10 σ_i of P[k + n, k].
    lag : int
        n, at least 1.

    Returns
    -------
    array of shape (S,)
        λ_i = ln σ_i / n (Vogt et al. 2022, arXiv 2006.14123).
    """
    return log10_values * (_LN_10 / lag)


def mean_log_determinant(flow: Flow, k: int, t: int) -> float:
    """Compute Σ_j ln|det J_j| / (t − k), from the factors alone: what the exponents of a whole state must add up to.

    Parameters
    ----------
    flow : Flow
        A whole state with respect to itself.
    k, t : int
        1-based steps, k < t.

    Returns
    -------
    float
        −inf when a factor is singular.
    """
    total = 0.0
    for step in range(k + 1, t + 1):
        # Row by row, so that a determinant of 10^−5,000 is a number: det J = ∏ |row| · det(directions).
        jacobian = flow.jacobians(np.array([step]))[0]
        lengths = np.abs(jacobian).max(axis=1)
        if not lengths.all():
            return -np.inf
        total += float(np.log(lengths).sum() + np.linalg.slogdet(jacobian / lengths[:, None])[1])
    return total / (t - k)


def _begun(flow: Flow, k: int) -> tuple[Array, Array, Steps]:
    """Begin the sweep: an orthonormal basis, and the rows that stand to its right with their powers of two."""
    size = flow.state_size
    if flow.columns is not None and flow.width == size:
        return np.eye(size), np.eye(size), np.zeros(size, dtype=np.int64)
    begun = flow.begun(np.array([k]))[0]
    begun = np.asarray(np.linalg.qr(begun, mode="r")) if len(begun) > size else begun
    first = np.zeros((size, size))
    first[:, : len(begun)] = begun.T
    basis, upper = sorted_qr(first)
    rows, powers = row_step(upper, np.eye(size), np.zeros(size, dtype=np.int64))
    return basis, rows, powers


def _values(flow: Flow, t: int, k: int, basis: Array, rows: Array, powers: Steps, shift: int) -> Array:
    """Take the singular values of what the sweep holds at one t, cut to the rows that count."""
    kept = min(flow.height, flow.width)
    if flow.height < flow.state_size:
        _, upper = sorted_qr(np.concatenate([basis[flow.rows], np.zeros((len(basis) - flow.height, len(basis)))]))
        rows, powers = row_step(upper, rows, powers)
    alive = rows.any(axis=1)
    spread = powers[alive]
    if len(spread) >= kept and np.ptp(spread) <= _NARROW:
        # So little apart, nothing is lost in an ordinary decomposition.
        scaled = np.ldexp(rows[alive], (spread - spread.max())[:, None])
        values = np.linalg.svd(scaled, compute_uv=False)[:kept]
        if values[-1] > _CLEAR * values[0]:
            return np.log10(values) + LOG10_2 * (shift + int(spread.max()))
    if rank_limit(flow, t, k) < kept:
        return log10_singular_values(flow, t, k)
    if alive.sum() >= kept and condition(rows[alive]) <= USABLE:
        return log10_of_rows(rows[alive], powers[alive])[:kept] + LOG10_2 * shift
    if t - k <= _AGAIN:
        return log10_singular_values(flow, t, k)
    return np.full(kept, np.nan)
