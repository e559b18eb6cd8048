"""A linear probe fitted once more: each block left out is solved anew, rows and blocks are cut by plain indices."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import CALL
from unrolled.core.arrays.types import Array, Steps
from unrolled.runtime.progress import advance

_EXPONENTS, _FOLDS, _BLOCKS = tuple(range(-12, 3, 2)), 5, 8
# Strengths whose errors are as good as equal, and errors that are rounding beside the targets.
_EQUAL, _ROUNDING = 1e-5, 1e-20
# What is told may be further off by this part, and what is small by this.
TOLERANCE, _SMALL = 1e-4, 1e-2
_SVD_FLOPS, _SOLVE_FLOPS, _CALLS = 14.0, 14.0, 60


# Rounding of the features, and so many times what it changes is believed.
_UNIT, _DOUBT = 4e-16, 100.0

Told = tuple[float, ...]


@dataclass(frozen=True)
class Refit:
    """Predictions (m, O) of the tested rows, and the mean squared error at blocks left out."""

    predicted: Array
    error: float


def refit(features: Array, targets: list[Array], washout: int, gap: int) -> list[list[Refit]]:
    """Fit targets (rows, O) to features (rows, F) again: of each, all fits whose strengths are as good as equal."""
    rows, tested = fitted_and_tested(len(features), washout, gap)
    largest = float(np.abs(features[rows] - features[rows].mean(axis=0)).max(initial=0.0)) or 1.0
    x, y = features / largest, np.concatenate(targets, axis=1)
    places = np.cumsum([0, *(each.shape[1] for each in targets)])
    centred = x[rows] - x[rows].mean(axis=0)
    unit = float(np.linalg.norm(centred, 2)) ** 2 or 1.0
    strengths = [10.0**exponent * unit for exponent in _EXPONENTS]
    errors = np.zeros((len(strengths), len(targets)))
    for fold in range(min(_FOLDS, len(rows))):
        first, end = (len(rows) * (fold + more) // min(_FOLDS, len(rows)) for more in (0, 1))
        kept = [row for place, row in enumerate(rows) if place < first - gap or place >= end + gap]
        u, s, vt = np.linalg.svd(x[kept] - x[kept].mean(axis=0), full_matrices=False)
        onto, scores = u.T @ (y[kept] - y[kept].mean(axis=0)), (x[rows[first:end]] - x[kept].mean(axis=0)) @ vt.T
        for at, strength in enumerate(strengths):
            wrong = y[rows[first:end]] - y[kept].mean(axis=0) - scores @ (onto * (s / (s * s + strength))[:, None])
            errors[at] += np.add.reduceat(np.square(wrong).sum(axis=0), places[:-1])
    advance(refit_flops(len(rows), features.shape[1], y.shape[1]))
    sizes = np.add.reduceat(np.square(y[rows]).sum(axis=0), places[:-1])
    good = errors <= errors.min(axis=0) * (1.0 + _EQUAL) + _ROUNDING * sizes
    solved = {at: _solved(centred, y[rows], strengths[at]) for at in np.flatnonzero(good.any(axis=1)).tolist()}
    ahead, mean = x[tested] - x[rows].mean(axis=0), y[rows].mean(axis=0)
    return [
        [
            Refit((mean + ahead @ solved[at])[:, start:end], float(errors[at, place]) / (len(rows) * (end - start)))
            for at in np.flatnonzero(good[:, place]).tolist()
        ]
        for place, (start, end) in enumerate(zip(places[:-1].tolist(), places[1:].tolist(), strict=True))
    ]


def fitted_and_tested(rows: int, washout: int, gap: int) -> tuple[Steps, Steps]:
    """Cut rows: two thirds of what washout and gap leave are fitted, the others tested."""
    left = max(0, rows - washout - gap)
    first = washout + left * 2 // 3
    return np.arange(washout, first), np.arange(first + gap, rows)


def ratio(over: Array, under: Array) -> tuple[float, float, Array]:
    """Divide sums over rows; the standard error over blocks of them, NaN of rare events, and how far each moves it."""
    total, count = math.fsum(under.tolist()), min(_BLOCKS, len(over))
    if not total:
        return math.nan, math.nan, np.full(count, np.nan)
    value, moved, held = math.fsum(over.tolist()) / total, [], []
    for block in range(count):
        some = range(len(over) * block // count, len(over) * (block + 1) // count)
        held.append(math.fsum(float(under[row]) for row in some))
        moved.append(math.fsum(float(over[row] - value * under[row]) for row in some) / total)
    rare = total**2 < 3.0 * math.fsum(each**2 for each in held)
    return value, math.nan if rare else error_of(moved), np.array(moved)


def error_of(moved: list[float]) -> float:
    """Give the standard error of what blocks move by so much."""
    count = len(moved)
    return math.sqrt(count / (count - 1) * math.fsum(each**2 for each in moved)) if count > 1 else math.nan


def squared_errors(predicted: Array, targets: Array, rows: Steps, tested: Steps) -> tuple[Array, Array]:
    """Give the squared error of every tested row, and that of the mean of the fitted ones, 0 if it is rounding."""
    wrong, ahead = np.square(targets[tested] - predicted).sum(axis=1), targets[tested]
    mean = np.square(ahead - targets[rows].mean(axis=0)).sum(axis=1)
    return wrong, mean if mean.sum() > 1e-24 * np.square(ahead).sum() else np.zeros(len(mean))


def distances(told: list[Told], find: Callable[[Array], list[list[Told]]], features: Array) -> list[float]:
    """Measure how far what is told is from what is found in the features, one of several truths each.

    Where that is much it is found again in features that are rounded otherwise: what that changes is in doubt.
    """
    truths = find(features)
    result = [apart(*pair) for pair in zip(told, truths, strict=True)]
    if max(result, default=0.0) <= TOLERANCE:
        return result
    signs = np.random.default_rng(len(features)).choice((-1.0, 1.0), features.shape)
    again = find(features * (1.0 + _UNIT * signs))
    for place, (here, there) in enumerate(zip(truths, again, strict=True)):
        doubts = [
            max(min(_distance(one[at], other[at]) for one in here) for other in there) for at in range(len(told[place]))
        ]
        limits = [1.0 + _DOUBT * doubt / TOLERANCE for doubt in doubts]
        result[place] = min(
            max(
                0.0 if math.isinf(limit) else _distance(*pair) / limit
                for *pair, limit in zip(told[place], truth, limits, strict=True)
            )
            for truth in here + there
        )
    return result


def apart(told: Told, truths: list[Told]) -> float:
    """Measure how far what is told is from the nearest of some truths; 0 between NaN and NaN."""
    return min(max(_distance(*pair) for pair in zip(told, truth, strict=True)) for truth in truths)


def refit_flops(rows: float, features: float, columns: float) -> float:
    """Count the decompositions of all blocks and of all rows, and what is predicted with every strength."""
    fits = rows * features * columns * (4.0 * _FOLDS / 2.0 + 2.0 * len(_EXPONENTS) + _SOLVE_FLOPS)
    return (_FOLDS + 2.0) * _SVD_FLOPS * rows * features * min(rows, features) + fits + _FOLDS * _CALLS * CALL


def _solved(centred: Array, targets: Array, strength: float) -> Array:
    """Solve by least squares with √λ below the features."""
    width = centred.shape[1]
    above = np.concatenate([centred, math.sqrt(strength) * np.eye(width)])
    right = np.concatenate([targets - targets.mean(axis=0), np.zeros((width, targets.shape[1]))])
    return np.asarray(np.linalg.lstsq(above, right, rcond=None)[0])


def _distance(told: float, truth: float) -> float:
    if told == truth or (math.isnan(told) and math.isnan(truth)):
        return 0.0
    distance = abs(told - truth) / (abs(truth) + _SMALL)
    return distance if math.isfinite(distance) else math.inf
