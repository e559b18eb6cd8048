"""Chunked gradients of some lengths K and first cuts, a row each: the state is detached at every chunk's end."""

from collections.abc import Iterator

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.core.loss.relative_bias import Distances, distances, first_cuts
from unrolled.runtime.progress import advance

# How many steps are gathered before they are multiplied; how many numbers the sums may have, and the fewest rows.
BATCH, _ENTRIES, _FEWEST = 32, 2**21, 32
_NOTHING = -(2**40)
# Passes over the sums of all rows when some steps are added.
_ADDED = 3


class GradientSums:
    """Several gradients of W_hh, (n, G·H, H), added up step by step; each is its array times 2^power."""

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

    def scaled(self, exponent: int) -> Array:
        """Give them divided by 2^exponent."""
        return self.arrays * np.ldexp(1.0, np.clip(self.powers - exponent, -2200, 1000))[:, None, None]


def chunked_gradients(graph: LossGraph, windows: Steps, cuts: Steps) -> GradientSums:
    """Compute the gradients of a state that is detached every K steps, first after some step (n,), a row each."""
    sums, place = GradientSums(graph, len(windows)), len(graph.steps) - 1
    rows, powers = np.zeros((len(windows), graph.state_size)), np.zeros(len(windows), dtype=np.int64)
    for step in range(graph.last_step, 0, -1):
        ends = (step - cuts) % windows == 0
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


def chunked_distances(graph: LossGraph, whole: Gradient, windows: list[int]) -> Iterator[Distances]:
    """Measure some K at each of their first cuts."""
    cuts = [first_cuts(window, graph.last_step) for window in windows]
    rows, all_cuts = np.repeat(windows, [len(firsts) for firsts in cuts]), np.concatenate(cuts)
    size = rows_at_once(*whole.weight_hh.shape)
    parts = []
    for start in range(0, len(rows), size):
        some = slice(start, start + size)
        sums = chunked_gradients(graph, rows[some], all_cuts[some])
        parts.append(distances(sums.scaled(whole.exponent), whole.weight_hh))
    measured, start = Distances.joined(parts), 0
    for firsts in cuts:
        yield measured.at(slice(start, start + len(firsts)))
        start += len(firsts)


def rows_at_once(height: int, hidden: int) -> int:
    """Give how many gradients are added up in one sweep, so that they take little memory."""
    return max(_FEWEST, _ENTRIES // (height * hidden))


def flushed(steps: float, rows: float, height: int, hidden: int) -> float:
    """Count δ ⊗ h of some steps added to the sums (n, G·H, H) of all rows."""
    return rows * height * hidden * (2.0 * steps + _ADDED * ENTRY)


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
