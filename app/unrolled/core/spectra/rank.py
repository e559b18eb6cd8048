"""How many singular values of a product closed units leave: exact zeros, apart from what rounding took."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class StructuralRank:
    """The pattern (m, C) of entries of a product that have a path at all, and a bound of its rank.

    Rows and columns of a factor that are all zero take one each from the bound.
    """

    reach: npt.NDArray[np.float32]
    bound: int

    @classmethod
    def identity(cls, width: int) -> "StructuralRank":
        """Give the pattern of no factors."""
        return cls(np.eye(width, dtype=np.float32), width)

    def times(self, factor: Array) -> "StructuralRank":
        """Multiply by one more factor (n, m) from the left."""
        pattern = (factor != 0.0).astype(np.float32)
        reach = np.minimum(pattern @ self.reach, 1.0)
        counts = [int(each.any(axis=axis).sum()) for each in (pattern, reach) for axis in (0, 1)]
        return StructuralRank(reach, min(self.bound, *counts))
