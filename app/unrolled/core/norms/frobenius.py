"""Frobenius norms of all pairs, meeting in the middle.

Let A_i = P[s_{r+i}, s_r] be the products that lead from a sampled step s_r to the steps of the group after it, and
P_k = P[s_r, k] those that lead to it from every earlier step. Then

    ‖A_i P_k‖_F² = tr(P_kᵀ A_iᵀ A_i P_k) = ⟨A_iᵀ A_i, P_k P_kᵀ⟩,

so a whole rectangle of the triangle is one matrix product of two stacks of Gram matrices: 2S² flops a cell, where
multiplying the products out takes 2S³. Only one row in a group, and the small triangles inside the groups, are
multiplied out. A block of the joint product is measured by keeping only the rows of A_i that belong to it.

The sum has terms of both signs: its rounding error is of the order of ε ‖A_i‖_F² ‖P_k‖_F². A cell whose own square is
less than a ten-thousandth of that product is therefore multiplied out after all.
"""

import numpy as np

from unrolled.core.arrays.flops import gram_rectangle, inspection
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, log10_frobenius, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.blocks import Blocks, ProductRow
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.runtime.parallel import parallel_for
from unrolled.runtime.progress import advance

GROUP = 16
_TRUSTED = 1e-4
# Entries of the Gram matrices of a few columns: they never exist for all columns at once.
_CHUNK_ENTRIES = 2**18


def frobenius_triangle(chain: JacobianChain, blocks: Blocks, grid: Grid) -> Array:
    """Measure log10 ‖∂(of)_t/∂(wrt)_k‖_F for every row t and column k: NaN for k > t, −inf for exactly zero."""
    count, size = len(grid.steps), chain.state_size
    sizes, far = grid.empty(), ProductRow(len(grid.k), chain.width, size)
    for start in range(0, count, GROUP):
        stop = min(start + GROUP, count)
        near, onward = ProductRow(GROUP, chain.width, size), ProductRow(1, size, size)
        onward.append(np.eye(size))
        factors, shifts, rows, initial = [], [], [], chain.initial(grid.steps[start:stop])
        for step in range(start, stop):
            if step > start:
                onward.left_multiply(blocks.products[step - 1], int(blocks.powers[step - 1]))
                near.left_multiply(blocks.products[step - 1], int(blocks.powers[step - 1]))
            if grid.is_column[step]:
                near.append(initial[step - start])
            if grid.is_row[step]:
                row = int(grid.row[step])
                sizes[row, far.count : far.count + near.count] = log10_frobenius(
                    chain.select_T(near.products), near.exponents
                )
                # The selected rows may be far smaller than the rest.
                factor, shift = rescale(chain.select_T(onward.products))
                factors.append(factor[0])
                shifts.append(int(onward.exponents[0] + shift[0]))
                rows.append(row)
                advance(inspection(near.count + 1, chain.width, chain.height))
        if rows and far.count:
            sizes[rows, : far.count] = _rectangle(np.array(factors), np.array(shifts), far)
        if stop < count:
            onward.left_multiply(blocks.products[stop - 1], int(blocks.powers[stop - 1]))
            near.left_multiply(blocks.products[stop - 1], int(blocks.powers[stop - 1]))
            far.left_multiply(onward.products[0], int(onward.exponents[0]))
            far.extend(near)
    return sizes


def _rectangle(onward: Array, shifts: Steps, far: ProductRow) -> Array:
    """Measure every product of a transposed onward factor (m, S, R) and a far column, shape (m, n)."""
    size = onward.shape[1]
    left = np.matmul(onward, onward.swapaxes(1, 2))
    flat, traces = left.reshape(len(left), -1), np.trace(left, axis1=1, axis2=2)
    sizes, chunk = np.empty((len(onward), far.count)), max(1, _CHUNK_ENTRIES // size**2)

    def measure(start: int) -> None:
        part = slice(start, start + chunk)
        products, exponents = far.products[part], shifts[:, None] + far.exponents[part]
        right = np.matmul(products.swapaxes(1, 2), products)
        squares = flat @ right.reshape(len(right), -1).T
        floor = _TRUSTED * np.outer(traces, np.trace(right, axis1=1, axis2=2))
        for index, column in enumerate(squares < floor):
            doubtful = np.flatnonzero(column)
            if doubtful.size:
                multiplied, more = rescale(products[doubtful] @ onward[index])
                squares[index, doubtful] = np.square(multiplied).sum(axis=(1, 2))
                exponents[index, doubtful] += more
        with np.errstate(divide="ignore"):
            sizes[:, part] = 0.5 * np.log10(np.maximum(squares, 0.0)) + LOG10_2 * exponents

    parallel_for(measure, range(0, far.count, chunk))
    advance(gram_rectangle(len(onward), far.count, far.products.shape[1], size))
    return sizes
