"""Laws of a loss's gradient, measured on this very answer: by the plain equations, by adding up, by the loss itself."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import log10_unscaled, rescale
from unrolled.core.arrays.types import Array
from unrolled.core.checks.finite_difference import same_pieces
from unrolled.core.checks.laws import Check, apart, cells_check
from unrolled.core.loss.credit import Credit
from unrolled.core.loss.gradient import Gradient, LossGraph
from unrolled.core.networks.network import Trace
from unrolled.errors import Overflow

Rerun = Callable[[Array], tuple[Trace, Array]]

_DIFFERENCE_TOLERANCE = 1e-6
# Forward passes that one difference takes, and how many differences are tried at most.
PASSES, _TRIES = 4, 3
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


def credit_checks(graph: LossGraph, result: Credit) -> tuple[Check, ...]:
    """Check a credit: ``cells`` by the equations of one step, one loss alone; ``sum`` by ordinary backpropagation."""
    rng = np.random.default_rng(len(result.t) + graph.trace.length)

    def distance(row: int, column: int) -> float:
        """Take one loss back alone to one step, and compare log10 of the length."""
        again = _log10_length(graph, int(result.t[row]), int(result.k[column]))
        return apart(again, float(result.log10_norm[row, column]))

    one_by_one = "random cells, one loss taken back alone by the equations of one step"
    return (
        cells_check(Grid(result.t, result.k), one_by_one, distance, rng),
        Check.of("sum", result.sum_error, "Σ C[t,k] over all pairs = ∂L/∂W_hh by ordinary backpropagation"),
    )


def _log10_length(graph: LossGraph, t: int, k: int) -> float:
    """Measure log10 ‖∂L_t/∂h_k‖ by `LayerTrace.vjp`, layer by layer."""
    layers, size = graph.trace.layers[graph.layer - 1 :], graph.hidden_size
    states = [np.zeros(layer.state_size) for layer in layers]
    states[-1][:size] = graph.seeds[np.searchsorted(graph.steps, t)]
    power = 0
    for step in range(t, k - 1, -1):
        for place in range(len(layers) - 1, -1, -1):
            if place == 0 and step == k:
                break
            states[place], below = layers[place].vjp(step, states[place])
            if place:
                states[place - 1][:size] += below
        if step > k:
            scaled, more = rescale(np.concatenate(states)[None, None])
            ends = np.cumsum([len(state) for state in states])[:-1]
            states, power = np.split(scaled[0, 0], ends), power + int(more[0])
    lengths = np.array([np.linalg.norm(states[0][:size])])
    return float(log10_unscaled(lengths, np.array([power]))[0])


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
