"""The law of truncated gradients: at a few K they are the sums of the pairs they keep, taken back step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.flops import ENTRY
from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph, gradient
from unrolled.core.loss.relative_bias import FIRST_CUTS
from unrolled.core.loss.truncation_bias import KINDS, BiasCurve, TruncationBias
from unrolled.runtime.progress import advance

# Sliding K up to here, as every loss has a row for each of its K steps; steps that are gathered before a product; and
# how many steps back are taken for one that is set.
_SLIDING, _BATCH, _ROWS_OF_ONE = 12, 32, 2**14
_LEAST = 1e-4
# Rows and gradients of the sampled K, as a rule.
ROWS, GRADIENTS = 4.5 * FIRST_CUTS + 1.5 * _SLIDING, 4.5 * FIRST_CUTS + 3.0


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


def truncation_errors(
    graph: LossGraph, bias: TruncationBias, tolerance: float, rng: Generator
) -> tuple[float | None, float | None]:
    """Measure how wrong the curves are at a few K, and by how much the bias is on the wrong side of the tolerance.

    Chunked: the last K that cuts, one with all first cuts, two with some, the advised one and that below it. Sliding:
    2, a random one, and those about the advised one where it is small. The bias should be above the tolerance just
    below the advised K, and within it from there on. None where nothing is cut.
    """
    if bias.full_window_error is None or graph.last_step < 2:
        return None, None
    needed = {kind: bias.needed(kind, tolerance) or graph.last_step for kind in KINDS}
    samples, whole = _samples(graph.last_step, bias.windows, needed, rng), gradient(graph)
    kept, apart, excess = _kept(graph, samples, whole.exponent), [0.0], [0.0]
    for sample in samples:
        truth, kept = _measure(kept[: sample.count], whole.weight_hh), kept[sample.count :]
        apart.append(_apart(bias.curves[sample.kind], int(np.searchsorted(bias.windows, sample.window)), truth))
        # A tolerance near rounding would make much of it.
        over = float(truth[0].max() - tolerance) / max(tolerance, _LEAST)
        advised = needed[sample.kind]
        excess += [over] if sample.window >= advised else [-over] if sample.window == advised - 1 else []
    return float(np.max(apart)), float(np.max(excess))


def kept_gradient(graph: LossGraph, kind: str, window: int, exponent: int) -> Array | None:
    """Add up the pairs that one truncation keeps, divided by 2^exponent, chunked from the first step on.

    None where too many gradients would go back for a sliding one.
    """
    window, rows = min(window, graph.last_step), kept_rows(kind, window, graph.last_step)
    return _kept(graph, [_Sample(kind, window, np.arange(rows))], exponent)[0] if rows else None


def kept_rows(kind: str, window: int, last: int) -> int:
    """Give how many gradients go back together for one truncation, 0 where that is too many for so many steps."""
    rows = 1 if kind == "chunked" else min(window, last)
    return rows if rows == 1 or rows * last <= _ROWS_OF_ONE else 0


def added(gradients: float, height: int, hidden: int) -> float:
    """Count the pairs of one step in some truncated gradients (n, G·H, H)."""
    return gradients * height * hidden * (2.0 + 2.0 * ENTRY / _BATCH)


def _samples(last: int, windows: Steps, needed: Mapping[str, int], rng: Generator) -> list[_Sample]:
    """Choose K among those that were measured and cut something."""
    cut = windows[windows < last]
    few, many, slid = cut[cut <= FIRST_CUTS], cut[cut > FIRST_CUTS], cut[cut <= _SLIDING]
    chunked = [cut[-1], rng.choice(few), *(rng.choice(many, 2) if many.size else [])]
    sliding = [slid[min(1, len(slid) - 1)], rng.choice(slid)]
    chosen = (
        np.intersect1d([*some, needed[kind] - 1, needed[kind]], known)
        for kind, some, known in zip(KINDS, (chunked, sliding), (cut, slid), strict=True)
    )
    return [
        _Sample(kind, window, _cuts(window) if kind == "chunked" else np.arange(window))
        for kind, some in zip(KINDS, chosen, strict=True)
        for window in some.tolist()
    ]


def _cuts(window: int) -> Steps:
    """List where the first cut may fall: after each step of a chunk, or eight evenly spaced ones."""
    return np.array(range(window) if window <= 8 else [eighth * window // 8 for eighth in range(8)], dtype=np.int64)


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


def _measure(truncated: Array, whole: Array) -> Array:
    """Measure bias, cosine and length ratio (3, n), each of its own."""
    rows, g = truncated.reshape(len(truncated), -1), whole.ravel() / np.linalg.norm(whole)
    lengths = np.array([np.linalg.norm(row) for row in rows]) / np.linalg.norm(whole)
    bias = [np.linalg.norm(row / np.linalg.norm(whole) - g) for row in rows]
    with np.errstate(invalid="ignore", divide="ignore"):
        units = [row / np.abs(row).max() for row in rows]
        cosine = [unit @ g / np.linalg.norm(unit) for unit in units]
    return np.array([bias, cosine, lengths])


def _apart(curve: BiasCurve, at: int, truth: Array) -> float:
    """Give the largest difference of a curve at a place to bias, cosine and ratio of all first cuts (3, n)."""
    told = [[values[at] for values in (one.relative, one.cosine, one.ratio)] for one in (curve.mean, curve.from_start)]
    mine = np.array([*told[0], *told[1], curve.lowest[at], curve.highest[at]])
    theirs = np.array([*truth.mean(axis=1), *truth[:, 0], truth[0].min(), truth[0].max()])
    apart = np.abs(mine - theirs) / np.maximum(1.0, np.abs(theirs))
    return float(np.where(np.isnan(mine) & np.isnan(theirs), 0.0, apart).max())
