"""The sizes of a triangle gathered by lag."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class LagProfile:
    """Median and range over t of log10 ‖P[t, t−n]‖ at the lags n that were looked at, rising from 0; −inf for zero.

    `onset` is the lag and median at which a block that is exactly zero at lag 0, such as ∂c_k/∂h_k, begins between the
    first two lags. `chained` is False where every derivative is a single hop, not a product that grows with the lag;
    then `reach` is the largest lag at which an output depends on an input, None where it depends on all of them, and
    `far_share` what the first half of all inputs has of Σ_k ‖∂o_T/∂x_k‖².
    """

    lag: Steps
    median: Array
    low: Array
    high: Array
    onset: tuple[int, float] | None = None
    chained: bool = True
    reach: int | None = None
    far_share: float | None = None

    @property
    def reference_lag(self) -> int:
        """The lag that the others are compared with: 0, or the first with a path."""
        return int(self.lag[self._first]) if self.onset is None else self.onset[0]

    @property
    def reference(self) -> float:
        """The median size there; −inf where every product is exactly zero."""
        return float(self.median[self._first]) if self.onset is None else self.onset[1]

    @property
    def is_zero(self) -> bool:
        """Whether every typical product is exactly zero."""
        return self.reference == -np.inf

    @property
    def half(self) -> int:
        """The index of the largest lag that at least half of the steps still have: longer ones rest on few products.

        Of a block that begins later, at least the first lag after its beginning.
        """
        after = int(np.searchsorted(self.lag, self.reference_lag, side="right"))
        return max(len(self.lag) // 2, min(after, len(self.lag) - 1))

    @property
    def is_single(self) -> bool:
        """Whether there is only one lag with a path, so that there is nothing to compare."""
        return int(self.lag[self.half]) <= self.reference_lag

    @property
    def _first(self) -> int:
        """The index of the first lag with a path."""
        finite = np.flatnonzero(np.isfinite(self.median))
        return int(finite[0]) if finite.size else 0


def lag_profile(log10_norm: Array, steps: Steps) -> LagProfile:
    """Gather a triangle (G, G) of evenly spaced steps (G,), NaN above the diagonal, by lag."""
    count = len(steps)
    stats = np.empty((3, count))
    for index in range(count):
        sizes = np.sort(np.diagonal(log10_norm, -index))
        middle = sizes[(sizes.size - 1) // 2], sizes[sizes.size // 2]
        # The mean of two equal values first: −inf and −inf would give NaN in a difference, not in a sum.
        stats[:, index] = 0.5 * (middle[0] + middle[1]), sizes[0], sizes[-1]
    return LagProfile(steps - steps[0], *stats)
