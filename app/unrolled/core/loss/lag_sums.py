"""The gradient of W_hh lag by lag: what pairs t − k = n bring, and how far what is kept is from the whole.

All losses go back in step with each other, each from its own step, so that what is multiplied at once has one lag.
"""

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.runtime.progress import advance

# Passes over the sum of a lag: it is added, taken from the whole, and measured.
_COMPARED = 4


def residual_by_lag(graph: LossGraph, whole: Gradient, lengths: Array, left_out: float) -> Array:
    """Measure ‖g − Σ_{t−k≤n} C[t, k]‖/‖g‖ for the lags n = 0, 1, …, g being the `whole` gradient of this graph.

    `lengths` (reach,) are bounds of ‖Σ_{t−k=n} C[t, k]‖/‖g‖. It ends where they show that every larger lag leaves out
    less than `left_out`; that of all lags is exactly 0. Empty where g is zero.
    """
    size = float(np.linalg.norm(whole.weight_hh))
    if not size:
        return np.empty(0)
    # What lag n and all larger ones have at most; the sum has its own rounding.
    uncertain = np.flatnonzero(~(np.cumsum(lengths[::-1])[::-1] <= left_out * (1.0 - 1e-9)))
    last = int(uncertain[-1]) + 1 if uncertain.size else 1
    residual, kept = np.empty(last), np.zeros_like(whole.weight_hh)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for lag, (_, steps, delta) in enumerate(islice(deltas(graph, whole.exponent), last)):
            kept += outer(graph, steps, delta)
            residual[lag] = np.linalg.norm(whole.weight_hh - kept) / size
    if last == graph.last_step:
        residual[-1] = 0.0
    return residual


def truncated_gradient(graph: LossGraph, keeps: Callable[[Steps, Steps], Flags], window: int, exponent: int) -> Array:
    """Compute the gradient of W_hh of the pairs at lags below a window that are kept, divided by 2^exponent.

    `keeps` tells of steps t and k, (n,) each, which pairs are.
    """
    kept = np.zeros_like(graph.weights.weight_hh)
    for t, k, delta in islice(deltas(graph, exponent), window):
        kept += outer(graph, k, delta * keeps(t, k)[:, None])
    return kept


def lag_flops(graph: LossGraph, rows: int) -> float:
    """Count the pairs of one lag."""
    height, hidden = graph.weights.weight_hh.shape
    return graph.step_flops(rows) + outer_flops(rows, height, hidden)


def outer_flops(rows: float, height: float, hidden: float) -> float:
    """Count the sum of some pairs δ ⊗ h, and what is measured of it."""
    return height * hidden * (2.0 * rows + _COMPARED * ENTRY)


def deltas(graph: LossGraph, exponent: int) -> Iterator[tuple[Steps, Steps, Array]]:
    """Give the steps t and k, (n,) each, and δ_{t,k}/2^exponent (n, G·H) of all pairs, lag by lag."""
    rows = np.zeros((len(graph.steps), graph.state_size))
    rows[:, graph.top_h] = graph.seeds
    powers = np.zeros(len(rows), dtype=np.int64)
    for lag in range(graph.last_step):
        first = int(np.searchsorted(graph.steps, lag, side="right")) - (len(graph.steps) - len(rows))
        rows, powers = np.ascontiguousarray(rows[first:]), powers[first:]
        t = graph.steps[len(graph.steps) - len(rows) :]
        with np.errstate(over="ignore", under="ignore"):
            renormalise_(rows[:, None], powers)
            result, _ = graph.vjp(t - lag, rows)
            yield t, t - lag, result.d_recurrent * _powers_of_two(powers - exponent)[:, None]
        rows = result.d_state
        advance(lag_flops(graph, len(rows)))


def outer(graph: LossGraph, steps: Steps, delta: Array) -> Array:
    """Add up δ ⊗ (what W_hh multiplies) over some steps k."""
    return np.concatenate([delta[:, part.rows].T @ part.values[steps - 1] for part in graph.recurrent_inputs])


def _powers_of_two(powers: Steps) -> Array:
    return np.ldexp(1.0, np.clip(powers, -2200, 1000))
