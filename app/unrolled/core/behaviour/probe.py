"""A linear probe of a state in closed form: least squares with a ridge whose strength blocked cross-validation chooses.

All strengths share one singular value decomposition X = U diag(σ) Vᵀ of the centred features, and so do all targets. A
block is left out together with the gaps around it, for neighbours in time are nearly copies of it. What is fitted
without it is found in the basis of the principal components, from the eigenvectors of their scatter in the other rows.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.blocks import FOLDS, Ratio, Split
from unrolled.runtime.progress import advance

# Strengths λ as shares of the largest σ²: from nothing to a prediction that is the mean.
STRENGTHS = tuple(10.0**exponent for exponent in range(-12, 3, 2))
# Flops of a thin SVD with its vectors, n F²; of the scatter, eigenvectors and scores of a block left out, n F² and F³;
# of a residual of every strength, n F O; and the calls of each.
_SVD_FLOPS, _FOLD_FLOPS, _EIGEN_FLOPS, _FIT_FLOPS, _CALLS = 14.0, 4.0, 9.0, 4.0, 10


@dataclass(frozen=True)
class ProbeResult:
    """Predictions (m, O) of the tested rows, which are not those it was fitted to, and how good they are.

    `unexplained` is their squared error as a share of that of the mean of the fitted rows, 1 − R²; NaN where that makes
    no error either. `log_likelihood` is the mean log density (in nats) of one tested entry under a normal distribution
    around its prediction, with the variance of the errors of blocks left out; NaN where they are 0.
    """

    predicted: Array
    unexplained: Ratio
    log_likelihood: Ratio


@dataclass(frozen=True)
class _Fold:
    """A block left out: which rows are fitted, the scores of these and of the block along their own axes."""

    held: slice
    kept: npt.NDArray[np.bool_]
    squares: Array
    scores: Array
    tested: Array


class RidgeProbe:
    """Features (rows, F), one row a step, decomposed once: some are fitted and others tested, as a split says."""

    def __init__(self, features: Array, split: Split) -> None:
        self.split = split
        train = features[split.fitted_rows]
        mean = train.mean(axis=0)
        # A prediction does not depend on the unit of the features; the squares of large ones leave float64.
        power = -np.frexp(np.abs(train - mean).max(initial=0.0))[1]
        self._left, self._sizes, right = np.linalg.svd(np.ldexp(train - mean, power), full_matrices=False)
        self._tested = np.ldexp(features[split.tested_rows] - mean, power) @ right.T
        self.strengths = np.array(STRENGTHS) * (np.square(self._sizes).max(initial=0.0) or 1.0)
        self._folds = [_fold(self._left * self._sizes, held, kept) for held, kept in split.folds()]
        advance(decomposition_flops(split.fitted, features.shape[1]))

    def fit(self, targets: Array) -> ProbeResult:
        """Fit targets (rows, O) to the fitted rows, and predict those of the tested ones."""
        train, test = targets[self.split.fitted_rows], targets[self.split.tested_rows]
        advance(fit_flops(len(train), len(self._sizes), targets.shape[1]))
        errors = self.left_out_errors(train)
        best = int(np.argmin(errors))
        mean = train.mean(axis=0)
        gains = self._sizes / (np.square(self._sizes) + self.strengths[best])
        predicted = mean + (self._tested * gains) @ (self._left.T @ (train - mean))
        squares = np.square(test - predicted)
        density = _log_density(squares, float(errors[best])).sum(axis=1)
        entries = np.full(len(test), float(test.shape[1]))
        by_block = self.split.by_block
        unexplained = Ratio(by_block(squares.sum(axis=1)), by_block(_baseline(test, mean)))
        return ProbeResult(predicted, unexplained, Ratio(by_block(density), by_block(entries)))

    def left_out_errors(self, train: Array) -> Array:
        """Measure the mean squared error at blocks left out, by strength; targets (n, O) of the fitted rows."""
        total = np.zeros(len(self.strengths))
        for fold in self._folds:
            mean = train[fold.kept].mean(axis=0)
            projected = fold.scores.T @ (train[fold.kept] - mean)
            shrunk = projected / (fold.squares + self.strengths[:, None])[:, :, None]
            total += np.square(train[fold.held] - mean - fold.tested @ shrunk).sum(axis=(1, 2))
        return total / train.size


def decomposition_flops(rows: int, features: int) -> float:
    """Count the flops of the decomposition, and of those of the blocks left out."""
    folds = FOLDS * (_FOLD_FLOPS * rows * features**2 + _EIGEN_FLOPS * features**3 + _CALLS * CALL)
    return _SVD_FLOPS * rows * features * min(rows, features) + folds + _CALLS * CALL


def fit_flops(rows: int, features: int, entries: int) -> float:
    """Count the flops of one fit of so many entries a row."""
    return _FIT_FLOPS * len(STRENGTHS) * rows * features * (entries + 1) + _CALLS * CALL * FOLDS


def _fold(scores: Array, held: slice, kept: npt.NDArray[np.bool_]) -> _Fold:
    """Leave a block of scores (n, F) out."""
    mean = scores[kept].mean(axis=0)
    centred = scores[kept] - mean
    squares, axes = np.linalg.eigh(centred.T @ centred)
    return _Fold(held, kept, np.maximum(squares, 0.0), centred @ axes, (scores[held] - mean) @ axes)


def _baseline(test: Array, mean: Array) -> Array:
    """Give the squared error of the mean at every row; 0 where it is right to rounding everywhere."""
    squares = np.square(test - mean).sum(axis=1)
    return squares if squares.sum() > 1e-24 * float(np.square(test).sum()) else np.zeros(len(test))


def _log_density(squares: Array, variance: float) -> Array:
    """Give the log density of errors under a normal distribution."""
    if not variance > 0:
        return np.full(squares.shape, np.nan)
    return np.asarray(-0.5 * np.log(2.0 * np.pi * variance) - squares / (2.0 * variance))
