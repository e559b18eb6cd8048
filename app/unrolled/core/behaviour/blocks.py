"""Contiguous blocks of steps: what is discarded, fitted and tested, and ratios with the error that blocks show.

Steps beside each other are alike, so blocks take the place of rows: in cross-validation, with a gap on both sides
(Racine 2000, hv-block), and in standard errors. That of a ratio Σ y / Σ x over B blocks is
√(B/(B−1) Σ (y − R x)²) / Σ x (Cochran 1977, chapter 6).
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array

FOLDS, BLOCKS = 5, 8
# Blocks that must hold what is measured, counted as (Σ x)² / Σ x².
_FEWEST = 3.0


@dataclass(frozen=True)
class Split:
    """How rows are used, in their order: so many discarded, fitted, left as a gap, and tested, which is the rest."""

    washout: int
    fitted: int
    gap: int
    tested: int

    @classmethod
    def of(cls, rows: int, washout: int, gap: int) -> "Split":
        """Fit two thirds of what washout and gap leave, and test one."""
        left = max(0, rows - washout - gap)
        return cls(washout, 2 * left // 3, gap, left - 2 * left // 3)

    @property
    def fitted_rows(self) -> slice:
        """The rows that are fitted."""
        return slice(self.washout, self.washout + self.fitted)

    @property
    def tested_rows(self) -> slice:
        """The rows that are tested."""
        first = self.washout + self.fitted + self.gap
        return slice(first, first + self.tested)

    def folds(self) -> list[tuple[slice, npt.NDArray[np.bool_]]]:
        """Give each block of the fitted rows, and which of these are fitted without it and the gaps around it."""
        row = np.arange(self.fitted)
        return [
            (slice(first, end), (row < first - self.gap) | (row >= end + self.gap))
            for first, end in pairwise(_edges(self.fitted, FOLDS))
        ]

    def by_block(self, values: Array) -> Array:
        """Add up what was measured at every tested row within each block, shape (B,)."""
        return np.add.reduceat(values, _edges(self.tested, BLOCKS)[:-1])


@dataclass(frozen=True)
class Ratio:
    """Σ y / Σ x of the sums (B,) in B blocks: NaN where Σ x is 0."""

    over: Array
    under: Array

    @property
    def value(self) -> float:
        """The ratio."""
        total = float(self.under.sum())
        return float(self.over.sum()) / total if total else np.nan

    @property
    def deviations(self) -> Array:
        """By how much each block moves it, (B,): they add up to 0."""
        total = float(self.under.sum())
        return (self.over - self.value * self.under) / total if total else np.full(len(self.over), np.nan)

    @property
    def error(self) -> float:
        """Its standard error; NaN where Σ x is that of so few blocks that the others tell nothing: of rare events."""
        held = float(self.under.sum()) ** 2 / (float(np.square(self.under).sum()) or 1.0)
        return standard_error(self.deviations) if held >= _FEWEST else math.nan


def standard_error(deviations: Array) -> float:
    """Give the standard error of what is moved so much by each block; deviations of sums of ratios add up."""
    count = len(deviations)
    return math.sqrt(count / (count - 1)) * math.hypot(*deviations) if count > 1 else math.nan


def _edges(rows: int, most: int) -> list[int]:
    """Cut rows into blocks that are as equal as can be, none of them empty: where each begins, and the end."""
    count = max(1, min(most, rows))
    return [rows * block // count for block in range(count + 1)]
