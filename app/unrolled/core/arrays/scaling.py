"""Staying in the range of float64: matrices that carry a power of two, and refusing a forward pass that left it."""

from collections.abc import Iterable

import numpy as np

from unrolled.core.arrays.flops import singular_values
from unrolled.core.arrays.types import Array, Steps
from unrolled.errors import Overflow
from unrolled.runtime.progress import advance

_BOUNDED = ", or choose an activation that is bounded, such as tanh"

LOG10_2 = float(np.log10(2.0))

# Smaller numbers are near those of which float64 holds fewer and fewer digits.
_SMALLEST, LOG10_SMALLEST = 2.0**-1000, -1000.0 * LOG10_2
# A matrix is renormalised only when its squared norm leaves this range; both ends are far from float64's own.
_LOW, _HIGH = 2.0**-256, 2.0**256
# What is multiplied on several times before it is looked at may go farther: its squares still have all their digits.
FAR_LOW = 2.0**-800


def rescale(matrices: Array) -> tuple[Array, Steps]:
    """Scale each matrix (n, R, C) by a power of two so that its largest entry lies in [½, 1); exact, zero stays zero.

    Gives the scaled matrices and the powers (n,): matrix = scaled · 2^exponent.
    """
    exponents = np.frexp(np.abs(matrices).max(axis=(-2, -1), initial=0.0))[1].astype(np.int64)
    return np.ldexp(matrices, -exponents[:, None, None]), exponents


def flush_subnormal(factors: Array) -> Array:
    """Take slopes and gates below 10^−301 for closed: a factor is right in all its digits, or it is zero."""
    return np.where(np.abs(factors) < _SMALLEST, 0.0, factors)


def count_zeros(*pairs: tuple[Array, Array | float]) -> int:
    """Count the zeros among factors where what could make them zero is not; of each pair the second is that."""
    return sum(int(np.count_nonzero((factors == 0.0) & (cause != 0.0))) for factors, cause in pairs)


def renormalise_(matrices: Array, exponents: Steps) -> Array:
    """Bring contiguous finite matrices (n, R, C) that strayed far from 1 back by a power of two, in place.

    Changes their exponents (n,) with them, and gives their squared Frobenius norms (n,) as they are now.
    """
    flat = matrices.reshape(len(matrices), matrices.shape[1] * matrices.shape[2])
    with np.errstate(over="ignore"):
        squares: Array = np.vecdot(flat, flat)
    strayed = np.flatnonzero(~((squares > _LOW) & (squares < _HIGH)))
    if strayed.size:
        matrices[strayed], powers = rescale(matrices[strayed])
        exponents[strayed] += powers
        squares[strayed] = np.vecdot(flat[strayed], flat[strayed])
    return squares


def kept_precision(squares: Array) -> bool:
    """Tell whether products without powers of two of their own kept all digits, by squared lengths (m, n) of n things.

    There is a row after each of m factors. False where a length left the range in which products and squares keep their
    digits, or may have; zero is true only of what was zero before.
    """
    strayed = ~((squares > FAR_LOW) & (squares < 1.0 / FAR_LOW))
    if not strayed.any():
        return True
    zero = squares == 0.0
    strayed[0] &= ~zero[0]
    strayed[1:] &= ~(zero[1:] & zero[:-1])
    return not strayed.any()


def renormalised(matrices: Array) -> Steps:
    """Renormalise matrices that have no exponents yet in place, and give these, shape (n,)."""
    exponents = np.zeros(len(matrices), dtype=np.int64)
    renormalise_(matrices, exponents)
    return exponents


def log10_unscaled(sizes: Array, exponents: Steps) -> Array:
    """Turn norms of scaled matrices into log10 of the true ones, −inf for zero."""
    with np.errstate(divide="ignore"):
        return np.log10(sizes) + LOG10_2 * exponents


def log10_frobenius(matrices: Array, exponents: Steps) -> Array:
    """Measure log10 ‖M‖_F of matrices with powers of two, also where their squares are no float64; shape (n,)."""
    squares = np.square(matrices).sum(axis=(1, 2))
    log10_norms, small = log10_unscaled(np.sqrt(squares), exponents), np.flatnonzero(squares < _LOW)
    if small.size:
        rescaled, more = rescale(matrices[small])
        log10_norms[small] = log10_unscaled(np.linalg.norm(rescaled, axis=(1, 2)), exponents[small] + more)
    return log10_norms


def largest_singular_values(matrices: Array) -> Array:
    """Give ‖M‖₂ of some matrices by SVD, shape (n,)."""
    if min(matrices.shape[-2:]) == 1:
        return np.sqrt(np.square(matrices).sum(axis=(-2, -1)))
    advance(len(matrices) * singular_values(*matrices.shape[-2:]))
    return np.asarray(np.linalg.svd(matrices, compute_uv=False)[:, 0], dtype=np.float64)


def require_finite(arrays: Iterable[Array], label: str, what: str = "the state", *, is_bounded: bool = True) -> None:
    """Hold the arrays (T, n) of a forward pass to finite numbers; advise a bounded activation where it would help.

    Raises Overflow, which names the first step that is not finite, and what to lower.
    """
    broken = np.any([~np.isfinite(array).all(axis=1) for array in arrays], axis=0)
    if broken.any():
        step = int(np.argmax(broken)) + 1
        raise Overflow(
            f"With {label} {what} grows without limit and leaves the range of float64 at step {step}: "
            f"lower gain, amplitude or length (to less than {step})"
            f"{_BOUNDED if is_bounded else ''}."
        )
