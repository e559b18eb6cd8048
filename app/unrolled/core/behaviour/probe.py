"""A linear probe of a state in closed form: least squares with a ridge whose strength leave-one-out chooses.

All strengths share one singular value decomposition X = U diag(σ) Vᵀ of the centred features, and so do all targets.
The error at a row that was left out needs no second fit: it is the residual over 1 − h_ii, with h_ii of the hat matrix
11ᵀ/n + U diag(σ²/(σ² + λ)) Uᵀ (Allen 1974, PRESS; Golub, Heath and Wahba 1979 for the ridge).
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.types import Array
from unrolled.runtime.progress import advance

# Strengths λ as shares of the largest σ²: from nothing to a prediction that is the mean.
STRENGTHS = tuple(10.0**exponent for exponent in range(-12, 3, 2))
# Flops of a thin SVD with its vectors, n F²; of a residual and its row lengths, n F O; and the calls of each.
_SVD_FLOPS, _FIT_FLOPS, _CALLS = 14.0, 4.0, 10


@dataclass(frozen=True)
class ProbeResult:
    """Predictions (m, O) of the tested rows, which are not those it was fitted to, and how good they are.

    `unexplained` is their squared error as a share of that of the mean of the fitted rows, 1 − R²; NaN where that makes
    no error either. `log_likelihood` is the mean log density (in nats) of one tested entry under a normal distribution
    around its prediction, with the variance of the leave-one-out errors; NaN where they are 0.
    """

    predicted: Array
    unexplained: float
    log_likelihood: float


class RidgeProbe:
    """Features (n + m, F), one row a step, decomposed once: the first n are fitted, all others tested."""

    def __init__(self, features: Array, fitted: int) -> None:
        self.fitted = fitted
        train = features[:fitted]
        mean = train.mean(axis=0)
        # A prediction does not depend on the unit of the features; the squares of large ones leave float64.
        power = -np.frexp(np.abs(train - mean).max(initial=0.0))[1]
        left, self._sizes, right = np.linalg.svd(np.ldexp(train - mean, power), full_matrices=False)
        self._left = left
        self._test_scores = np.ldexp(features[fitted:] - mean, power) @ right.T
        advance(decomposition_flops(len(features), features.shape[1]))

    def fit(self, targets: Array) -> ProbeResult:
        """Fit targets (n + m, O) to the fitted rows, and predict those of the tested ones."""
        train, test = targets[: self.fitted], targets[self.fitted :]
        mean = train.mean(axis=0)
        projected = self._left.T @ (train - mean)
        advance(fit_flops(len(targets), len(self._sizes), targets.shape[1]))
        strength, variance = self._strength(train - mean, projected)
        gains = _gains(self._sizes, strength)
        predicted = mean + (self._test_scores * gains) @ projected
        error = float(np.square(test - predicted).mean()) if test.size else 0.0
        return ProbeResult(predicted, _share(test, predicted, mean), _log_density(error, variance))

    def _strength(self, centred: Array, projected: Array) -> tuple[float, float]:
        """Choose the strength that leaves the smallest mean squared leave-one-out error; give both."""
        best = (0.0, np.inf)
        for share in STRENGTHS:
            strength = share * float(np.square(self._sizes).max(initial=0.0))
            hat = self._sizes * _gains(self._sizes, strength)
            left_out = 1.0 - 1.0 / self.fitted - np.square(self._left) @ hat
            errors = (centred - (self._left * hat) @ projected) / np.maximum(left_out, 1e-12)[:, None]
            mean = float(np.square(errors).mean())
            best = min(best, (strength, mean), key=lambda pair: pair[1])
        return best


def decomposition_flops(rows: int, features: int) -> float:
    """Count the flops of the decomposition."""
    return _SVD_FLOPS * rows * features * min(rows, features) + _CALLS * CALL


def fit_flops(rows: int, features: int, entries: int) -> float:
    """Count the flops of one fit of so many entries a row."""
    return _FIT_FLOPS * len(STRENGTHS) * rows * features * (entries + 1) + _CALLS * CALL * len(STRENGTHS)


def _gains(sizes: Array, strength: float) -> Array:
    """Give σ/(σ² + λ), 0 where σ is 0."""
    squares = np.square(sizes) + strength
    return np.asarray(np.divide(sizes, squares, out=np.zeros_like(sizes), where=squares > 0))


def _share(test: Array, predicted: Array, mean: Array) -> float:
    """Give the squared error as a share of that of the mean; NaN where the mean is right to rounding."""
    total = float(np.square(test - mean).sum())
    if total <= 1e-24 * max(1.0, float(np.square(test).sum())):
        return np.nan
    return float(np.square(test - predicted).sum()) / total


def _log_density(error: float, variance: float) -> float:
    """Give the mean log density of errors under a normal distribution."""
    if not variance > 0:
        return np.nan
    return float(-0.5 * np.log(2.0 * np.pi * variance) - error / (2.0 * variance))
