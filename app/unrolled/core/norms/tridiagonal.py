"""Largest eigenvalues of many symmetric tridiagonal matrices T at once, from below or from above."""

import numpy as np

from unrolled.core.arrays.types import Array, Flags

# Relative width of a certified bracket above a Ritz value; that above its root is half of it.
BRACKET_WIDTH = 1.5e-9
# Relative rounding error of a trace.
_SLACK = 1e-10
# Laguerre steps after several rows at once.
_EXTRA = 2
# Laguerre steps down from a bound.
_DESCENT = 4


def bracket_lambda_max(
    alphas: list[Array], squares: list[Array], traces: Array, low: Array, count: int
) -> tuple[Array, Flags]:
    """Find λ_1(T), from below, and tell where λ_1(M) is proved to be above it by no more than 1.5e-9 of it.

    T has its diagonal in `alphas` and the squares of its off-diagonal in `squares`, the last of them beyond T; the
    traces are those of M. `low` is λ_1 of the leading block of `count` rows, 0 where nothing is known of it.
    """
    top = _lambda_max(alphas, squares, low, count)
    rest = np.maximum(traces * (1.0 + _SLACK) - np.sum(alphas, axis=0), 0.0)
    with np.errstate(all="ignore"):
        return top, _exceeds(top * (1.0 + BRACKET_WIDTH), [*alphas, rest], squares)


def _exceeds(x: Array, alphas: list[Array], squares: list[Array]) -> Flags:
    """Tell where x > λ_1: all pivots of xI − T, eliminated from its end, are positive."""
    pivot = x - alphas[-1]
    least = pivot
    for alpha, square in zip(alphas[-2::-1], squares[: len(alphas) - 1][::-1], strict=True):
        pivot = x - alpha - square / pivot
        least = np.minimum(least, pivot)
    return least > 0.0


def _lambda_max(alphas: list[Array], squares: list[Array], low: Array, count: int) -> Array:
    """Find the largest eigenvalue of the tridiagonal matrices from that of a leading block of some rows."""
    if count < 2:
        count, low = 1, alphas[0]
        if len(alphas) > 1:
            half = 0.5 * (alphas[0] - alphas[1])
            count, low = 2, 0.5 * (alphas[0] + alphas[1]) + np.sqrt(np.square(half) + squares[0])
    # After every single row one step is enough; after several rows at once, some more pay.
    extra = [len(alphas)] * (_EXTRA if len(alphas) > max(count, 2) + 1 else 0)
    for more in [*range(count + 1, len(alphas) + 1), *extra]:
        low = _laguerre_step(low, alphas[:more], squares)
    return low


def _laguerre_step(low: Array, alphas: list[Array], squares: list[Array]) -> Array:
    """Take a step of Laguerre's method up to the largest eigenvalue.

    That of a leading block lies between the two largest (Cauchy), from where the way up is monotone and cubic.
    """
    with np.errstate(all="ignore"):
        better, _ = _laguerre(low, alphas, squares)
    return np.where(better >= low, np.minimum(better, np.sum(alphas, axis=0)), low)


def _laguerre(x: Array, alphas: list[Array], squares: list[Array]) -> tuple[Array, Flags]:
    """Give Laguerre's next estimate of λ_1 from x, and tell where x > λ_1."""
    count = len(alphas)
    first, second, above = _sums(x, alphas, squares)
    spread = np.sqrt(np.maximum((count - 1) * (count * second - np.square(first)), 0.0))
    return x - count / (first + np.where(above, spread, -spread)), above


def _sums(x: Array, alphas: list[Array], squares: list[Array]) -> tuple[Array, Array, Flags]:
    """Give Σ 1/(x − λ_i) and Σ 1/(x − λ_i)² over the eigenvalues of T, by the pivots of xI − T; and where x > λ_1."""
    pivot = x - alphas[-1]
    least, speed, bend = pivot, 1.0 / pivot, np.zeros_like(x)
    first, second = speed, np.square(speed)
    for alpha, square in zip(alphas[-2::-1], squares[: len(alphas) - 1][::-1], strict=True):
        part = square / pivot
        pivot = x - alpha - part
        curve = part * (bend - 2.0 * np.square(speed))
        speed = (1.0 + part * speed) / pivot
        bend = curve / pivot
        first, second = first + speed, second + np.square(speed) - bend
        least = np.minimum(least, pivot)
    return first, second, least > 0.0


def leading_eigenpairs(alphas: Array, squares: Array) -> tuple[Array, Array]:
    """Find the largest eigenvalues (n,) of tridiagonal matrices and their eigenvectors (m, n), descending from above.

    The columns (m, n) hold the diagonals and the squares of the off-diagonals, the last of these unused. The values are
    Rayleigh quotients, near to the eigenvalues after a few steps and never above them.
    """
    beside = np.sqrt(squares[:-1])
    rows = alphas.copy()
    rows[1:] += beside
    rows[:-1] += beside
    x, count = rows.max(axis=0), len(alphas)
    diagonal, off = list(alphas), list(squares)
    with np.errstate(all="ignore"):
        for _ in range(_DESCENT):
            lower, above = _laguerre(x, diagonal, off)
            x = np.where(above & (lower < x), lower, x)
        pivot, weights = x - alphas[-1], np.empty_like(alphas)
        for index in range(count - 2, -1, -1):
            weights[index + 1] = beside[index] / pivot
            pivot = x - alphas[index] - squares[index] / pivot
        weights[0] = 1.0
        np.cumprod(weights, axis=0, out=weights)
        # The Rayleigh quotient of the vector, which is never above the eigenvalue.
        values = x - pivot / np.square(weights).sum(axis=0)
    return np.where(np.isfinite(values), np.minimum(values, x), alphas[0]), weights
