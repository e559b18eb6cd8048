"""The law of truncated gradients: at a few K they are the sums of the pairs they keep, taken back step by step."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph, gradient
from unrolled.core.loss.relative_bias import FIRST_CUTS, Distances, distances, first_cuts
from unrolled.core.loss.truncation_bias import BiasCurve, TruncationBias
from unrolled.runtime.progress import advance

# Sliding K up to here, as every loss has a row for each of its K steps; steps that are gathered before a product.
_SLIDING, _BATCH = 12, 32
# Rows and gradients of the sampled K, as a rule.
ROWS, GRADIENTS = 3.5 * FIRST_CUTS + 0.5 * _SLIDING + 2.0, 3.5 * FIRST_CUTS + 2.0


@dataclass(frozen=True)
class _Sample:
    """A K, of whose rows (n,) each begins anew every K steps, at step `firsts` for one.

    A chunked row takes all losses until then, each by a first cut of its own. A sliding row takes the loss of that step
    alone, so that K rows together take every loss back K steps.
    """

    kind: str
    window: int
    firsts: Steps

    @property
    def count(self) -> int:
        """How many truncated gradients it has."""
        return 1 if self.kind == "sliding" else len(self.firsts)


def kept_pairs_error(graph: LossGraph, bias: TruncationBias, rng: Generator) -> float | None:
    """Measure how far bias, cosine and length ratio are from those of the kept pairs at a few K; None without any.

    Chunked: the last K that cuts, one with all first cuts and two with some. Sliding: K = 2 and a random one.
    """
    if bias.full_window_error is None or graph.last_step < 2:
        return None
    samples, whole, apart, place = _samples(graph.last_step, bias.windows, rng), gradient(graph), list[float](), 0
    measured = distances(_kept(graph, samples, whole.exponent), whole.weight_hh)
    for sample in samples:
        at, truth = int(np.searchsorted(bias.windows, sample.window)), measured.at(slice(place, place + sample.count))
        apart.append(_apart(bias.curves[sample.kind], at, BiasCurve.of([truth])))
        place += sample.count
    return float(np.max(apart))


def added(gradients: float, height: int, hidden: int) -> float:
    """Count the pairs of one step in some truncated gradients (n, G·H, H)."""
    return gradients * height * hidden * (2.0 + 2.0 * ENTRY / _BATCH)


def _samples(last: int, windows: Steps, rng: Generator) -> list[_Sample]:
    """Choose K among those that were measured and cut something."""
    cut = windows[windows < last]
    few, many, slid = cut[cut <= FIRST_CUTS], cut[cut > FIRST_CUTS], cut[cut <= _SLIDING]
    chunked = {int(cut[-1]), int(rng.choice(few)), *(rng.choice(many, 2).tolist() if many.size else [])}
    sliding = {int(slid[min(1, len(slid) - 1)]), int(rng.choice(slid))}
    return [_Sample("chunked", window, first_cuts(window, last)) for window in sorted(chunked)] + [
        _Sample("sliding", window, np.arange(window)) for window in sorted(sliding)
    ]


def _kept(graph: LossGraph, samples: list[_Sample], exponent: int) -> Array:
    """Add up the kept pairs of every truncated gradient (n, G·H, H), divided by 2^exponent."""
    counts = [len(sample.firsts) for sample in samples]
    windows = np.repeat([sample.window for sample in samples], counts)
    firsts = np.concatenate([sample.firsts for sample in samples])
    is_chunked = np.repeat([sample.kind == "chunked" for sample in samples], counts)
    # The rows of a sliding K are one gradient.
    starts = np.flatnonzero(is_chunked | (firsts == 0))
    sums, batch = np.zeros((len(starts), *graph.weights.weight_hh.shape)), list[Array]()
    rows, powers = np.zeros((len(firsts), graph.state_size)), np.zeros(len(firsts), dtype=np.int64)
    place = len(graph.steps) - 1
    for step in range(graph.last_step, 0, -1):
        begins = (step - firsts) % windows == 0
        rows[begins], powers[begins] = 0.0, 0
        if place >= 0 and graph.steps[place] == step:
            # What has faded is nothing beside a loss.
            rows, powers = np.ldexp(rows, np.minimum(powers, 0)[:, None]), np.maximum(powers, 0)
            seeds = np.ldexp(graph.seeds[place], -powers[:, None])
            rows[:, graph.top_h] += np.where((begins | is_chunked)[:, None], seeds, 0.0)
            place -= 1
        result, _ = graph.vjp(step, rows)
        delta = np.ldexp(result.d_recurrent, np.clip(powers - exponent, -2200, 1000)[:, None])
        batch.append(np.add.reduceat(delta, starts, axis=0))
        if len(batch) == _BATCH or step == 1:
            together, steps = np.stack(batch[::-1], axis=2), slice(step - 1, step - 1 + len(batch))
            for part in graph.recurrent_inputs:
                sums[:, part.rows] += together[:, part.rows] @ part.values[steps]
            batch.clear()
        rows = result.d_state
        renormalise_(rows[:, None], powers)
        advance(graph.step_flops(len(rows)) + added(len(starts), *graph.weights.weight_hh.shape))
    return sums


def _apart(curve: BiasCurve, at: int, truth: BiasCurve) -> float:
    """Give the largest difference of a curve at a place to what it should be; both may be unknown."""
    pairs = [(curve.lowest, truth.lowest), (curve.highest, truth.highest)]
    for mine, theirs in ((curve.mean, truth.mean), (curve.from_start, truth.from_start)):
        pairs += [(getattr(mine, name), getattr(theirs, name)) for name in Distances.__annotations__]
    values = np.array([[mine[at], theirs[0]] for mine, theirs in pairs])
    apart = np.abs(values[:, 0] - values[:, 1]) / np.maximum(1.0, np.abs(values[:, 1]))
    return float(np.where(np.isnan(values).all(axis=1), 0.0, apart).max())
