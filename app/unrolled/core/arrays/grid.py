"""Which cells of the triangle are looked at: sampled rows t and columns k, of all of it or of a window."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class Grid:
    """Sampled rows t and columns k on one line of steps, both rising and 1-based."""

    t: Steps
    k: Steps

    @cached_property
    def steps(self) -> Steps:
        """Every step that is a row or a column, rising."""
        return np.union1d(self.t, self.k)

    @cached_property
    def is_row(self) -> npt.NDArray[np.bool_]:
        """Which of the steps are rows."""
        return np.isin(self.steps, self.t)

    @cached_property
    def is_column(self) -> npt.NDArray[np.bool_]:
        """Which of the steps are columns."""
        return np.isin(self.steps, self.k)

    @cached_property
    def row(self) -> Steps:
        """The row of each step that is one."""
        return np.searchsorted(self.t, self.steps)

    @property
    def stride(self) -> int:
        """The larger distance of neighbouring samples; 1 for a single one."""
        return max(int(steps[1] - steps[0]) if len(steps) > 1 else 1 for steps in (self.t, self.k))

    def empty(self) -> Array:
        """Make an array of shape (rows, columns) of NaN."""
        return np.full((len(self.t), len(self.k)), np.nan)


def sample_steps(length: int, resolution: int, first: int = 1) -> Steps:
    """Choose at most `resolution` rising 1-based steps up to `length`: all when they are few, else a uniform stride."""
    stride = -(-(length - first + 1) // resolution)
    return np.arange(length, first - 1, -stride, dtype=np.int64)[::-1].copy()


def square_grid(steps: Steps) -> Grid:
    """Make the grid whose rows and columns are the same steps."""
    return Grid(steps, steps)
