"""All singular values of ∂(of)_t/∂(wrt)_k for one k and many t, and the Lyapunov exponents they lead to.

One QR sweep from k onwards passes every t: P[t, k] = Q_t (R_t ⋯ R_{k+1}), and the singular values of the triangular
product, whose rows each keep a power of two, come from Jacobi rotations at each t. Where its rows do not point apart
well enough, that one product is swept back and forth by itself (`singular_values`).
"""

import numpy as np
from numpy.random import Generator, default_rng

from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.spectra.determinant import sum_of_log_determinants
from unrolled.core.spectra.jacobi import log10_jacobi_svdvals
from unrolled.core.spectra.qr import Sweep, apply_factor, condition_number, initial_sweep, orthonormalise
from unrolled.core.spectra.rank import StructuralRank
from unrolled.core.spectra.singular_values import USABLE, log10_singular_values, rank_limit, reproducible

# A product of more factors than this is not swept again by itself.
_RESWEPT = 512
# Rows this many powers of two apart, with values this far apart, keep ten digits in an ordinary decomposition.
_NARROW, _CLEAR = 16, 1e-5
_LN_10 = float(np.log(10.0))


def log10_spectra(chain: JacobianChain, k: int, ends: Steps) -> Array:
    """Compute log10 σ_i of ∂(of)_t/∂(wrt)_k for some rising t ≥ k, shape (n, min(R, C)).

    Descending in each row; −inf for exactly zero, NaN for what rounding took.
    """
    values = _sweep(chain, k, ends, None)
    # What is reproducible in the longest product is so in the shorter ones, but its zeros tell nothing of them.
    if np.isfinite(values[-1]).all():
        last = _sweep(chain, k, ends[-1:], default_rng(0))
        if np.array_equal(reproducible(values[-1:], last), values[-1:]):
            return values
    return reproducible(values, _sweep(chain, k, ends, default_rng(0)))


def _sweep(chain: JacobianChain, k: int, ends: Steps, perturbation: Generator | None) -> Array:
    """Do one sweep; a generator changes the last digits of every sum in it."""
    values = np.full((len(ends), min(chain.height, chain.width)), np.nan)
    sweep, rank, shift = initial_sweep(np.eye(chain.width)), StructuralRank.identity(chain.width), 0
    index_of = {int(step): index for index, step in enumerate(ends)}
    for step in range(k, int(ends[-1]) + 1):
        for factor in chain.factors(step) if step > k else chain.initial_factors(k):
            scaled, power = rescale(factor[None])
            sweep = apply_factor(scaled[0], sweep, perturbation)
            rank, shift = rank.times(factor), shift + int(power[0])
        if step in index_of:
            values[index_of[step]] = _values(chain, step, k, sweep, shift, rank)
    return values


def lyapunov_exponents(log10_values: Array, lag: int) -> Array:
    """Turn log10 σ_i (S,) of P[k + n, k] into finite-time Lyapunov exponents λ_i = ln σ_i / n.

    Vogt et al. 2022, arXiv 2006.14123.
    """
    return log10_values * (_LN_10 / lag)


def mean_log_determinant(chain: JacobianChain, k: int, t: int) -> float:
    """Compute Σ_j ln|det J_j| / (t − k) from the factors alone: what the exponents of a whole state must add up to.

    −inf where a factor is singular, NaN where that is not certain.
    """
    # The joint Jacobian of a stack is block triangular: its determinant is the product of its layers'.
    sums = [sum_of_log_determinants(layer, k, t) for layer in chain.layers]
    return -np.inf if -np.inf in sums else sum(sums) / (t - k)


def _values(chain: JacobianChain, t: int, k: int, sweep: Sweep, shift: int, rank: StructuralRank) -> Array:
    """Take the singular values at one t, of the rows that count."""
    count = min(chain.height, chain.width)
    if chain.height < chain.state_size or chain.readout is not None:
        sweep, rank = orthonormalise(chain.select(sweep.basis), sweep), rank.times(chain.selector)
    rows, powers = sweep.rows, sweep.powers
    alive = rows.any(axis=1)
    spread = powers[alive]
    if len(spread) >= count and np.ptp(spread) <= _NARROW:
        # So little apart, nothing is lost in an ordinary decomposition.
        scaled = np.ldexp(rows[alive], (spread - spread.max())[:, None])
        values = np.linalg.svd(scaled, compute_uv=False)[:count]
        if values[-1] > _CLEAR * values[0]:
            return np.log10(values) + LOG10_2 * (shift + int(spread.max()))
    if rank_limit(chain, t, k) < count:
        return log10_singular_values(chain, t, k)
    if t - k <= _RESWEPT and (len(spread) < min(count, rank.bound) or condition_number(rows[alive]) > USABLE):
        return log10_singular_values(chain, t, k)
    values = np.full(count, np.nan)
    if condition_number(rows[alive]) <= USABLE:
        values[: len(spread)] = log10_jacobi_svdvals(rows[alive], spread) + LOG10_2 * shift
    values[rank.bound :] = -np.inf
    return values
