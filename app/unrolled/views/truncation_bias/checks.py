"""What is told of truncations, by plain loops over what it is told beside: curves at every K, the advice, the work."""

import math
from itertools import pairwise

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.checks.laws import Check
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.loss.relative_bias import Distances
from unrolled.core.loss.truncation_bias import KINDS, BiasCurve, TruncationBias
from unrolled.views.truncation_bias.advice import Advice, Saving
from unrolled.views.truncation_bias.text import MESSAGES

# Places of the first cut at most; K whose work is counted again, and steps up to which that is done.
_CUTS, _COUNTED, _MOST_STEPS = 8, 3, 4096
_FLOAT_BYTES, _FLOPS = 8, 4.0


def curves_check(bias: TruncationBias, last: int) -> Check:
    """Hold the curves at every K to each other: a triangle with g_K, g and their difference as its sides."""
    if bias.full_window_error is None:
        return Check.of("curves", None, MESSAGES["curves check"])
    windows, distances = bias.windows.tolist(), [0.0]
    distances += [math.inf for one, next_ in pairwise([0, *windows]) if one >= next_]
    is_every = windows == list(range(1, last + 2))
    distances += [math.inf] if windows[-2:] != [last, last + 1] or (bias.is_every and not is_every) else []
    for kind in KINDS:
        curve = bias.curves[kind]
        distances += [_triangle_apart(one) for one in _singles(kind, curve)]
        mean, slack = curve.mean.relative, 1e-12 * np.maximum(1.0, curve.highest)
        outside = np.maximum(curve.lowest - mean, mean - curve.highest)
        distances.append(float(np.max(np.where(outside <= slack, 0.0, outside))))
        for one in (curve.mean, curve.from_start):
            ends = ((one.relative, 0.0), (one.cosine, 1.0), (one.ratio, 1.0))
            distances += [float(np.abs(at[-2:] - truth).max()) for at, truth in ends]
    slid = np.append(bias.sliding, 0.0)[np.minimum(bias.windows, last + 1) - 1]
    distances.append(float(np.max(np.abs(bias.curves["sliding"].mean.relative - slid))))
    return Check.of("curves", float(np.max(distances)), MESSAGES["curves check"])


def advice_check(graph: LossGraph, bias: TruncationBias, flops: dict[str, Array], advice: Advice) -> Check:
    """Hold the advice to the curves, and bytes and flops to counts of steps and arrays, at a few K."""
    layers, distances = graph.trace.layers, [0.0]
    saved = [getattr(layer, name) for layer in layers for name in layer.saved_arrays] + [graph.trace.inputs]
    distances.append(0.0 if advice.bytes == _FLOAT_BYTES * sum(int(np.prod(each.shape[1:])) for each in saved) else 1.0)
    step = _FLOPS * sum(layer.weights.weight_hh.size + layer.weights.weight_ih.size for layer in layers)
    chosen = np.random.default_rng(len(bias.windows)).permutation(len(bias.windows))[:_COUNTED].tolist()
    for kind in KINDS:
        saving, curve = advice.savings[kind], bias.curves[kind]
        if (saving is None) != (bias.full_window_error is None):
            return Check.of("told", math.inf, MESSAGES["told check"])
        places = [*chosen, len(bias.windows) - 1]
        if saving is not None:
            needed = _needed(bias, kind, advice.tolerance)
            place = bias.windows.tolist().index(needed)
            distances += _saving_apart(saving, curve, place, needed, graph.last_step, advice.bytes, kind)
            distances.append(_apart(saving.flops, float(flops[kind][place])))
            distances.append(_apart(saving.whole_flops, step * graph.last_step))
            places.append(place)
        if graph.last_step <= _MOST_STEPS:
            for place in places:
                window = int(bias.windows[place])
                counts = [_steps_back(graph, kind, window, cut) for cut in _cuts(kind, window, graph.last_step)]
                distances.append(_apart(float(flops[kind][place]), step * math.fsum(counts) / len(counts)))
    distances += _current_apart(bias, advice)
    return Check.of("told", float(np.max(distances)), MESSAGES["told check"])


def _singles(kind: str, curve: BiasCurve) -> list[Distances]:
    """Give the parts of a curve that are of one gradient at each K, no mean."""
    return [curve.from_start, curve.mean] if kind == "sliding" else [curve.from_start]


def _triangle_apart(one: Distances) -> float:
    """Compare bias² with 1 + ratio² − 2 · ratio · cosine; a ratio of 0 has no cosine."""
    cosine = np.where(one.ratio == 0.0, 0.0, one.cosine)
    expected = 1.0 + one.ratio**2 - 2.0 * one.ratio * cosine
    return float(np.max(np.abs(one.relative**2 - expected) / (1.0 + one.ratio**2)))


def _needed(bias: TruncationBias, kind: str, tolerance: float) -> int:
    """Find the smallest K from which on all are within the tolerance, from the largest down."""
    if kind == "sliding":
        known = [(place + 1, float(value)) for place, value in enumerate(bias.sliding)]
    else:
        known = list(zip(bias.windows.tolist(), bias.curves[kind].highest.tolist(), strict=True))
    needed = known[-1][0]
    for window, value in reversed(known):
        if value > tolerance:
            break
        needed = window
    return needed


def _saving_apart(
    saving: Saving, curve: BiasCurve, place: int, needed: int, last: int, bytes_: int, kind: str
) -> list[float]:
    """Compare one advice with the curve at its K."""
    counts = (
        (saving.window, needed),
        (saving.cuts, len(_cuts(kind, needed, last))),
        (saving.bytes, min(needed, last) * bytes_),
        (saving.is_whole, needed >= last),
    )
    values = (
        (saving.bias, curve.highest[place]),
        (saving.mean_bias, curve.mean.relative[place]),
        (saving.cosine, curve.mean.cosine[place]),
    )
    return [*(0.0 if one == other else 1.0 for one, other in counts), *(_apart(*pair) for pair in values)]


def _current_apart(bias: TruncationBias, advice: Advice) -> list[float]:
    """Compare what is told of the truncation that is set with the curve cut from the first step on."""
    if advice.kind == "none" or bias.full_window_error is None:
        return [0.0 if math.isnan(value) else 1.0 for value in advice.current.values()]
    window, at = min(advice.window, advice.last_step + 1), bias.curves[advice.kind].from_start
    place = bias.windows.tolist().index(window)
    told = (advice.current[name] for name in ("bias", "cosine", "ratio"))
    return [_apart(*pair) for pair in zip(told, (at.relative[place], at.cosine[place], at.ratio[place]), strict=True)]


def _cuts(kind: str, window: int, last: int) -> list[int]:
    """List where the first cut may fall."""
    if kind == "sliding" or window >= last:
        return [0]
    return list(range(window)) if window <= _CUTS else [place * window // _CUTS for place in range(_CUTS)]


def _steps_back(graph: LossGraph, kind: str, window: int, cut: int) -> int:
    """Count steps back one by one: through every chunk from its last loss on, or of every loss by itself."""
    losses, last = set(graph.steps.tolist()), graph.last_step
    if kind == "sliding":
        return sum(min(t, window) for t in losses)
    count, has_loss = 0, False
    for step in range(last, 0, -1):
        if window < last and (step - cut) % window == 0:
            has_loss = False
        has_loss = has_loss or step in losses
        count += has_loss
    return count


def _apart(told: float, here: float) -> float:
    """Measure a distance, as a share of what is large; 0 between equals and between NaN and NaN."""
    if told == here or (math.isnan(told) and math.isnan(here)):
        return 0.0
    return abs(told - here) / max(1.0, abs(here))
