"""Every singular value of a long product, also those far below ε·σ_1.

The SVD of the multiplied-out product loses all that is smaller than ε times the largest value, after some twenty
steps. A QR decomposition carried through the factors keeps each direction in its own exponent. Sweeping back and forth
over the factors, each sweep starting from the basis the last one ended with, makes the triangular factor converge to
the singular values, as the QR iteration does (Bojanczyk, Ewerbring, Luk and Van Dooren 1991, for products of matrices).

Neighbours of nearly equal size would take very many sweeps. They need not separate: as soon as the rows of the
triangular factor have well separated *directions*, whatever their lengths, Jacobi rotations take its singular values to
full relative accuracy (`app.core.jacobi`). One or two sweeps nearly always do.

A factor whose rows differ by many decades (units saturated to different degrees) is taken as row lengths times unit
rows, and the longest rows come first in each QR: only so does a Householder QR keep what is in the short ones (Cox and
Higham 1998).
"""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.flow import Flow
from app.core.jacobi import log10_of_rows
from app.core.scaled import LOG10_2, normalised

_SWEEPS = 24
# Condition numbers of the row directions: not worth another sweep, good if another sweep does not help, the limit.
_WELL, _GOOD, USABLE = 20.0, 1e4, 1e8
_ROUNDING = 4.0 * float(np.finfo(np.float64).eps)


def log10_singular_values(flow: Flow, t: int, k: int) -> Array:
    """Compute log10 σ_i of ∂(of)_t/∂(wrt)_k.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    t, k : int
        1-based steps, k ≤ t.

    Returns
    -------
    array of shape (min(R, C),)
        Descending; −inf for a value that is exactly zero, NaN for one that rounding took: a factor whose unit rows are
        dependent up to rounding has lost its smallest values.
    """
    factors, powers = normalised(_factors(flow, t, k))
    size, kept = flow.state_size, min(flow.height, flow.width)
    if not len(factors):
        return np.zeros(size)
    lengths, directions = _split(factors)
    shift = LOG10_2 * float(powers.sum())
    rows, exponents = _triangle_rows(lengths, directions)
    values = log10_of_rows(rows, exponents) + shift if condition(rows) <= USABLE else np.full(len(rows), np.nan)
    zeros = _closed(factors)
    values = np.concatenate([values, np.full(size - len(values), np.nan)])
    values[min(size - zeros, size - _dependent(directions)) :] = np.nan
    values[size - zeros :] = -np.inf
    values[rank_limit(flow, t, k) :] = -np.inf
    return values[:kept]


def rank_limit(flow: Flow, t: int, k: int) -> int:
    """Bound the rank of ∂(of)_t/∂(wrt)_k: between layers only the H outputs pass, once at every step."""
    if len(flow.layers) == 1:
        return flow.state_size
    return flow.layers[0].hidden_size * (t - k + (flow.columns is None))


def _factors(flow: Flow, t: int, k: int) -> Array:
    """Give the factors from the first to the last; what begins and what cuts the product are padded with zeros."""
    size = flow.state_size
    parts = [flow.jacobians(np.arange(k + 1, t + 1))] if t > k else []
    if not flow.is_whole:
        begun = flow.begun(np.array([k]))[0]
        begun = np.asarray(np.linalg.qr(begun, mode="r")) if len(begun) > size else begun
        first, last = np.zeros((1, size, size)), np.zeros((1, size, size))
        first[0, :, : len(begun)] = begun.T
        last[0, : flow.height] = np.eye(size)[flow.rows]
        parts = [first, *parts, last]
    return np.concatenate(parts) if parts else np.empty((0, size, size))


def _split(factors: Array) -> tuple[Array, Array]:
    """Take each factor apart: row lengths (n, S), and rows of unit length or zero (n, S, S)."""
    largest = np.abs(factors).max(axis=2)
    exponents = np.frexp(largest)[1]
    rows = np.ldexp(factors, -exponents[..., None])
    norms = np.linalg.norm(rows, axis=2)
    return np.ldexp(norms, exponents), rows / np.where(norms == 0.0, 1.0, norms)[..., None]


def _triangle_rows(lengths: Array, directions: Array) -> tuple[Array, Steps]:
    """Reduce the product to one matrix with the same singular values whose rows have separate directions.

    Returns
    -------
    rows : array of shape (r, S)
        Its rows that are not zero, each scaled by a power of two.
    exponents : array of shape (r,)
        The powers.
    """
    size = lengths.shape[1]
    basis, triangles = _swept_forth(lengths, directions, np.eye(size))
    rows, exponents = _product_rows(triangles, size)
    before = np.inf
    for sweep in range(1, _SWEEPS):
        spread = condition(rows)
        if spread <= _WELL or before / 2.0 < spread <= _GOOD:
            break
        before = spread
        # A basis that began as one of invariant directions would never change their order by itself.
        basis = basis[:, np.argsort(-_growth(triangles), kind="stable")]
        swept = _swept_back if sweep % 2 else _swept_forth
        basis, triangles = swept(lengths, directions, basis)
        rows, exponents = _product_rows(triangles, size)
    return rows, exponents


def _swept_forth(lengths: Array, directions: Array, basis: Array) -> tuple[Array, list[Array]]:
    """Carry an orthonormal basis through the factors; give the last basis and every triangular factor."""
    triangles = []
    for length, direction in zip(lengths, directions, strict=True):
        basis, upper = sorted_qr(length[:, None] * (direction @ basis))
        triangles.append(upper)
    return basis, triangles


def _swept_back(lengths: Array, directions: Array, basis: Array) -> tuple[Array, list[Array]]:
    """Do the same with the transposed factors, from the last to the first."""
    triangles = []
    for length, direction in zip(lengths[::-1], directions[::-1], strict=True):
        inner, upper = sorted_qr(length[:, None] * basis)
        basis, outer = np.linalg.qr(direction.T @ inner)
        triangles += [upper, outer]
    return basis, triangles


def _growth(triangles: list[Array]) -> Array:
    """Measure how much each basis direction grew, as a logarithm, −inf for one that died."""
    diagonals = np.abs(np.diagonal(np.stack(triangles), axis1=1, axis2=2))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(diagonals).sum(axis=0), dtype=np.float64)


def sorted_qr(matrix: Array) -> tuple[Array, Array]:
    """Decompose with the longest rows first, and put the rows of Q back."""
    order = np.argsort(-np.abs(matrix).max(axis=1), kind="stable")
    q, upper = np.linalg.qr(matrix[order])
    basis = np.empty_like(q)
    basis[order] = q
    return basis, upper


def _product_rows(factors: list[Array], size: int) -> tuple[Array, Steps]:
    """Multiply the factors, the first one rightmost, with an exponent for every row; leave out rows of zeros."""
    rows, powers = np.eye(size), np.zeros(size, dtype=np.int64)
    for factor in factors:
        rows, powers = row_step(factor, rows, powers)
    kept = rows.any(axis=1)
    return rows[kept], powers[kept]


def row_step(factor: Array, rows: Array, powers: Steps) -> tuple[Array, Steps]:
    """Multiply rows that each have a power of two by one factor from the left; shapes (S, S), (S, n) and (S,)."""
    reached = np.where(factor != 0.0, powers + np.frexp(factor)[1], np.iinfo(np.int64).min // 2)
    ceiling = reached.max(axis=1)
    weights = np.ldexp(factor, np.maximum(powers - ceiling[:, None], -3000))
    moved = weights @ rows
    shift = np.frexp(np.abs(moved).max(axis=1))[1]
    return np.ldexp(moved, -shift[:, None]), ceiling + shift


def condition(rows: Array) -> float:
    """Measure the condition number of the rows scaled to unit length; 1 for none."""
    if not len(rows):
        return 1.0
    values = np.linalg.svd(rows / np.linalg.norm(rows, axis=1)[:, None], compute_uv=False)
    return float(values[0] / max(float(values[-1]), 1e-300))


def _dependent(directions: Array) -> int:
    """Count the singular values that rounding took: of unit rows, at most so many in one factor are told from zero."""
    values = np.linalg.svd(directions, compute_uv=False)
    return int((values <= _ROUNDING * directions.shape[1]).sum(axis=1).max())


def _closed(factors: Array) -> int:
    """Count the singular values that are exactly zero because units are closed: rows and columns that are all zero."""
    open_units = factors != 0
    closed = [int((~open_units.any(axis=axis)).sum(axis=1).max()) for axis in (1, 2)]
    reach = np.eye(factors.shape[-1], dtype=bool)
    for pattern in open_units:
        reach = pattern @ reach
    return max(*closed, *(int((~reach.any(axis=axis)).sum()) for axis in (0, 1)))
