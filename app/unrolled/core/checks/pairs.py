"""Pairs of a loss and an earlier step by plain backpropagation: every loss alone, one step at a time.

Each gradient has a twin that is a little wrong before every step. Where the two part, rounding is multiplied on, and
what is told may be as wrong as they are apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.flops import CALL, ENTRY
from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Flags, Steps
from unrolled.core.loss.gradient import LossGraph
from unrolled.runtime.progress import advance

# How wrong a twin is made; what is further apart than this share of itself begins to be doubted.
_NOISE, DOUBT = 1e-14, 1e-11
# Pairs that are gathered before they are measured; calls of a measurement, and passes over δ.
_BATCH, _CALLS, _PASSES = 1024, 2, 4.0


# Steps t and k, and twins (2, n, …) with respect to h_k and to the pre-activations, with powers of two.
_Taken = tuple[Steps, Steps, Array, Array, Steps]


@dataclass(frozen=True)
class Pairs:
    """Some pairs (t, k), of whole lags: all shape (n,), ``delta`` (n, G·H) times 2^`powers`.

    ``d_h`` and ``outer`` are log10 of ‖∂L_t/∂h_k‖ and ‖C[t, k]‖, each with its doubt: how far the twin is from it, as a
    share of it.
    """

    t: Steps
    k: Steps
    d_h: Array
    d_h_doubt: Array
    outer: Array
    outer_doubt: Array
    delta: Array
    powers: Steps

    @property
    def lags(self) -> Steps:
        """The lags t − k."""
        return self.t - self.k

    def at(self, some: Flags) -> "Pairs":
        """Choose some."""
        return Pairs(*(getattr(self, name)[some] for name in self.__annotations__))


def pairs_back(graph: LossGraph, chosen: Flags, near: int, far: int, rng: Generator) -> Iterator[Pairs]:
    """Take all losses back to lags below `near`, and the `chosen` (n,) on to lags below `far`; no lag is divided."""
    t, powers, batch = graph.steps, np.zeros(len(graph.steps), dtype=np.int64), list[_Taken]()
    rows = np.zeros((2, len(t), graph.state_size))
    rows[:, :, graph.top_h] = graph.seeds
    for lag in range(max(near, far)):
        is_left = t > lag if lag < near else (t > lag) & chosen
        if not is_left.all():
            t, powers, chosen, rows = t[is_left], powers[is_left], chosen[is_left], rows[:, is_left]
        if not t.size:
            break
        rows[1] *= 1.0 + _NOISE * rng.choice((-1.0, 1.0), rows[1].shape)
        scaled, more = rescale(rows.swapaxes(0, 1))
        powers = powers + more
        both = scaled.swapaxes(0, 1).reshape(2 * len(t), graph.state_size)
        result, d_h = graph.vjp(np.concatenate([t - lag, t - lag]), both)
        of_h, delta, rows = (each.reshape(2, len(t), -1) for each in (d_h.copy(), result.d_recurrent, result.d_state))
        batch.append((t, t - lag, of_h, delta, powers))
        advance(graph.step_flops(2 * len(t)) + measured(2 * len(t), *graph.weights.weight_hh.shape))
        if sum(len(each[0]) for each in batch) >= _BATCH:
            yield _measured(graph, batch)
            batch.clear()
    if batch:
        yield _measured(graph, batch)


def measured(rows: float, height: int, hidden: int) -> float:
    """Count what is measured of some gradients and their twins at one lag, and their products with the whole one."""
    return _CALLS * CALL + rows * (2.0 * height * hidden + ENTRY * _PASSES * (height + hidden))


def _measured(graph: LossGraph, batch: list[_Taken]) -> Pairs:
    """Measure what was gathered."""
    of_t, of_k, of_h, deltas, exponents = zip(*batch, strict=True)
    t, k, powers = (np.concatenate(parts) for parts in (of_t, of_k, exponents))
    d_h, delta = (np.concatenate(parts, axis=1) for parts in (of_h, deltas))
    outer, doubt = np.full(len(t), -np.inf), np.zeros(len(t))
    for part in graph.recurrent_inputs:
        entering = _log10(part.values[k - 1])
        length = _log10(delta[0][:, part.rows]) + entering
        # Of several parts the larger one tells.
        apart = np.where(entering > -np.inf, _doubt(delta[:, :, part.rows]), 0.0)
        doubt = np.where(length > outer, apart, np.where(length == outer, np.maximum(apart, doubt), doubt))
        outer = np.logaddexp(2.0 * outer * np.log(10.0), 2.0 * length * np.log(10.0)) / (2.0 * np.log(10.0))
    scale = LOG10_2 * powers
    return Pairs(t, k, _log10(d_h[0]) + scale, _doubt(d_h), outer + scale, doubt, delta[0], powers)


def _log10(rows: Array) -> Array:
    """Measure log10 of the length of each row, −∞ of zeros."""
    largest = np.abs(rows).max(axis=1, initial=0.0)
    with np.errstate(divide="ignore"):
        units = rows / np.where(largest > 0.0, largest, 1.0)[:, None]
        return np.asarray(np.log10(largest) + np.where(largest > 0.0, np.log10(np.linalg.norm(units, axis=1)), 0.0))


def _doubt(twins: Array) -> Array:
    """Measure how far twins (2, n, …) are apart, as a share of the first; what is lost beside 1 is in doubt."""
    largest = np.abs(twins).max(axis=(0, 2), initial=0.0)
    scaled = twins / np.where(largest > 0.0, largest, 1.0)[:, None]
    apart, size = np.linalg.norm(scaled[1] - scaled[0], axis=1), np.linalg.norm(scaled[0], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(apart == 0.0, 0.0, apart / size)
    return np.where((largest > 0.0) & (largest < 1e-280), np.inf, share)
