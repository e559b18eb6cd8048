"""Which cells of the triangle are looked at: sampled rows t and columns k, of all of it or of a window."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class Grid:
    """Sampled rows and columns on one line of steps.

    Attributes
    ----------
    t, k : arrays of shape (rows,) and (columns,)
        Rising 1-based steps.
    """

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
        return max(int(each[1] - each[0]) if len(each) > 1 else 1 for each in (self.t, self.k))

    def empty(self) -> Array:
        """Make an array of shape (rows, columns) of NaN."""
        return np.full((len(self.t), len(self.k)), np.nan)


def sample_steps(length: int, resolution: int, first: int = 1) -> Steps:
    """Choose the sampled steps: every step when there are few, else a uniform stride that ends at the last.

    Parameters
    ----------
    length, resolution : int
        The last step, and how many samples there are at most.
    first : int
        The first step.

    Returns
    -------
    array of shape (at most resolution,)
        1-based steps, rising, the last one `length`.
    """
    stride = -(-(length - first + 1) // resolution)
    return np.arange(length, first - 1, -stride, dtype=np.int64)[::-1].copy()


def square(steps: Steps) -> Grid:
    """Make the grid whose rows and columns are the same steps."""
    return Grid(steps, steps)
