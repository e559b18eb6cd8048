"""How many singular values of a product closed units leave: what is exactly zero, told from what rounding took."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class StructuralRank:
    """What is left open after some factors.

    Attributes
    ----------
    reach : array of shape (m, C)
        Which entries of the product have a path at all.
    count : int
        A bound of its rank: rows and columns of a factor that are all zero take one each.
    """

    reach: npt.NDArray[np.float32]
    count: int

    @classmethod
    def identity(cls, width: int) -> "StructuralRank":
        """Begin with the identity."""
        return cls(np.eye(width, dtype=np.float32), width)

    def times(self, factor: Array) -> "StructuralRank":
        """Go through one more factor (n, m)."""
        pattern = (factor != 0.0).astype(np.float32)
        reach = np.minimum(pattern @ self.reach, 1.0)
        counts = [int(each.any(axis=axis).sum()) for each in (pattern, reach) for axis in (0, 1)]
        return StructuralRank(reach, min(self.count, *counts))
