"""Measuring what order and memory are worth: every model's state read out in closed form, in three orders."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.probe import RidgeProbe, decomposition_flops, fit_flops
from unrolled.core.cost.derivative import Cost
from unrolled.core.models import MODELS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import Run, run
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import cells_cost, forward_pass_cost, triangle_cells
from unrolled.experiment.variants import comparable_models, variant_of
from unrolled.runtime.memo import Memo

ORDERS = ("original", "shuffled", "reversed")
# How many steps are looked at where the sequence has them, and at most; how many the triangles span.
_STEPS, _PER_UNIT, _MOST_STEPS, _TRIANGLE = 600, 4, 2000, 48
# A fit needs rows: so many a number that is read, and so many at all.
_ROWS, _FEWEST = 3, 30
_LAGS, _BEYOND, _MOST_LAGS, _MOST_READ = 24, 8, 64, 1024
_BYTES = 8


@dataclass(frozen=True)
class ModelMemory:
    """What one model makes of the sequence.

    By order (3,): ``unexplained``, squared error of the next value as a share of that of the mean, NaN where that has
    none; ``log_likelihood``, mean log density of one tested entry in nats, NaN for text, which is no number; ``hits``,
    the share of characters that are predicted, NaN for all but text; ``change``, the largest change of
    log10 ‖∂o_t/∂x_k‖ against the original order, each lag sorted. ``memory`` (lags,): R² of what entered n steps ago,
    NaN where it cannot be fitted.
    """

    name: str
    label: str
    unexplained: Array
    log_likelihood: Array
    hits: Array
    change: Array
    memory: Array


@dataclass(frozen=True)
class Span:
    """How many steps are looked at: of the prediction, of the triangles, and how many lags of the memory."""

    steps: int
    triangle: int
    lags: int

    @property
    def fitted(self) -> int:
        """The first steps, two thirds of those that have a next one: what is fitted."""
        return 2 * (self.steps - 1) // 3


def span_of(experiment: Experiment, memo: Memo) -> Span:
    """Choose how many steps are looked at: as many as the sequence truly has, whatever the length of the picture."""
    most = _wanted_steps(experiment)
    steps = sequence_of(_in_order(experiment, most), memo).data_length
    return Span(steps, min(_triangle_steps(experiment), steps), _lags(experiment, steps))


def needed_steps(experiment: Experiment) -> int:
    """Tell how many steps a sequence must have for its states to be fitted and tested."""
    return max(_FEWEST, _ROWS * (experiment.query.hidden + 1))


def measure(experiment: Experiment, memo: Memo, span: Span) -> tuple[tuple[ModelMemory, ...], tuple[str, ...]]:
    """Measure every model, in the order of the table; one whose state leaves float64 is left out, with the reason."""
    models, left_out = [], []
    for name in comparable_models(experiment):
        try:
            models.append(_measured(experiment, memo, span, name))
        except Overflow as error:
            left_out.append(f"{MODELS[name].label}: {error.detail}")
    return tuple(models), tuple(left_out)


def _measured(experiment: Experiment, memo: Memo, span: Span, name: str) -> ModelMemory:
    shares, densities, hits, changes = (np.full(len(ORDERS), np.nan) for _ in range(4))
    memory, first = np.full(span.lags + 1, np.nan), None
    for index, order in enumerate(ORDERS):
        variant = _with_model(_in_order(experiment, span.steps, order), name)
        forward = run(variant, memo)
        inputs, state = forward.sequence.inputs, forward.trace.hidden()
        fit = RidgeProbe(state[:-1], span.fitted).fit(inputs[1:])
        shares[index] = fit.unexplained
        if experiment.query.input != "text" or experiment.inputs is not None:
            densities[index] = fit.log_likelihood
        else:
            is_hit = fit.predicted.argmax(axis=1) == inputs[1 + span.fitted :].argmax(axis=1)
            hits[index] = float(is_hit.mean())
        triangle = _triangle_of(experiment, memo, span, name, order)
        first = triangle if first is None else first
        changes[index] = _change(first, triangle)
        if order == "original":
            memory = _memory(forward, span)
    return ModelMemory(name, MODELS[name].label, shares, densities, hits, changes, memory)


def _memory(forward: Run, span: Span) -> Array:
    """Measure how much of what entered n steps ago can be read, for every n: by an MLP out of its own inputs."""
    inputs, memory = forward.sequence.inputs, np.full(span.lags + 1, np.nan)
    state = forward.trace.readable(span.lags + 1)
    fitted = 2 * (len(inputs) - span.lags) // 3
    if state.shape[1] >= fitted:
        return memory
    regression = RidgeProbe(state[span.lags :], fitted)
    for lag in range(span.lags + 1):
        fit = regression.fit(inputs[span.lags - lag : len(inputs) - lag])
        memory[lag] = 1.0 - fit.unexplained
    return memory


def _triangle_of(experiment: Experiment, memo: Memo, span: Span, name: str, order: str) -> Array:
    """Measure log10 ‖∂o_t/∂x_k‖ over the first steps, put in an order."""
    variant = _with_model(_in_order(experiment, span.triangle, order), name)
    return triangle_cells(variant, memo, square_grid(np.arange(1, span.triangle + 1)))


def _change(before: Array, after: Array) -> float:
    """Compare two triangles lag by lag, each lag's sizes in ascending order: what a mere permutation leaves is 0."""
    largest = 0.0
    for lag in range(len(before)):
        one, other = (np.sort(np.diagonal(triangle, -lag)) for triangle in (before, after))
        differ = one != other
        if differ.any():
            largest = max(largest, float(np.abs(one[differ] - other[differ]).max()))
    return largest


def _in_order(experiment: Experiment, length: int, order: str = "original") -> Experiment:
    """Take the first steps of the sequence in an order, and ∂o_t/∂x_k of them, whatever was chosen."""
    first = variant_of(experiment, "order", order).changed(length=length)
    return first.changed(of="o", wrt="x", layer=None, origin=None, truncation="none")


def _with_model(experiment: Experiment, name: str) -> Experiment:
    return experiment if name == experiment.query.model else variant_of(experiment, "model", name)


def _wanted_steps(experiment: Experiment) -> int:
    """Tell how many steps are wanted; one's own inputs are as long as they are."""
    length = experiment.query.length
    if experiment.inputs is None:
        length = max(length, _STEPS, _PER_UNIT * experiment.query.hidden)
    return min(length, _MOST_STEPS)


def _triangle_steps(experiment: Experiment) -> int:
    return min(experiment.query.length, _TRIANGLE)


def _lags(experiment: Experiment, steps: int) -> int:
    """Choose the largest lag: past the window where that is not too far, and never more than can be read."""
    wanted = min(_MOST_LAGS, max(_LAGS, experiment.query.window + _BEYOND))
    return max(1, min(wanted, steps // 6, _MOST_READ // experiment.input_size))


def memory_cost(experiment: Experiment) -> Cost:
    """Estimate the work: every model three times, its triangle, and the fits."""
    steps, hidden, entries = _wanted_steps(experiment), experiment.query.hidden, experiment.input_size
    lags, span = _lags(experiment, steps), _triangle_steps(experiment)
    flops = runs = largest = 0.0
    for name in comparable_models(experiment):
        variant = _with_model(_in_order(experiment, steps), name)
        size, forward = size_of(variant), forward_pass_cost(variant)
        triangle = cells_cost(_with_model(_in_order(experiment, span), name), span)
        fits = decomposition_flops(steps, hidden) + fit_flops(steps, hidden, entries)
        numbers = min(hidden if size.reach == steps else entries * min(size.reach, lags + 1), steps)
        # What is mixed of all pairs of steps is computed once more to be read.
        weighed = float(steps**2 * (size.key + hidden)) if size.key else 0.0
        flops += 3.0 * (forward.flops + triangle.flops + fits + weighed) + decomposition_flops(steps, numbers)
        flops += (lags + 1) * fit_flops(steps, numbers, entries)
        # Every run is remembered; what is fitted is not.
        runs += 3.0 * (forward.bytes + _BYTES * steps * entries)
        largest = max(largest, triangle.bytes, _BYTES * steps * (3.0 * max(numbers, hidden) + 4.0 * entries))
    return Cost(flops, runs + largest)
