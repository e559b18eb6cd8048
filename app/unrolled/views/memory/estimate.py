"""Estimates with their standard errors, and whether they differ."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.blocks import Ratio

# What is no more than so many standard errors away is not told as different.
SURE = 2.0


@dataclass(frozen=True)
class Estimates:
    """Values (n,) and their standard errors; NaN where nothing could be measured."""

    values: Array
    errors: Array

    @classmethod
    def of(cls, ratios: Iterable[Ratio | None]) -> "Estimates":
        """Take values and errors of ratios over blocks, NaN for None."""
        pairs = [(np.nan, np.nan) if ratio is None else (ratio.value, ratio.error) for ratio in ratios]
        return cls(np.array([value for value, _ in pairs]), np.array([error for _, error in pairs]))

    @classmethod
    def none(cls, count: int) -> "Estimates":
        """Give what could not be measured."""
        return cls(np.full(count, np.nan), np.full(count, np.nan))

    def at(self, place: int) -> tuple[float, float]:
        """Give one value with its error."""
        return float(self.values[place]), float(self.errors[place])

    @property
    def least(self) -> Array:
        """The values less two standard errors."""
        return self.values - SURE * self.errors

    @property
    def most(self) -> Array:
        """The values and two standard errors."""
        return self.values + SURE * self.errors
