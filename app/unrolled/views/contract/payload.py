"""Numbers on their way into JSON: finite or None."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


def finite(value: float) -> float | None:
    """Give a number for JSON: None for NaN and infinities."""
    return float(value) if math.isfinite(value) else None


def finite_list(values: npt.NDArray[np.float64]) -> list[float | None]:
    """Give a vector for JSON: None for NaN and infinities."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def finite_rows(values: npt.NDArray[np.float64]) -> list[list[float | None]]:
    """Give the rows of a matrix for JSON: None for NaN and infinities."""
    return [[value if math.isfinite(value) else None for value in row] for row in values.tolist()]


def count_zeros(log10_norm: npt.NDArray[np.float64]) -> int:
    """Count the cells of a triangle whose product is exactly zero: −inf."""
    return int(np.count_nonzero(log10_norm == -np.inf))


Payload = dict[str, Any]
Column = Sequence[int] | Sequence[float] | Sequence[str] | npt.NDArray[Any]


@dataclass(frozen=True)
class LeftOut:
    """A value whose network leaves float64: it has no triangle. ``reason`` says why, as a sentence."""

    value: str | int
    label: str
    reason: str
