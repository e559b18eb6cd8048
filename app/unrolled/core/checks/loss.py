"""Laws of a loss and of its gradient: by its formula, and what a small change of the weights does to it."""

import math
from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.checks.finite_difference import same_pieces
from unrolled.core.checks.laws import Check
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.core.networks.network import Trace
from unrolled.errors import Overflow

Rerun = Callable[[Array], tuple[Trace, Array]]

_DIFFERENCE_TOLERANCE = 1e-6
# Forward passes that one difference takes, and how many differences are tried at most.
PASSES, _TRIES = 4, 3
# So many losses are measured again.
_LOSSES = 16
# A steep loss is moved less: by so much where the gradient is no larger than the loss, and never by less than this.
_STEP, _LEAST = 1e-4, 1e-8
# As in `finite_difference`: two differences further apart than this share say nothing, and what rounding alone may do.
_UNSURE, _ROUNDING = 3e-7, 1e-15
# Where a loss is chaotic two differences disagree with each other, however little both are beside the gradient.
_STRAIGHT, _NOISE = 3e-5, 1e3


def difference_check(graph: LossGraph, gradient: Gradient, rerun: Rerun) -> Check:
    """Hold a gradient to the loss itself, by a central difference along a random direction D of W_hh.

    `rerun` gives the forward pass and the losses of another W_hh of that layer. The value is the distance to ⟨g, D⟩,
    relative to it, or to the loss where the gradient is too far below that to be seen; None where rounding, curvature
    or kinks hide it.
    """
    statement = "⟨∂L/∂W_hh, D⟩ against a central difference of the loss along a random direction D"
    distance = _distance(graph, gradient, rerun, np.random.default_rng(graph.trace.length))
    hidden = f"{statement}: rounding, curvature or kinks hide it"
    return Check.of("difference", distance, hidden if distance is None else statement, _DIFFERENCE_TOLERANCE)


def losses_check(graph: LossGraph, outputs: Array, inputs: Array, *, loss: str, is_text: bool) -> Check:
    """Hold the losses to their formula at some steps, and count those that there are.

    `outputs` (T, O), and the `inputs` that are data, which end where there is no next one.
    """
    steps = [t for t in range(1, min(len(inputs), len(outputs) + 1)) if not is_text or inputs[t].any()]
    steps = steps[-1:] if loss == "last" else steps
    if steps != graph.steps.tolist() or len(graph.values) != len(steps):
        return Check.of("losses", np.inf, "a loss at every step with a next value, or at the last of them")
    chosen = np.random.default_rng(len(outputs)).permutation(len(steps))[:_LOSSES].tolist()
    chosen += [0, len(steps) - 1] if steps else []
    apart = [
        abs(float(graph.values[at]) - _loss(outputs[steps[at] - 1], inputs[steps[at]], is_text=is_text))
        for at in chosen
    ]
    sizes = [max(1.0, abs(float(graph.values[at]))) for at in chosen]
    worst = float(np.max(np.array(apart) / np.array(sizes))) if chosen else None
    return Check.of("losses", worst, f"L_t of {len(set(chosen))} steps by its formula, of all steps with a next value")


def _loss(output: Array, following: Array, *, is_text: bool) -> float:
    """Measure one loss."""
    told = output.tolist()
    if is_text:
        likely, place = max(told), following.tolist().index(following.max())
        return likely - told[place] + math.log(math.fsum(math.exp(each - likely) for each in told))
    return math.fsum((each - other) ** 2 for each, other in zip(told, following.tolist(), strict=True)) / len(told)


def _distance(graph: LossGraph, gradient: Gradient, rerun: Rerun, rng: Generator) -> float | None:
    total = float(np.abs(graph.values).sum())
    weight = graph.weights.weight_hh
    if not total or not weight.size:
        return None
    for again in range(_TRIES):
        direction = rng.standard_normal(weight.shape)
        direction /= np.linalg.norm(direction)
        slope = float((gradient.weight_hh * direction).sum())
        with np.errstate(over="ignore", under="ignore"):
            expected = float(np.ldexp(slope, gradient.exponent))
        step = max(_STEP / max(1.0, abs(expected) / total) * 10.0**-again, _LEAST)
        rounding = _ROUNDING * total / step
        unit = abs(expected) if rounding <= _UNSURE * abs(expected) else total
        pair = _extrapolated(rerun, weight, direction, step) if np.isfinite(unit) else None
        if pair is None:
            continue
        unsure, value = pair
        is_straight = unsure <= _STRAIGHT * abs(value) or abs(value) <= _NOISE * rounding
        if is_straight and unsure <= _UNSURE * unit:
            return abs(value - expected) / unit
    return None


def _extrapolated(rerun: Rerun, weight: Array, direction: Array, step: float) -> tuple[float, float] | None:
    """Take two central differences: how far they are apart, and Richardson's value."""
    wide, near = (_difference(rerun, weight, direction, size) for size in (step, step / 2))
    return None if wide is None or near is None else (abs(near - wide), (4.0 * near - wide) / 3.0)


def _difference(rerun: Rerun, weight: Array, direction: Array, step: float) -> float | None:
    """Take (L(+) − L(−)) / 2ε, loss by loss; None when a unit lies on different sides of a kink, or leaves float64."""
    try:
        (plus, above), (minus, below) = (rerun(weight + sign * step * direction) for sign in (1.0, -1.0))
    except Overflow:
        return None
    if not all(same_pieces(*pair) for pair in zip(plus.layers, minus.layers, strict=True)):
        return None
    return float((above - below).sum() / (2.0 * step))
