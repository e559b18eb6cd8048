"""Chunked gradients of every length K: what all chunks of K steps bring, out of those of K − 1 steps.

A chunk that ends at step b brings S[b−K, b] = Σ C[t, k] over b − K < k ≤ t ≤ b, which is S[b−K+1, b] and one product
δ ⊗ h, the δ of all losses of the chunk at its first step. So all K take about as long as one sliding gradient.
"""

import numpy as np

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.loss.relative_bias import FIRST_CUTS, Distances, distances, first_cuts
from unrolled.runtime.progress import advance

# So many entries are added at once, so that they stay in the cache.
_BLOCK = 2**15
# Every K is measured where it takes no more than this.
_AFFORDED = 4e10
# Passes over an entry that is added, and calls for every K beside those of each of its first cuts.
_PASSES, _CALLS, _CUT_CALLS = 2.0, 2.0, 0.3


class ChunkSums:
    """The gradients of W_hh within all chunks of K steps, for K = 1, 2, …, compared with the whole one (G·H, H)."""

    def __init__(self, graph: LossGraph, whole: Array) -> None:
        self._graph, self._whole, self._window = graph, whole, 0
        last, (height, _) = graph.last_step, whole.shape
        # δ at every step of the losses in the chunk that begins there; what the chunk brings that ends there, or all
        # before it where it is no whole one; what the last n steps bring.
        self._delta = np.zeros((last, height))
        self._chunks, self._ends = np.zeros((last, *whole.shape)), np.empty((last, *whole.shape))
        self._products = np.empty((max(1, _BLOCK // whole.size), *whole.shape))

    def grow(self, steps: Steps, delta: Array) -> Distances:
        """Add the pairs (t, t − K + 1), δ (n, G·H) at the steps k, and measure the next K at each of its first cuts."""
        self._window += 1
        window, last = self._window, self._graph.last_step
        self._delta[steps - 1] += delta
        for start in range(0, last - window + 1, len(self._products)):
            stop = min(start + len(self._products), last - window + 1)
            products = self._products[: stop - start]
            for part in self._graph.recurrent_inputs:
                d_recurrent = self._delta[start:stop, part.rows]
                np.multiply(d_recurrent[:, :, None], part.values[start:stop, None, :], out=products[:, part.rows])
            self._chunks[window - 1 + start : window - 1 + stop] += products
        self._ends[window - 1] = self._chunks[-1]
        advance(grown(last - window + 1, *self._whole.shape))
        cuts = first_cuts(window, last).tolist()
        return distances(np.stack([self._total(cut) for cut in cuts]), self._whole)

    def _total(self, cut: int) -> Array:
        """Add up the chunks that end at a first cut, every K steps from there on, and at the end."""
        window, last = self._window, self._graph.last_step
        total: Array = self._chunks[cut + window - 1 :: window].sum(axis=0)
        if cut:
            total += self._chunks[cut - 1]
        rest = (last - cut) % window
        if rest:
            total += self._ends[rest - 1]
        return total


def affords_every(last_step: int, height: int, hidden: int) -> bool:
    """Tell whether every K is measured of a gradient (G·H, H) with its last loss at some step."""
    return last_step * grown(0.5 * last_step, height, hidden) <= _AFFORDED


def grown(chunks: float, height: int, hidden: int) -> float:
    """Count one more step of some chunks, and the sums of them for each first cut."""
    return (_CALLS + _CUT_CALLS * FIRST_CUTS) * CALL + _PASSES * ENTRY * chunks * height * hidden


def chunk_entries(last_step: int, height: int, hidden: int) -> float:
    """Count the numbers that are held."""
    return 2.0 * last_step * height * hidden + 2.0 * max(_BLOCK, height * hidden) + FIRST_CUTS * 3.0 * height * hidden
