"""Every singular value of a long product, also those far below ε·σ_1.

The SVD of the multiplied-out product loses all that is smaller than ε times the largest value, after some twenty
steps. A QR decomposition carried through the factors keeps each direction in its own exponent. Sweeping back and forth
over the factors, each sweep starting from the basis the last one stopped with, makes the triangular factor converge to
the singular values, as the QR iteration does (Bojanczyk, Ewerbring, Luk and Van Dooren 1991, for products of matrices).

Neighbours of nearly equal size would take very many sweeps. They need not separate: as soon as the rows of the
triangular factor have well separated *directions*, whatever their lengths, Jacobi rotations take its singular values to
full relative accuracy (`unrolled.core.spectra.jacobi`). One or two sweeps nearly always do.

A value that depends on the last digits of the sums on the way is no value: everything is computed once more with other
last digits, and only what is reproduced counts.
"""

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.spectra.jacobi import log10_jacobi_svdvals
from unrolled.core.spectra.qr import Sweep, apply_factor, condition_number, initial_sweep, orthonormalise
from unrolled.core.spectra.rank import StructuralRank

_SWEEPS = 24
# Condition numbers of the row directions: not worth another sweep, good if another sweep does not help, the limit.
_WELL, _GOOD, USABLE = 20.0, 1e4, 1e8
# By how many decades other last digits may change a reproducible value.
_REPRODUCED = 1e-9
# The longest path, and the work of its sweeps: a QR decomposition with its product counts as 16 S³ flops of a matrix
# product, plus a fixed part for the call.
_LONGEST, _SWEPT, _QR_SWEEPS = 1024, 2e11, 4
_QR_FLOPS_PER_CUBE, _QR_FLOPS_FIXED = 16.0, 4.0e5


def max_sweep_lag(state_size: int) -> int:
    """Give the lag beyond which all singular values of one product would take far longer than everything else."""
    return min(_LONGEST, int(_SWEPT / (_QR_SWEEPS * (_QR_FLOPS_PER_CUBE * state_size**3 + _QR_FLOPS_FIXED))))


def log10_singular_values(chain: JacobianChain, t: int, k: int) -> Array:
    """Compute log10 σ_i of ∂(of)_t/∂(wrt)_k, k ≤ t, shape (min(R, C),), descending.

    −inf for a value that is exactly zero, NaN for one that rounding took, and for all below it.
    """
    factors = _factors(chain, t, k)
    if not factors:
        return np.zeros(chain.state_size)
    count = min(chain.height, chain.width)
    values = reproducible(*(_values(factors, count, perturbation) for perturbation in (None, np.random.default_rng(t))))
    rank = StructuralRank.identity(chain.width)
    for factor in factors:
        rank = rank.times(factor)
    values[min(rank.bound, rank_limit(chain, t, k)) :] = -np.inf
    return values


def reproducible(values: Array, perturbed: Array) -> Array:
    """Keep the values (…, n) that are the same with other last digits; NaN from the first other one on."""
    with np.errstate(invalid="ignore"):
        same = (values == perturbed) | (np.abs(values - perturbed) <= _REPRODUCED)
    return np.where(np.logical_and.accumulate(same, axis=-1), values, np.nan)


def rank_limit(chain: JacobianChain, t: int, k: int) -> int:
    """Bound the rank of ∂(of)_t/∂(wrt)_k: between layers only the H outputs pass, once at every step."""
    if len(chain.layers) == 1:
        return chain.state_size
    return chain.layers[0].hidden_size * (t - k + (not chain.is_block))


def _factors(chain: JacobianChain, t: int, k: int) -> list[Array]:
    """Give the factors from the first, (…, C), to the last, (R, S), without identities."""
    jacobians = [factor for step in range(k + 1, t + 1) for factor in chain.factors(step)]
    if chain.is_full_state:
        return jacobians
    return [*chain.initial_factors(k), *jacobians, chain.selector]


def _values(factors: list[Array], count: int, perturbation: Generator | None) -> Array:
    """Compute the singular values of a product, shape (count,); NaN for what is missing."""
    scaled, powers = zip(*(rescale(factor[None]) for factor in factors), strict=True)
    rows, exponents = _triangle_rows([factor[0] for factor in scaled], perturbation)
    values = np.full(count, np.nan)
    if condition_number(rows) <= USABLE:
        values[: len(rows)] = log10_jacobi_svdvals(rows, exponents) + LOG10_2 * int(sum(powers)[0])
    return values


def _triangle_rows(factors: list[Array], perturbation: Generator | None) -> tuple[Array, Steps]:
    """Reduce the product to a matrix with the same singular values whose rows have separate directions.

    Gives its rows (r, n) that are not zero, scaled, and their powers of two (r,).
    """
    start, before = initial_sweep(np.eye(factors[0].shape[1])), np.inf
    for turn in range(_SWEEPS):
        sweep = (_sweep_backward if turn % 2 else _sweep_forward)(factors, start, perturbation)
        alive = sweep.rows.any(axis=1)
        spread = condition_number(sweep.rows[alive])
        if spread <= _WELL or before / 2.0 < spread <= _GOOD:
            break
        before = spread
        # A basis that began as one of invariant directions would never change their order by itself.
        growth = np.where(alive, sweep.powers, sweep.powers[alive].min(initial=0))
        order = np.argsort(-growth, kind="stable")
        start = initial_sweep(sweep.basis[:, order], growth[order])
    return sweep.rows[alive], sweep.powers[alive]


def _sweep_forward(factors: list[Array], sweep: Sweep, perturbation: Generator | None) -> Sweep:
    for factor in factors:
        sweep = apply_factor(factor, sweep, perturbation)
    return sweep


def _sweep_backward(factors: list[Array], sweep: Sweep, perturbation: Generator | None) -> Sweep:
    """Carry an orthonormal basis through the transposed factors, from the last to the first.

    A factor whose rows differ by many decades (units saturated to different degrees) is taken as row lengths times unit
    rows: the sum over rows would lose what is in the short ones.
    """
    for factor in factors[::-1]:
        lengths = np.ldexp(1.0, np.frexp(np.abs(factor).max(axis=1, initial=0.0))[1])
        sweep = orthonormalise(lengths[:, None] * sweep.basis, sweep)
        sweep = apply_factor((factor / lengths[:, None]).T, sweep, perturbation)
    return sweep
