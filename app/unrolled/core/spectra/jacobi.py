"""Singular values of a matrix whose rows differ by any number of decades, each to full relative accuracy.

One-sided Jacobi rotations make the rows orthogonal to each other; their lengths are then the singular values. The
relative error of each is that of the directions of the rows alone, whatever their lengths (Demmel and Veselić 1992,
“Jacobi's method is more accurate than QR”), so every row keeps a power of two of its own and no length is too small.
"""

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import jacobi_sweep
from unrolled.core.arrays.scaling import LOG10_2
from unrolled.core.arrays.types import Array, Steps
from unrolled.runtime.progress import advance

Index = npt.NDArray[np.intp]

_SWEEPS = 40
_COSINE, _NEGLIGIBLE = 1e-15, 1e-17
# Rows further apart than this many powers of two turn each other as if they were infinitely far apart.
_FAR = -500


def log10_jacobi_svdvals(rows: Array, powers: Steps) -> Array:
    """Compute log10 of the singular values (n,), descending, of the matrix with rows ``rows[i] * 2**powers[i]``.

    The rows (n, S) are of a length near 1, none of them zero.
    """
    rows, powers = rows.copy(), powers.astype(np.int64)
    for _ in range(_SWEEPS):
        largest = 0.0
        advance(jacobi_sweep(len(rows)))
        for first, second in _rounds(len(rows)):
            ahead = powers[first] >= powers[second]
            long, short = np.where(ahead, first, second), np.where(ahead, second, first)
            largest = max(largest, _rotate(rows, powers, long, short))
        if largest <= _COSINE * len(rows):
            break
    logs: Array = np.log10(np.linalg.norm(rows, axis=1)) + LOG10_2 * powers
    return np.sort(logs)[::-1]


def _rotate(rows: Array, powers: Steps, long: Index, short: Index) -> float:
    """Rotate disjoint pairs of rows until each is orthogonal, in place; give the largest cosine before."""
    p, q = rows[long], rows[short]
    ratio = np.ldexp(1.0, np.maximum(powers[short] - powers[long], _FAR))
    pp, qq, pq = np.vecdot(p, p), np.vecdot(q, q), np.vecdot(p, q)
    cosine = np.abs(pq) / np.sqrt(pp * qq)
    largest = float(cosine.max(initial=0.0))
    # What is orthogonal up to rounding stays as it is.
    if largest <= _COSINE:
        return largest
    pq = np.where(cosine <= _NEGLIGIBLE, 0.0, pq)
    zeta = np.where(pq == 0.0, np.inf, (pp - ratio**2 * qq) / np.where(pq == 0.0, 1.0, 2.0 * ratio * pq))
    tan = np.where(zeta < 0.0, -1.0, 1.0) / (np.abs(zeta) + np.hypot(1.0, zeta))
    cos = 1.0 / np.sqrt(1.0 + tan**2)
    rows[long] = cos[:, None] * (p + (tan * ratio)[:, None] * q)
    rows[short] = cos[:, None] * (q - (tan / ratio)[:, None] * p)
    for index in (long, short):
        shift = np.frexp(np.abs(rows[index]).max(axis=1))[1]
        rows[index] = np.ldexp(rows[index], -shift[:, None])
        powers[index] += shift
    return largest


def _rounds(count: int) -> list[tuple[Index, Index]]:
    """Pair every row with every other once, in rounds of disjoint pairs (the circle method of tournaments)."""
    even = count + count % 2
    circle = np.arange(even)
    rounds = []
    for _ in range(even - 1):
        first, second = circle[: even // 2], circle[: even // 2 - 1 : -1]
        real = (first < count) & (second < count)
        rounds.append((first[real], second[real]))
        circle = np.concatenate([circle[:1], circle[-1:], circle[1:-1]])
    return rounds
