"""Largest eigenvalues of many products of two positive semidefinite matrices, by Lanczos steps that certify themselves.

KB has the eigenvalues of the symmetric M = B^½KB^½, and is symmetric itself in the inner product xᵀBy. After m steps M
is known in a basis that begins with the m Lanczos vectors:

    M = [[T, β e_m e_1ᵀ], [β e_1 e_mᵀ, N]],  T tridiagonal,  N ≥ 0,  tr N = tr M − tr T =: τ,

so N ≤ τI, and λ_1(M) lies between λ_1(T) and the largest eigenvalue of T with one more row, whose diagonal entry is τ.
That is a proof, whatever the first vector was: a bad one only takes more steps. (With a bound on the spectrum in place
of τ the longer T is the one of the Gauss–Radau rule, Golub and Meurant 1994, "Matrices, moments and quadrature".)

The basis stays orthogonal until a Ritz vector has converged (Paige 1976, "Error analysis of the Lanczos algorithm"),
or all values are nearly equal. Small products are given up then, so three vectors at a time are enough; for large ones,
which are expensive to multiply out, the steps to a proof go on, and all vectors are kept to be orthogonal to.
"""

import numpy as np

from unrolled.core.arrays.buffers import BufferPool
from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.types import Array, Flags
from unrolled.core.norms.tridiagonal import bracket_lambda_max
from unrolled.runtime.progress import advance

Slices = tuple[slice, slice, slice]

# A Ritz value that grows no more is taken to have converged, though nothing is proved yet.
_STEADY = 1e-9
# The first step after which values are bracketed, and from which on only every second step.
_FIRST, _SELDOM = 2, 8
# A vector that is so short after it became orthogonal, or so short for B, is full of rounding errors: squares.
_LOST, _THIN = 1e-20, 1e-6
# Obliqueness of a basis: it grows most where values are nearly equal; beyond the second number traces prove nothing.
_EPSILON, _SKEW = 2.0**-52, 1e-4
# A piece is given up when so small a share of its cells is open that these are better multiplied out,
# and a search when so few are.
_SHARE, _FEW = 64, 16
# Of matrices of this size steps to a proof are cheaper than multiplying out what has only converged.
LARGE = 96
# Steps at most, of small and of large ones.
_STEPS, _MORE = 16, 32
# Entries of the vectors that advance together: they stay in the cache of one core.
_PIECE_ENTRIES = 2**16
# Passes over the vectors in a step, and over what the values of a cell are bracketed from.
_PASSES, _BRACKET_PASSES = 10, 50
# Calls of a step with its brackets.
CALLS = 100
_TINY = 1e-300


def lanczos_lambda_max(
    left: Array, right: Array, scales: Array, start: Array, traces: Array, buffers: BufferPool
) -> tuple[Array, Flags, Flags, Array]:
    """Find the largest eigenvalues (g, n, m) of all products K_i B_j in each of g groups.

    Cells that are done leave the computation from the ends of their axes: those that take longest, short products, are
    expected where the axis of the K (g, n, C, C) ends and that of the B (g, m, C, C) begins. The scales (g, m) are
    traces of the B, the traces (g, n, m) those of the products, to 1e-11; a product of trace 0 is left out. No start
    (g, n, C) is zero.

    Gives the largest Ritz values, never above the eigenvalues; which of them are proved to be the largest eigenvalue to
    1.5e-9, while the basis is orthogonal by an estimate; which have stopped growing; and the Ritz vectors (g, n, C) of
    the last B, or the start where that was given up.
    """
    size = start.shape[-1]
    steps = min(_STEPS if size < LARGE else _MORE, size)
    vectors = 5 if size < LARGE else 2 * steps + 3
    with buffers.borrowed(vectors, *traces.shape, size) as buffer:
        search = _Search(left, right, scales, start, traces, steps, buffer)
        while search.pieces:
            search.step()
    return search.values, search.certain, search.steady, search.last


class _Search:
    """Lanczos's method in all cells of pieces that shrink; the vectors are not scaled to length 1."""

    def __init__(
        self, left: Array, right: Array, scales: Array, start: Array, traces: Array, steps: int, buffer: Array
    ) -> None:
        shape, size = traces.shape, start.shape[-1]
        self._left, self._right, self._scales = left, right, np.broadcast_to(scales[:, None], shape)
        self._traces, self._steps, self._thorough = traces, steps, size >= LARGE
        self._step, self._bracketed = 0, 0
        self.values, self.certain, self.steady = np.zeros(shape), traces <= 0.0, traces <= 0.0
        self.last, self._done, self._low = np.array(start), self.certain.copy(), np.zeros(shape)
        # x_j and Bx_j: all of them, or as many as a step takes.
        many, several = (steps + 1, steps + 1) if self._thorough else (3, 1)
        self._basis, self._duals, self._spare = buffer[:many], buffer[many : many + several], buffer[-1]
        # Their squared lengths, and what they are divided by: zero stays zero.
        self._lengths, self._inverse = np.zeros(shape), np.zeros((several, *shape))
        self._alphas, self._squares = np.zeros((2, steps, *shape))
        self._spent, self._thin = np.zeros((2, *shape), dtype=np.bool_)
        # How far from orthogonal to those before it x_j may be, and x_{j+1}.
        self._obliqueness, self._next_obliqueness = np.full((2, *shape), _EPSILON)
        self._trail: list[tuple[Array, Array]] = []
        self.pieces = _pieces(shape, size)
        self._basis[0] = (start / np.sqrt(np.vecdot(start, start))[..., None])[:, :, None]
        for piece in self.pieces:
            self._measure(0, piece)
        self._done |= self._thin
        self._record()

    def _vector(self, index: int) -> Array:
        return self._basis[index % len(self._basis)]

    def _dual(self, index: int) -> Array:
        return self._duals[index % len(self._duals)]

    def _measure(self, index: int, piece: Slices) -> None:
        """Compute Bx_j, measure x_j in the inner product, and note where rounding leaves that unknown."""
        (groups, _, rows), vectors, duals = piece, self._vector(index)[piece], self._dual(index)[piece]
        np.matmul(vectors.swapaxes(1, 2), self._right[groups, rows], out=duals.swapaxes(1, 2))
        square = np.maximum(np.vecdot(vectors, duals), 0.0)
        self._lengths[piece] = square
        self._thin[piece] = square <= _THIN * self._scales[piece] * np.vecdot(vectors, vectors)

    def _record(self) -> None:
        """Prepare the next step, and keep what the Ritz vectors of the last row are combined of."""
        inverse = self._inverse[self._step % len(self._inverse)]
        np.divide(1.0, self._lengths, out=inverse, where=self._lengths > _TINY)
        self._trail.append((self._vector(self._step)[:, :, -1].copy(), np.sqrt(inverse[:, :, -1])))

    def step(self) -> None:
        """Multiply by KB once, and make the result orthogonal to the vectors before it."""
        advance(CALLS * CALL)
        for piece in self.pieces:
            self._advance_piece(piece)
        self._step += 1
        self._record()
        due = self._step >= _FIRST and (self._step <= _SELDOM or self._step % 2 == 0)
        if due or self._step == self._steps or ((self._spent | self._thin) & ~self._done).any():
            self._bracket()

    def _advance_piece(self, piece: Slices) -> None:
        step, spare, (groups, columns, _) = self._step, self._spare[piece], piece
        now, moved, dual = self._vector(step)[piece], self._vector(step + 1)[piece], self._dual(step)[piece]
        advance(spare.size * (4.0 * spare.shape[-1] + _PASSES * ENTRY))
        np.matmul(dual, self._left[groups, columns], out=moved)
        parts = np.vecdot(dual, moved)
        alpha = parts * self._inverse[step % len(self._inverse)][piece]
        total = parts * alpha
        moved -= np.multiply(now, alpha[..., None], out=spare)
        if step:
            before = self._squares[step - 1][piece]
            total += before * self._lengths[piece]
            moved -= np.multiply(self._vector(step - 1)[piece], before[..., None], out=spare)
        if self._thorough:
            every = slice(0, step + 1), *piece
            basis, duals, scales = (
                np.moveaxis(history[every], 0, axis)
                for history, axis in ((self._basis, -2), (self._duals, -2), (self._inverse, -1))
            )
            moved -= np.vecmat(np.matvec(duals, moved) * scales, basis, out=spare)
        inverse = self._inverse[step % len(self._inverse)][piece]
        self._measure(step + 1, piece)
        square = self._lengths[piece]
        loss = _EPSILON if self._thorough else self._next_obliqueness[piece]
        self._obliqueness[piece] = self._next_obliqueness[piece]
        self._next_obliqueness[piece] = loss * np.sqrt(1.0 + total / np.maximum(square, _LOST * total + _TINY))
        self._alphas[step][piece], self._squares[step][piece] = alpha, square * inverse
        self._spent[piece] = (square <= _LOST * total) | (square <= _TINY)

    def _bracket(self) -> None:
        """Bracket the eigenvalues, and leave out what is done."""
        some = slice(min(each[1].start for each in self.pieces), max(each[1].stop for each in self.pieces))
        few = slice(0, max(each[2].stop for each in self.pieces))
        here = (slice(None), some, few)
        alphas, squares = ([each[here] for each in history[: self._step]] for history in (self._alphas, self._squares))
        fresh, spent = ~self._done[here], self._spent[here]
        advance(_BRACKET_PASSES * ENTRY * self._step * fresh.size)
        top, proved = bracket_lambda_max(alphas, squares, self._traces[here], self._low[here], self._bracketed)
        self._bracketed = self._step
        np.copyto(self.values[here], top, where=fresh)
        still = top - self._low[here] <= _STEADY * top
        lost = self._obliqueness[here] > _SKEW
        self.certain[here] |= proved & fresh & ~lost
        self.steady[here] |= (still | spent) & fresh
        self._low[here] = top
        self._done[here] |= self.certain[here] | spent | lost | self._thin[here]
        if not self._thorough:
            self._done[here] |= self.steady[here]
        if few.stop == self._traces.shape[2]:
            self._store_ritz_vectors(some, alphas, squares, top, fresh[:, :, -1] & self._done[:, some, -1])
        self.pieces = [] if self._step == self._steps else self._remaining()

    def _remaining(self) -> list[Slices]:
        """Narrow the pieces to what is not done; what is left of a piece that is nearly done is given up."""
        if sum(int(np.count_nonzero(~self._done[piece])) for piece in self.pieces) <= _FEW:
            return []
        pieces = []
        for groups, columns, rows in self.pieces:
            still = ~self._done[groups, columns, rows]
            if np.count_nonzero(still) > still.size // _SHARE:
                across, along = np.flatnonzero(still.any(axis=(0, 2))), np.flatnonzero(still.any(axis=(0, 1)))
                narrow = slice(columns.start + int(across[0]), columns.start + int(across[-1]) + 1)
                pieces.append((groups, narrow, slice(0, int(along[-1]) + 1)))
        return pieces

    def _store_ritz_vectors(
        self, some: slice, alphas: list[Array], squares: list[Array], top: Array, leaving: Flags
    ) -> None:
        """Compute the Ritz vectors of the last row of columns that are done."""
        group, column = np.nonzero(leaving)
        if not group.size:
            return
        diagonal, off = ([each[:, :, -1][group, column] for each in history] for history in (alphas, squares))
        column = column + some.start
        basis = np.stack([vectors[group, column] for vectors, _ in self._trail[: self._step]], axis=-2)
        scales = np.stack([scale[group, column] for _, scale in self._trail[: self._step]], axis=-1)
        values = top[:, :, -1][leaving]
        self.last[group, column] = _ritz_vectors(diagonal, off, values, scales, basis, self.last[group, column])


def _pieces(shape: tuple[int, ...], size: int) -> list[Slices]:
    """Divide the cells into pieces whose vectors stay in the cache of one core."""
    groups, wide, high = shape
    columns = max(1, _PIECE_ENTRIES // (high * size))
    many = max(1, columns // wide)
    return [
        (slice(group, min(group + many, groups)), slice(first, min(first + columns, wide)), slice(0, high))
        for group in range(0, groups, many)
        for first in range(0, wide, columns)
    ]


def _ritz_vectors(
    alphas: list[Array], squares: list[Array], values: Array, scales: Array, basis: Array, start: Array
) -> Array:
    """Combine scaled basis vectors (n, m, C) to Ritz vectors (n, C); where that fails, stay with the last."""
    pivot, ratios = values - alphas[-1], []
    with np.errstate(all="ignore"):
        for alpha, square in zip(alphas[-2::-1], squares[-2::-1], strict=True):
            ratios.append(np.sqrt(square) / pivot)
            pivot = values - alpha - square / pivot
        weights = np.cumprod(np.stack([np.ones_like(values), *ratios[::-1]], axis=-1), axis=-1)
        vectors = np.vecmat(weights * scales, basis)
        sizes = np.vecdot(vectors, vectors)
    return np.where(((sizes > _TINY) & (sizes < 1.0 / _TINY))[..., None], vectors, start)
