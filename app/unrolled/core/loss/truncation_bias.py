"""How wrong a truncated gradient is: chunked and sliding windows of every length K.

Chunked: the state is detached every K steps, and the pair (t, k) is kept where both lie in the same chunk. What is lost
depends on where the first chunk ends, as the sequence may begin anywhere in a chunk. Sliding: every loss goes K steps
back, and the pair is kept where t − k < K. Both gradients are sums of the kept pairs; their relative bias is that of
Aicher, Foti and Fox 2019.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.chunk_sums import ChunkSums, affords_every
from unrolled.core.loss.chunked import chunked_distances
from unrolled.core.loss.gradient import Gradient, LossGraph, gradient
from unrolled.core.loss.lag_sums import deltas, outer
from unrolled.core.loss.relative_bias import Distances, distances

KINDS = ("chunked", "sliding")
# Where not every K is chunked: these and so many on a log scale; then so many at a time down to just below the advised
# one, and so often so many of those larger by up to this factor, as the bias goes up and down with K.
_FIRST, _SPACED, ROUND, _ROUNDS_ABOVE, _ABOVE, _REACH = 8, 32, 8, 5, 16, 1.6


@dataclass(frozen=True)
class BiasCurve:
    """One kind of truncation at the rising K (n,) of the curves, the mean over its first cuts.

    ``mean`` has bias, cosine and length ratio; ``lowest`` and ``highest`` are the range of the bias; ``from_start`` has
    the three for cuts after K, 2K, …. A sliding one has no first cut, and all are the same.
    """

    mean: Distances
    lowest: Array
    highest: Array
    from_start: Distances

    @classmethod
    def of(cls, by_window: Sequence[Distances]) -> "BiasCurve":
        """Average over the first cuts of every K."""
        mean = (np.array([getattr(at, name).mean() for at in by_window]) for name in Distances.__annotations__)
        lowest, highest = (np.array([end(at.relative) for at in by_window]) for end in (np.min, np.max))
        return cls(Distances(*mean), lowest, highest, Distances.joined([at.at(slice(0, 1)) for at in by_window]))


@dataclass(frozen=True)
class TruncationBias:
    """Truncated gradients g_K of W_hh against the whole one, g, by kind, for the rising K of `windows` (n,).

    ``is_every`` is whether these are all K up to T. Where they are not, sliding was measured at all of them still:
    ``sliding`` (reach,) is its bias at K = 1, 2, …. ``full_window_error`` is the largest ‖g_K − g‖/‖g‖ as computed
    where K keeps everything and the truth is 0; None where g is zero.
    """

    windows: Steps
    curves: Mapping[str, BiasCurve]
    sliding: Array
    is_every: bool
    full_window_error: float | None

    def needed(self, kind: str, tolerance: float) -> int | None:
        """Give the smallest K from which the bias stays within a tolerance, at the worst first cut; None without one.

        That is every larger K, and of chunked ones every larger one that was measured.
        """
        if kind == "sliding":
            return smallest_window(np.arange(1, len(self.sliding) + 1), self.sliding, tolerance)
        return smallest_window(self.windows, self.curves[kind].highest, tolerance)


def is_every_measured(graph: LossGraph) -> bool:
    """Tell whether the bias is measured at every K, so that the curves are the same for all tolerances."""
    return affords_every(graph.last_step, *graph.weights.weight_hh.shape)


def truncation_bias(graph: LossGraph, tolerance: float = 0.0, chosen: int = 1) -> TruncationBias:
    """Truncate the gradient in both ways at every K; exactly 1, 1 and 0 where K keeps everything.

    Where that is too much, chunked ones are measured at some K, at a `chosen` one, and around the one to be advised.
    """
    whole, last, is_every = gradient(graph), graph.last_step, is_every_measured(graph)
    if not whole.weight_hh.any():
        windows = np.arange(1, last + 2) if is_every else spaced_windows(last, [chosen])
        nothing = BiasCurve.of([Distances.unknown(1)] * len(windows))
        return TruncationBias(windows, dict.fromkeys(KINDS, nothing), np.full(last, np.nan), is_every, None)
    sliding, chunked = _by_lag(graph, whole, is_every=is_every)
    if not is_every:
        needed = smallest_window(np.arange(1, last + 1), np.concatenate([at.relative for at in sliding]), tolerance)
        chunked = _around_the_advised(graph, whole, tolerance, spaced_windows(last, [chosen, needed or last]).tolist())
    error = max(float(at[last].relative.max()) for at in ({last: sliding[-1]}, chunked))
    exact = Distances(np.zeros(1), np.ones(1), np.ones(1))
    chunked |= dict.fromkeys((last, last + 1), exact)
    sliding[last - 1 :] = [exact, exact]
    windows = np.array(sorted(chunked))
    curves = {
        "chunked": BiasCurve.of([chunked[window] for window in windows.tolist()]),
        "sliding": BiasCurve.of([sliding[window - 1] for window in windows.tolist()]),
    }
    return TruncationBias(windows, curves, np.concatenate([at.relative for at in sliding[:last]]), is_every, error)


def smallest_window(windows: Steps, relative: Array, tolerance: float) -> int | None:
    """Give the smallest K whose bias stays within a tolerance for it and every larger one; None without a gradient."""
    above = np.flatnonzero(~(relative <= tolerance))
    place = int(above[-1]) + 1 if above.size else 0
    return int(windows[place]) if place < len(windows) else None


def _by_lag(graph: LossGraph, whole: Gradient, *, is_every: bool) -> tuple[list[Distances], dict[int, Distances]]:
    """Measure sliding ones at every K, and chunked ones too if asked for, adding the pairs of one lag after another."""
    kept, sums = np.zeros_like(whole.weight_hh), ChunkSums(graph, whole.weight_hh) if is_every else None
    sliding, chunked = list[Distances](), dict[int, Distances]()
    for _, steps, delta in deltas(graph, whole.exponent):
        kept += outer(graph, steps, delta)
        sliding.append(distances(kept[None], whole.weight_hh))
        if sums is not None:
            chunked[len(sliding)] = sums.grow(steps, delta)
    return sliding, chunked


def spaced_windows(last: int, more: Sequence[int] = ()) -> Steps:
    """Choose K from 1 to T, evenly spaced on a log scale; the last that cuts, and those that do not, among them."""
    spaced = np.geomspace(1, last, _SPACED).round().astype(np.int64)
    few = np.arange(1, _FIRST + 1)
    windows = np.concatenate(
        [few, spaced, [last - 1, last, last + 1], np.minimum(np.array(more, dtype=np.int64), last + 1)]
    )
    return np.unique(windows[(windows >= 1) & (windows <= last + 1)])


def _around_the_advised(
    graph: LossGraph, whole: Gradient, tolerance: float, windows: list[int]
) -> dict[int, Distances]:
    """Measure some K, then more until that just below the advised one is known, and many that are larger."""
    measured, rounds = dict[int, Distances](), _ROUNDS_ABOVE
    while windows:
        measured |= zip(windows, chunked_distances(graph, whole, windows), strict=True)
        known = sorted(measured)
        highest = np.array([measured[window].relative.max() for window in known[:-2]])
        # Where K keeps everything nothing can be above the tolerance.
        advised = smallest_window(np.array(known), np.append(highest, [0.0, 0.0]), tolerance) or known[-1]
        below = max((window for window in known if window < advised), default=0)
        windows = _evenly(list(range(below + 1, advised)), ROUND)
        if not windows and rounds:
            rounds -= 1
            reach = min(int(_REACH * advised) + ROUND, graph.last_step)
            windows = _evenly([window for window in range(advised, reach) if window not in measured], _ABOVE)
    return measured


def _evenly(windows: list[int], count: int) -> list[int]:
    """Choose so many, evenly spaced, or all where they are fewer."""
    if len(windows) <= count:
        return windows
    return [windows[place] for place in np.linspace(0, len(windows) - 1, count).round().astype(int).tolist()]
