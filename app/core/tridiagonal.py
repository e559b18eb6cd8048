"""Largest eigenvalues of many symmetric tridiagonal matrices T at once, each known from that of a leading block."""

import numpy as np
import numpy.typing as npt

from app.core.arrays import Array

Flags = npt.NDArray[np.bool_]

# Relative half width of a certified bracket around an eigenvalue; that of its root is half of it.
CLOSE = 1.5e-9
# What rounding may have hidden in a trace.
_SLACK = 1e-10
# Laguerre steps after several rows at once.
_EXTRA = 2


def brackets(
    alphas: list[Array], squares: list[Array], traces: Array, energies: Array | None, low: Array, count: int
) -> tuple[Array, Flags, Flags]:
    """Find λ_1(T) from that of a leading block, and tell where the bracket around λ_1(M) is close."""
    top = _root(alphas, squares, low, count)
    rest = np.maximum(traces * (1.0 + _SLACK) - np.sum(alphas, axis=0), 0.0)
    if energies is not None:
        known = np.square(alphas).sum(axis=0) + 2.0 * np.sum(squares, axis=0)
        rest = np.minimum(rest, np.sqrt(np.maximum(energies * (1.0 + _SLACK) - known, 0.0)))
    with np.errstate(all="ignore"):
        above = _exceeds(top * (1.0 + CLOSE), [*alphas, rest], squares)
        below = _exceeds(top * (1.0 - CLOSE), alphas, squares)
    return top, ~below, above & ~below


def _exceeds(x: Array, alphas: list[Array], squares: list[Array]) -> Flags:
    """Tell where x > λ_1: all pivots of xI − T, eliminated from its end, are positive."""
    pivot = x - alphas[-1]
    least = pivot
    for alpha, square in zip(alphas[-2::-1], squares[: len(alphas) - 1][::-1], strict=True):
        pivot = x - alpha - square / pivot
        least = np.minimum(least, pivot)
    return least > 0.0


def _root(alphas: list[Array], squares: list[Array], low: Array, count: int) -> Array:
    """Find the largest eigenvalue of the tridiagonal matrices from that of a leading block of some rows."""
    rows, more = len(alphas), max(1, len(alphas) - max(count, 2))
    if rows > 2 and low.size * (2.0 + 0.015 * rows**2) < more * rows * (12.0 + 0.02 * low.size):
        return _solved(alphas, squares)
    if count < 2:
        count, low = 1, alphas[0]
        if len(alphas) > 1:
            half = 0.5 * (alphas[0] - alphas[1])
            count, low = 2, 0.5 * (alphas[0] + alphas[1]) + np.sqrt(np.square(half) + squares[0])
    # After every single row one step is enough; where several came at once, some more are not wasted.
    extra = [len(alphas)] * (_EXTRA if len(alphas) > max(count, 2) + 1 else 0)
    for more in [*range(count + 1, len(alphas) + 1), *extra]:
        low = _risen(low, alphas[:more], squares)
    return low


def _solved(alphas: list[Array], squares: list[Array]) -> Array:
    """Find the largest eigenvalues by a dense eigensolver, which is faster for few."""
    rows = len(alphas)
    matrices = np.zeros((*alphas[0].shape, rows, rows))
    np.einsum("...ii->...i", matrices)[...] = np.stack(alphas, axis=-1)
    if rows > 1:
        np.einsum("...ii->...i", matrices[..., 1:, :-1])[...] = np.sqrt(np.stack(squares[: rows - 1], axis=-1))
    return np.asarray(np.linalg.eigvalsh(matrices)[..., -1], dtype=np.float64)


def _risen(low: Array, alphas: list[Array], squares: list[Array]) -> Array:
    """Take a step of Laguerre's method to the largest eigenvalue of the tridiagonal matrices.

    That of a leading block lies between the two largest (Cauchy), from where the way up is monotone and cubic.
    """
    count = len(alphas)
    with np.errstate(all="ignore"):
        first, second, above = _sums(low, alphas, squares)
        spread = np.sqrt(np.maximum((count - 1) * (count * second - np.square(first)), 0.0))
        better = low - count / (first + np.where(above, spread, -spread))
    return np.where(better >= low, np.minimum(better, np.sum(alphas, axis=0)), low)


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
