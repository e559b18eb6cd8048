"""Truncated backpropagation through time: which pairs of a later step t and an earlier step k are kept.

Two kinds are in use and often taken for each other (Williams and Peng 1990, "An efficient gradient-based algorithm for
on-line training of recurrent network trajectories"). ``chunked`` detaches the state after steps K, 2K, …, so that a
loss reaches back to the beginning of its chunk; ``sliding`` lets every loss reach back K steps.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Steps

Kind = Literal["none", "chunked", "sliding"]


@dataclass(frozen=True)
class Truncation:
    """One way to cut the chain, with its K."""

    kind: Kind
    window: int

    @property
    def is_on(self) -> bool:
        """Whether anything can be cut."""
        return self.kind != "none"

    def kept(self, t: Steps, k: Steps) -> npt.NDArray[np.bool_]:
        """Tell which pairs (rows of t, columns of k) are kept: False for k > t, and for what is cut off."""
        return self.keeps(t[:, None], k[None, :])

    def keeps(self, later: Steps, earlier: Steps) -> npt.NDArray[np.bool_]:
        """Tell the same of steps t and k of the same shape, or of shapes that broadcast."""
        path = later >= earlier
        if self.kind == "chunked":
            return path & ((later - 1) // self.window == (earlier - 1) // self.window)
        return path & (later - earlier < self.window) if self.kind == "sliding" else path

    def pairs(self, length: int) -> int:
        """Count the pairs k ≤ t that are kept over T steps."""
        window = min(self.window, length)
        if self.kind == "chunked":
            chunks, rest = divmod(length, window)
            return chunks * _triangle(window) + _triangle(rest)
        if self.kind == "sliding":
            return _triangle(window) + (length - window) * window
        return _triangle(length)

    def cuts(self, t: int) -> Steps:
        """List the rising steps j ≤ t whose edge from the state before, s_{j−1} → s_j, takes no gradient back.

        Chunked, the edges are the same for all t; sliding, it is the one edge at which the gradient of L_t ends.
        """
        if self.kind == "chunked":
            return np.arange(1 + self.window, t + 1, self.window, dtype=np.int64)
        if self.kind == "sliding" and t > self.window:
            return np.array([t - self.window + 1])
        return np.empty(0, dtype=np.int64)


def _triangle(count: int) -> int:
    """Count the pairs of a whole triangle."""
    return count * (count + 1) // 2
