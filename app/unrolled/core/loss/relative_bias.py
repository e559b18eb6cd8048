"""How far truncated gradients are from the whole one, and where the first cut of a chunked one may fall."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.runtime.progress import advance

# So many places of the first cut where a chunk has more steps.
FIRST_CUTS = 8
# What is smaller beside the whole gradient has a square that is no float64; and what has no digits left.
_SMALL, _LOST = 2.0**-400, 2.0**-950
# Passes over truncated gradients that are compared with the whole one, and calls.
_PASSES, _CALLS = 6, 0.5


@dataclass(frozen=True)
class Distances:
    """Truncated gradients g_K against the whole one, g, shape (n,) each.

    ``relative`` is ‖g_K − g‖/‖g‖, ``cosine`` ⟨g_K, g⟩/(‖g_K‖ ‖g‖) and ``ratio`` ‖g_K‖/‖g‖; NaN where one of them is
    zero.
    """

    relative: Array
    cosine: Array
    ratio: Array

    @classmethod
    def unknown(cls, count: int) -> "Distances":
        """Give those of a whole gradient that is zero."""
        return cls(*(np.full(count, np.nan) for _ in range(3)))

    @classmethod
    def joined(cls, parts: Sequence["Distances"]) -> "Distances":
        """Put them one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__annotations__))

    def at(self, places: slice) -> "Distances":
        """Choose some."""
        return Distances(self.relative[places], self.cosine[places], self.ratio[places])


def distances(truncated: Array, whole: Array) -> Distances:
    """Compare truncated gradients (n, G·H, H) with the whole one (G·H, H)."""
    g, flat = whole.ravel(), truncated.reshape(len(truncated), whole.size)
    size = np.linalg.norm(g)
    advance(compared(len(flat), whole.size))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        lengths, along = np.linalg.norm(flat, axis=1), flat @ g
        relative, ratio, cosine = np.linalg.norm(flat - g, axis=1) / size, lengths / size, along / (lengths * size)
        small = np.flatnonzero(lengths < _SMALL * size)
        if small.size:
            scaled, _ = rescale(np.where(np.abs(truncated[small]) < _LOST * size, 0.0, truncated[small]))
            unit = scaled.reshape(small.size, whole.size)
            cosine[small] = unit @ g / (np.linalg.norm(unit, axis=1) * size)
        return Distances(relative, np.clip(cosine, -1.0, 1.0), ratio)


def compared(count: float, entries: int) -> float:
    """Count the comparison of some gradients with the whole one."""
    return _CALLS * CALL + _PASSES * ENTRY * count * entries


def first_cuts(window: int, last_step: int) -> Steps:
    """Choose steps after which chunks of K steps may end first: every one below K, or `FIRST_CUTS` evenly spaced.

    0 stands for the cuts after K, 2K, …, as after step 0 there is nothing to cut. A sequence that fits into one chunk
    is not cut.
    """
    count = 1 if window >= last_step else min(window, FIRST_CUTS)
    return np.arange(count, dtype=np.int64) * window // count
