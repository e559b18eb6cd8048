"""How wrong a truncated gradient is: chunked and sliding windows of every length, each kind in one sweep back.

Chunked: the state is detached every K steps, and the pair (t, k) is kept where both lie in the same chunk. Sliding:
every loss goes K steps back, and the pair is kept where t − k < K. Both gradients are sums of the kept pairs; their
relative bias is that of Aicher, Foti and Fox 2019.
"""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph, gradient
from unrolled.runtime.progress import advance

KINDS = ("chunked", "sliding")
# So many values of K where there are more, and how many steps are gathered before they are multiplied.
MAX_WINDOWS, BATCH = 48, 32
_NOTHING = -(2**40)
# Passes over the sums of all K when some steps are added, over the δ of each loss for each K, and for comparing.
_ADDED, _SUMMED, _COMPARED = 3, 2, 16


@dataclass(frozen=True)
class TruncationBias:
    """Truncated gradients g_K of W_hh against the whole one, g, for the rising K of `windows` (n,).

    By kind, (n,) each: ``cosine`` is ⟨g_K, g⟩/(‖g_K‖ ‖g‖), ``ratio`` ‖g_K‖/‖g‖ and ``relative`` ‖g_K − g‖/‖g‖; NaN
    where one of them is zero. ``full_window_error`` is the largest ‖g_K − g‖/‖g‖ as computed where K keeps everything
    and the truth is 0; None where g is zero.
    """

    windows: Steps
    cosine: dict[str, Array]
    ratio: dict[str, Array]
    relative: dict[str, Array]
    full_window_error: float | None


def choose_windows(length: int, chosen: int) -> Steps:
    """Choose rising K from 1 to T: all where they are few, else evenly spaced on a log scale, with the chosen one."""
    if length <= MAX_WINDOWS:
        return np.arange(1, length + 1, dtype=np.int64)
    spaced = np.geomspace(1, length, MAX_WINDOWS - 8).round().astype(np.int64)
    return np.unique(np.concatenate([spaced, np.arange(1, 9), [min(chosen, length)]]))


def truncation_bias(graph: LossGraph, windows: Steps) -> TruncationBias:
    """Truncate the gradient in both ways at every rising K; exactly 1, 1 and 0 where K keeps everything."""
    full = gradient(graph)
    truncated = {"chunked": chunked_gradients(graph, windows), "sliding": sliding_gradients(graph, windows)}
    cosine, ratio, relative, errors = {}, {}, {}, [0.0]
    everything = windows >= graph.last_step
    for kind, sums in truncated.items():
        cosine[kind], ratio[kind], relative[kind] = _compare(sums, full)
        errors += relative[kind][everything].tolist()
        if full.weight_hh.any():
            # What is computed there differs by rounding alone.
            for values, truth in ((cosine[kind], 1.0), (ratio[kind], 1.0), (relative[kind], 0.0)):
                values[everything] = truth
    worst = float(np.max(errors)) if full.weight_hh.any() else None
    return TruncationBias(windows, cosine, ratio, relative, worst)


class GradientSums:
    """Gradients of W_hh for several K, (n, G·H, H), added up step by step; each is its array times 2^power."""

    def __init__(self, graph: LossGraph, count: int) -> None:
        self._graph, self._batch = graph, list[tuple[int, Array, Steps]]()
        self.arrays = np.zeros((count, *graph.weights.weight_hh.shape))
        self.powers = np.full(count, _NOTHING, dtype=np.int64)
        # New memory for every product would take longer than the product.
        self._products = np.empty_like(self.arrays)

    def add(self, step: int, d_recurrent: Array, powers: Steps) -> None:
        """Add δ ⊗ (what W_hh multiplies at a step), δ of shape (n, G·H) with powers of two."""
        self._batch.append((step, d_recurrent, powers))
        if len(self._batch) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Multiply what was gathered."""
        if not self._batch:
            return
        advance(flushed(len(self._batch), *self.arrays.shape))
        places = np.array([step - 1 for step, _, _ in self._batch])
        rows, powers = (
            np.stack([rows for _, rows, _ in self._batch]),
            np.stack([powers for _, _, powers in self._batch]),
        )
        self._batch.clear()
        powers = np.where(rows.any(axis=2), powers, _NOTHING)
        top = np.maximum(powers.max(axis=0), self.powers)
        weights = np.ldexp(1.0, np.maximum(powers - top, -2200))
        if (self.powers != top).any():
            self.arrays *= np.ldexp(1.0, np.maximum(self.powers - top, -2200))[:, None, None]
        rows *= weights[:, :, None]
        self.powers, rows = top, rows.transpose(1, 2, 0)
        for part in self._graph.recurrent_inputs:
            np.matmul(rows[:, part.rows], part.values[places], out=self._products[:, part.rows])
        self.arrays += self._products


def chunked_gradients(graph: LossGraph, windows: Steps) -> GradientSums:
    """Compute the gradients of a state that is detached every K steps: a row each K, reset at every chunk's end."""
    sums, place = GradientSums(graph, len(windows)), len(graph.steps) - 1
    rows, powers = np.zeros((len(windows), graph.state_size)), np.zeros(len(windows), dtype=np.int64)
    for step in range(graph.last_step, 0, -1):
        ends = step % windows == 0
        rows[ends], powers[ends] = 0.0, 0
        if place >= 0 and graph.steps[place] == step:
            _add_seed(graph, place, rows, powers)
            place -= 1
        result, _ = graph.vjp(step, rows)
        sums.add(step, result.d_recurrent, powers.copy())
        rows = result.d_state
        renormalise_(rows[:, None], powers)
        advance(graph.step_flops(len(rows)))
    sums.flush()
    return sums


def sliding_gradients(graph: LossGraph, windows: Steps) -> GradientSums:
    """Compute the gradients of losses that reach K steps back: a row each loss, added up by lag for every rising K."""
    sums, first = GradientSums(graph, len(windows)), len(graph.steps)
    all_rows, all_powers = np.zeros((first, graph.state_size)), np.zeros(first, dtype=np.int64)
    for step in range(graph.last_step, 0, -1):
        if first and graph.steps[first - 1] == step:
            first -= 1
            all_rows[first, graph.top_h] = graph.seeds[first]
        rows, powers = all_rows[first:], all_powers[first:]
        result, _ = graph.vjp(step, rows)
        counts = np.searchsorted(graph.steps[first:] - step, windows)
        sums.add(step, *_sums_of_first(result.d_recurrent, powers, counts))
        all_rows[first:] = result.d_state
        renormalise_(all_rows[first:, None], all_powers[first:])
        advance(graph.step_flops(len(rows)))
    sums.flush()
    return sums


def _sums_of_first(rows: Array, powers: Steps, counts: Steps) -> tuple[Array, Steps]:
    """Add up the first so many rows, for rising counts; each sum has the power of two of its largest row."""
    is_added = np.arange(len(powers)) < counts[:, None]
    tops = np.where(is_added, powers, _NOTHING).max(axis=1, initial=_NOTHING)
    weights = np.where(is_added, np.ldexp(1.0, np.clip(powers - tops[:, None], -2200, 0)), 0.0)
    advance(summed(len(counts), *rows.shape))
    return weights @ rows, tops


def flushed(steps: float, windows: int, height: int, hidden: int) -> float:
    """Count δ ⊗ h of some steps added to the sums (n, G·H, H) of all K."""
    return windows * height * hidden * (2.0 * steps + _ADDED * ENTRY)


def summed(windows: float, rows: float, height: int) -> float:
    """Count the sums, for every K, of the δ of some losses (rows, G·H)."""
    return windows * rows * (2.0 * height + _SUMMED * ENTRY)


def compared(windows: int, height: int, hidden: int) -> float:
    """Count the comparison of the sums of all K with the whole gradient."""
    return _COMPARED * ENTRY * windows * height * hidden


def _add_seed(graph: LossGraph, place: int, rows: Array, powers: Steps) -> None:
    """Add a loss to rows of any powers of two, in place."""
    if not powers.any():
        rows[:, graph.top_h] += graph.seeds[place]
        return
    is_zero = ~rows.any(axis=1)
    top = np.where(is_zero, 0, np.maximum(powers, 0))
    with np.errstate(under="ignore"):
        rows *= np.ldexp(1.0, np.maximum(powers - top, -2200))[:, None]
        rows[:, graph.top_h] += np.ldexp(graph.seeds[place], -np.minimum(top, 2200)[:, None])
    powers[:] = top


def _compare(sums: GradientSums, full: Gradient) -> tuple[Array, Array, Array]:
    """Give cosine, length ratio and relative distance of every gradient to the whole one."""
    g = full.weight_hh.ravel()
    size = np.linalg.norm(g)
    advance(compared(*sums.arrays.shape))
    scale = np.ldexp(1.0, np.clip(sums.powers - full.exponent, -2200, 1000))
    truncated = sums.arrays.reshape(len(scale), -1) * scale[:, None]
    lengths = np.linalg.norm(truncated, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.clip(truncated @ g / (lengths * size), -1.0, 1.0)
        return cosine, lengths / size, np.linalg.norm(truncated - g, axis=1) / size


def smallest_window(windows: Steps, relative: Array, tolerance: float) -> int | None:
    """Give the smallest K whose bias stays within a tolerance for it and every larger one; None without a gradient."""
    above = np.flatnonzero(~(relative <= tolerance))
    place = int(above[-1]) + 1 if above.size else 0
    return int(windows[place]) if place < len(windows) else None
