"""An orthonormal basis carried through many factors, with all that it leaves behind in rows of any length."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from unrolled.core.arrays.flops import qr_step
from unrolled.core.arrays.types import Array, Steps
from unrolled.runtime.progress import advance

# A few units in the last place.
_LAST_DIGITS = 2.0**-50


@dataclass(frozen=True)
class Sweep:
    """A product of some factors: basis · diag(2^powers) · rows.

    The basis (m, r) has orthonormal columns; the rows (r, n) are of a length near 1, or zero. `ahead` (r,) holds the
    powers of two that the directions are known to grow by, from an earlier sweep; 0 where nothing is known.
    """

    basis: Array
    rows: Array
    powers: Steps
    ahead: Steps


def initial_sweep(basis: Array, ahead: Steps | None = None) -> Sweep:
    """Give the sweep of no factors."""
    nothing = np.zeros(basis.shape[1], dtype=np.int64)
    return Sweep(basis, np.eye(basis.shape[1]), nothing, nothing if ahead is None else ahead)


def apply_factor(factor: Array, sweep: Sweep, perturbation: Generator | None = None) -> Sweep:
    """Multiply by a factor (n, m) from the left; a generator changes the last digits of every sum."""
    moved = factor @ sweep.basis
    if perturbation is not None:
        moved += _LAST_DIGITS * perturbation.uniform(-1.0, 1.0, moved.shape) * (np.abs(factor) @ np.abs(sweep.basis))
    return orthonormalise(moved, sweep)


def orthonormalise(moved: Array, sweep: Sweep) -> Sweep:
    """Make a moved basis (n, r) orthonormal again, and move the triangular factor into the rows.

    The columns that amount to most, the powers of the rows and what lies ahead counted in, come first, each at its
    largest entry: only so do Householder reflections keep small entries beside large ones (Cox and Higham 1998).
    """
    advance(qr_step(*moved.shape))
    sizes = np.abs(moved)
    with np.errstate(divide="ignore"):
        pivots = np.argsort(-(np.log2(sizes.max(axis=0, initial=0.0)) + sweep.powers + sweep.ahead), kind="stable")
    order = _at_their_largest(sizes[:, pivots])
    q, upper = np.linalg.qr(moved[order][:, pivots])
    basis, factor = np.empty_like(q), np.empty_like(upper)
    basis[order], factor[:, pivots] = q, upper
    return Sweep(basis, *multiply_rows(factor, sweep.rows, sweep.powers), sweep.ahead[pivots][: len(upper)])


def _at_their_largest(sizes: Array) -> npt.NDArray[np.intp]:
    """Order the rows: each column in turn takes the one of those left in which it is largest."""
    left, order = sizes.copy(), []
    for column in range(min(sizes.shape)):
        order.append(int(left[:, column].argmax()))
        left[order[-1]] = -1.0
    return np.array([*order, *np.flatnonzero(left[:, 0] >= 0.0)], dtype=np.intp)


def multiply_rows(factor: Array, rows: Array, powers: Steps) -> tuple[Array, Steps]:
    """Multiply rows (r, n) that each have a power of two (r,) by one factor (m, r) from the left."""
    reached = np.where(factor != 0.0, powers + np.frexp(factor)[1], np.iinfo(np.int64).min // 2)
    ceiling = reached.max(axis=1)
    weights = np.ldexp(factor, np.maximum(powers - ceiling[:, None], -3000))
    moved = weights @ rows
    shift = np.frexp(np.abs(moved).max(axis=1))[1]
    return np.ldexp(moved, -shift[:, None]), ceiling + shift


def condition_number(rows: Array) -> float:
    """Measure the condition number of some rows scaled to unit length; 1 for none."""
    if not len(rows):
        return 1.0
    values = np.linalg.svd(rows / np.linalg.norm(rows, axis=1)[:, None], compute_uv=False)
    return float(values[0] / max(float(values[-1]), 1e-300))
