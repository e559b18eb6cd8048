"""Largest eigenvalues of many positive semidefinite matrices at once, by Lanczos steps that certify themselves.

After m steps M is known in a basis that begins with the m Lanczos vectors:

    M = [[T, β e_m e_1ᵀ], [β e_1 e_mᵀ, N]],  T tridiagonal,  N ≥ 0,  tr N = tr M − tr T =: τ,

so N ≤ τI, and λ_1(M) lies between λ_1(T) and the largest eigenvalue of T with one more row, whose diagonal entry is τ.
That is a proof, whatever the first vector was: a bad one only takes more steps. (With a bound on the spectrum in place
of τ the longer T is the one of the Gauss–Radau rule, Golub and Meurant 1994, "Matrices, moments and quadrature".) Where
‖M‖_F is known, ‖N‖_F² = ‖M‖_F² − ‖T‖_F² − 2β² is, and ‖N‖_F serves as τ if it is smaller.
"""

from collections.abc import Callable

import numpy as np

from app.core.arrays import Array, Steps
from app.core.progress import advance
from app.core.tridiagonal import CLOSE, Flags, brackets

Apply = Callable[[Array, slice, slice], Array]
Inner = Callable[[Array, slice, slice, Array], None]

# A Ritz value that grows no more is taken to have converged, though nothing is proved yet.
_STEADY = 1e-9
# From this step on brackets are looked at after every second step only.
_SELDOM = 8
# A vector that is so short after it was made orthogonal, or so short for B, is full of rounding errors: squares.
_LOST, _THIN = 1e-20, 1e-6
# Obliqueness of the basis, which grows where a short vector is left; beyond the second number projections are repeated.
_EPSILON, _OBLIQUE = 2.0**-52, 1e-10
# Steps go on until so few cells are open that they are better multiplied out.
_FEW, _SHARE = 2, 32
# In given matrices: how many steps at most, and before a look, if small or large; how many are factorised at once.
_LONG, _LATE, _BATCH = (24, 40), (10, 16), 16
# In matrices of this size steps to a proof are cheaper than multiplying out what has only converged.
DEAR = 96
_TINY = 1e-300
# What the eigenvalues and the factorisation of a matrix take, in C³ flops of a matrix product.
_EIGEN, _FACTOR = 25.0, 2.5


def largest(
    apply: Apply,
    inner: Inner | None,
    scales: Array,
    start: Array,
    traces: Array,
    steps: int,
    first: int,
    energies: Array | None = None,
) -> tuple[Array, Flags, Flags, Array]:
    """Find the largest eigenvalues of an array of positive semidefinite matrices M, or of products KB of two such.

    KB has the eigenvalues of the symmetric B^½KB^½, and is symmetric itself in the inner product xᵀBy. Cells that are
    done leave the computation from the ends of their axes: those that take longest, short products, are expected where
    the second axis ends and the third begins.

    Parameters
    ----------
    apply : callable
        Multiplies vectors of shape (g, n, m, C) by the M, or K, of a slice of the second and one of the third axis.
    inner : callable or None
        The same with B, to an array that is given.
    scales : array that broadcasts to shape (g, n, m)
        Traces of B, or anything without B.
    start : array of shape (g, n, C)
        Vectors to begin with, not zero.
    traces : array of shape (g, n, m)
        Traces of M or KB, relative accuracy 1e-11; a matrix of trace 0 is left out.
    steps : int
        How many steps there are at most.
    first : int
        After how many of them results are looked at for the first time.
    energies : array of shape (g, n, m), optional
        Squared Frobenius norms of the M, where they are known.

    Returns
    -------
    values : array of shape (g, n, m)
        Largest Ritz values; never above the eigenvalues.
    certain : array of shape (g, n, m)
        Which of them are proved to be the largest eigenvalue to 1.5e-9.
    steady : array of shape (g, n, m)
        Which of them have stopped growing.
    last : array of shape (g, n, C)
        Ritz vectors of the last on the third axis.
    """
    search = _Search(apply, inner, scales, start, traces, min(steps, start.shape[-1]), first, energies)
    while not search.ended:
        search.step()
    return search.values, search.certain, search.steady, search.last


def largest_of(grams: Array, guesses: Array) -> tuple[Array, int]:
    """Find the largest eigenvalues of given positive semidefinite matrices, and prove them by Cholesky factorisations.

    Parameters
    ----------
    grams : array of shape (n, C, C)
        The matrices.
    guesses : array of shape (n,)
        Ritz values that may have converged, 0 where there is none.

    Returns
    -------
    values : array of shape (n,)
        The eigenvalues, to 1.5e-9.
    dense : int
        How many took a dense eigensolver.
    """
    values, wide = guesses.copy(), grams.shape[-1] >= DEAR
    guessed = np.zeros(0, dtype=np.int64) if wide else np.flatnonzero(values)
    unknown = np.arange(len(grams)) if wide else np.flatnonzero(values == 0.0)
    # A start too near another eigenvector may have misled some that stand still.
    open_ = np.sort(np.append(unknown, _unproved(grams, values, guessed)))
    if open_.size:
        values[open_], certain = _sought(grams if open_.size == len(grams) else grams[open_])
        open_ = _unproved(grams, values, open_[~certain])
    for one in open_:
        values[one] = max(float(np.linalg.eigvalsh(grams[one])[-1]), 0.0)
        advance(_EIGEN * grams.shape[-1] ** 3)
    return values, int(open_.size)


def _sought(grams: Array) -> tuple[Array, Flags]:
    """Seek the largest eigenvalues of symmetric matrices (n, C, C) from a start that knows nothing, and prove some."""

    def apply(vectors: Array, these: slice, _: slice) -> Array:
        advance(4.0 * vectors.size * width)
        return np.matvec(grams[these], vectors[0, :, 0])[None, :, None]

    count, width = grams.shape[:2]
    wide = int(width >= DEAR)
    start = np.broadcast_to(np.random.default_rng(0).standard_normal(width), (1, count, width))
    traces = np.trace(grams, axis1=1, axis2=2)[None, :, None]
    flat = grams.reshape(count, width * width)
    energies = np.vecdot(flat, flat)[None, :, None]
    values, certain, _, _ = largest(apply, None, traces, start, traces, _LONG[wide], _LATE[wide], energies)
    return values.ravel(), certain.ravel()


def _unproved(grams: Array, values: Array, these: Steps) -> Steps:
    """Tell of which the value is not proved to be the largest eigenvalue, a few at a time."""
    doubtful: list[Steps] = []
    for first in range(0, len(these), _BATCH):
        some = these[first : first + _BATCH]
        if not _bounded(grams[some], values[some]):
            doubtful += [one for one in some[:, None] if len(some) == 1 or not _bounded(grams[one], values[one])]
    return np.concatenate([np.zeros(0, dtype=np.int64), *doubtful])


def _bounded(grams: Array, values: Array) -> bool:
    """Prove by Cholesky's factorisation that no eigenvalue is above its value by more than 1.5e-9 of it."""
    bounds = -grams
    advance(_FACTOR * bounds.size * bounds.shape[-1])
    np.einsum("nii->ni", bounds)[...] += values[:, None] * (1.0 + CLOSE)
    try:
        np.linalg.cholesky(bounds)
    except np.linalg.LinAlgError:
        return False
    return True


class _Search:
    """Lanczos's method in all cells of a window that shrinks; the basis vectors are not scaled to length 1."""

    def __init__(
        self,
        apply: Apply,
        inner: Inner | None,
        scales: Array,
        start: Array,
        traces: Array,
        steps: int,
        first: int,
        energies: Array | None,
    ) -> None:
        self._apply, self._inner, self._scales = apply, inner, np.broadcast_to(scales, traces.shape)
        self.ended, self._taken, self._steps, self._first = False, 0, steps, first
        self._basis = np.empty((steps + 1, *traces.shape, start.shape[-1]))
        self._duals = self._basis if inner is None else np.empty_like(self._basis)
        # Squared lengths of the basis vectors, and what they are divided by: zero stays zero.
        self._lengths, self._inverse = np.empty((2, steps + 1, *traces.shape))
        self._alphas, self._squares = np.empty((2, steps, *traces.shape))
        self._energies = energies
        self._traces, self._low, self._looked = traces, np.zeros(traces.shape), 0
        self.values, self.certain, self.steady = np.zeros(traces.shape), traces <= 0.0, traces <= 0.0
        self.last, self._known = np.array(start), self.certain.copy()
        self._some, self._few = slice(0, traces.shape[1]), slice(0, traces.shape[2])
        self._leave = start.shape[-1] < DEAR
        self._oblique = np.full(traces.shape, _EPSILON)
        self._basis[0] = (start / np.sqrt(np.vecdot(start, start))[..., None])[:, :, None]
        self._known |= self._measure(0)

    def _measure(self, index: int) -> Flags:
        """Measure a basis vector in the inner product, and tell where so little of it counts that this is not known."""
        here = slice(None), self._some, self._few
        image, dual = self._basis[index][here], self._duals[index][here]
        thin: Flags = np.zeros(image.shape[:-1], dtype=np.bool_)
        if self._inner is not None:
            self._inner(image, self._some, self._few, dual)
        square = np.maximum(np.vecdot(image, dual), 0.0)
        if self._inner is not None:
            thin = square <= _THIN * self._scales[here] * np.vecdot(image, image)
        self._lengths[index][here] = square
        self._inverse[index][here] = np.where(square > _TINY, 1.0 / np.maximum(square, _TINY), 0.0)
        return thin

    def step(self) -> None:
        """Multiply by M once, and make the result orthogonal to all vectors before it."""
        step, here = self._taken, (slice(None), self._some, self._few)
        moved, image = self._apply(self._duals[step][here], self._some, self._few), self._basis[step + 1][here]
        self._taken += 1
        basis, duals, inverse = (
            np.moveaxis(kept[: self._taken], 0, axis)[here]
            for kept, axis in ((self._basis, -2), (self._duals, -2), (self._inverse, -1))
        )
        parts = np.matvec(duals, moved)
        weights = parts * inverse
        np.subtract(moved, np.vecmat(weights, basis), out=image)
        thin = self._measure(step + 1)
        whole, oblique = np.vecdot(parts, weights), self._oblique[here]
        square = self._lengths[step + 1][here]
        loss = oblique * np.sqrt(1.0 + whole / np.maximum(square, 1e-20 * whole + _TINY))
        if ((loss > _OBLIQUE) & ~self._known[here]).any():
            image -= np.vecmat(np.matvec(duals, image) * inverse, basis)
            thin = self._measure(step + 1)
        np.maximum(oblique, np.minimum(loss, _OBLIQUE), out=oblique)
        self._alphas[step][here], self._squares[step][here] = weights[..., step], square * inverse[..., step]
        spent = (square <= _LOST * whole) | (square <= _TINY)
        if (
            ((spent | thin) & ~self._known[here]).any()
            or self._taken == self._steps
            or (self._taken >= self._first and (step < _SELDOM or step % 2))
        ):
            self._look(spent, thin)

    def _look(self, spent: Flags, thin: Flags) -> None:
        """Bracket the eigenvalues, and leave out the columns and rows that are done."""
        here = (slice(None), self._some, self._few)
        alphas, squares = ([each[here] for each in kept[: self._taken]] for kept in (self._alphas, self._squares))
        energies = None if self._energies is None else self._energies[here]
        found, real, proved = brackets(alphas, squares, self._traces[here], energies, self._low[here], self._looked)
        self._looked = self._taken
        known = self._known[here]
        self.values[here] = np.where(known, self.values[here], np.where(real, found, 0.0))
        self.certain[here] |= proved & ~known
        self.steady[here] |= ((found - self._low[here] <= _STEADY * found) | spent) & real & ~known
        self._known[here] |= self.certain[here] | spent | thin
        self._low[here] = found
        still: Flags = np.logical_not(self._known[here] | (self.steady[here] & self._leave))
        few = int(np.count_nonzero(still)) <= _FEW + still.size // _SHARE
        self.ended = few or self._taken == self._steps
        begin, end = still.shape[1], 0
        if not self.ended:
            begin = int(np.flatnonzero(still.any(axis=(0, 2)))[0])
            end = int(np.flatnonzero(still.any(axis=(0, 1)))[-1]) + 1
        if self._few.stop == self._traces.shape[2]:
            leaving = slice(0, begin if end == still.shape[2] else None)
            diagonal, off = ([each[:, leaving, -1] for each in kept] for kept in (alphas, squares))
            basis, inverse = (
                np.moveaxis(kept[: self._taken], 0, axis)[here][:, leaving, -1]
                for kept, axis in ((self._basis, -2), (self._inverse, -1))
            )
            last = self.last[:, self._some][:, leaving]
            last[:] = _vectors(diagonal, off, found[:, leaving, -1], np.sqrt(inverse), basis, last)
        self._some, self._few = slice(self._some.start + begin, self._some.stop), slice(0, end)


def _vectors(
    alphas: list[Array], squares: list[Array], values: Array, scales: Array, basis: Array, start: Array
) -> Array:
    """Combine scaled basis vectors (g, n, m, C) to Ritz vectors (g, n, C); where that fails, stay with the last."""
    pivot, ratios = values - alphas[-1], []
    with np.errstate(all="ignore"):
        for alpha, square in zip(alphas[-2::-1], squares[-2::-1], strict=True):
            ratios.append(np.sqrt(square) / pivot)
            pivot = values - alpha - square / pivot
        weights = np.cumprod(np.stack([np.ones_like(values), *ratios[::-1]], axis=-1), axis=-1)
        vectors = np.vecmat(weights * scales, basis)
        sizes = np.vecdot(vectors, vectors)
    return np.where(((sizes > _TINY) & (sizes < 1.0 / _TINY))[..., None], vectors, start)
