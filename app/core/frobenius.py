"""Frobenius norms of all pairs, meeting in the middle.

Let A_i = P[s_{r+i}, s_r] be the products that lead from a sampled step s_r to the steps of the group after it, and
P_k = P[s_r, k] those that lead to it from every earlier step. Then

    ‖A_i P_k‖_F² = tr(P_kᵀ A_iᵀ A_i P_k) = ⟨A_iᵀ A_i, P_k P_kᵀ⟩,

so a whole rectangle of the triangle is one matrix product of two stacks of Gram matrices: 2S² flops a cell, where
multiplying the products out takes 2S³. Only one row in a group, and the small triangles inside the groups, are
multiplied out.

The sum has terms of both signs: its rounding error is of the order of ε ‖A_i‖_F² ‖P_k‖_F². A cell whose own square is
less than a ten-thousandth of that product is therefore multiplied out after all.
"""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.rows import Row
from app.core.scaled import LOG10_2, normalised

GROUP = 16
_TRUSTED = 1e-4


def frobenius_triangle(blocks: Array, powers: Steps, size: int) -> Array:
    """Measure log10 ‖P[t, k]‖_F for all pairs of sampled steps.

    Parameters
    ----------
    blocks : array of shape (G − 1, S, S)
        Transposed products between neighbouring samples, without their powers of two.
    powers : array of shape (G − 1,)
        Their powers of two.
    size : int
        S.

    Returns
    -------
    array of shape (G, G)
        Rows t, columns k; NaN for k > t, −inf where the product is exactly zero.
    """
    count = len(blocks) + 1
    sizes = np.full((count, count), np.nan)
    far = Row(count, size)
    for start in range(0, count, GROUP):
        stop = min(start + GROUP, count)
        near = Row(GROUP, size)
        onward, shifts = np.empty((stop - start, size, size)), np.empty(stop - start, dtype=np.int64)
        for row in range(start, stop):
            if row > start:
                near.carry(blocks[row - 1], powers[row - 1])
            near.begin()
            sizes[row, start : row + 1] = near.logs(np.sqrt(near.squares()))
            onward[row - start], shifts[row - start] = near.products[0], near.exponents[0]
        if start:
            sizes[start:stop, :start] = _rectangle(onward, shifts, far)
        if stop < count:
            near.carry(blocks[stop - 1], powers[stop - 1])
            near.squares()
            if start:
                far.carry(near.products[0], int(near.exponents[0]))
                far.squares()
            far.take(near)
    return sizes


def _rectangle(onward: Array, shifts: Steps, far: Row) -> Array:
    """Measure every product of a transposed onward factor and a far column, shape (m, n)."""
    left = np.matmul(onward, onward.swapaxes(1, 2))
    right = np.matmul(far.products.swapaxes(1, 2), far.products)
    squares = left.reshape(len(left), -1) @ right.reshape(far.count, -1).T
    floor = _TRUSTED * np.outer(np.trace(left, axis1=1, axis2=2), np.trace(right, axis1=1, axis2=2))
    exponents = shifts[:, None] + far.exponents
    for index, column in enumerate(squares < floor):
        doubtful = np.flatnonzero(column)
        if doubtful.size:
            products, more = normalised(far.products[doubtful] @ onward[index])
            squares[index, doubtful] = np.square(products).sum(axis=(1, 2))
            exponents[index, doubtful] += more
    with np.errstate(divide="ignore"):
        return 0.5 * np.log10(np.maximum(squares, 0.0)) + LOG10_2 * exponents
