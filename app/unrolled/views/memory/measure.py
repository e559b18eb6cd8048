"""Measuring what order and memory are worth: every model's state read out in closed form, in three orders."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.blocks import Ratio
from unrolled.core.behaviour.probe import RidgeProbe
from unrolled.core.model import Selection
from unrolled.core.models import MODELS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.experiment.run import Run, run
from unrolled.experiment.triangle import triangle_cells
from unrolled.experiment.variants import comparable_models, variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.memory.capacity import Capacity, capacity, drive_of
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.span import Span, in_order

ORDERS = ("original", "shuffled", "reversed")
# With how many more shuffles one is compared.
SHUFFLES = 3


@dataclass(frozen=True)
class ModelMemory:
    """What one model makes of the sequence, with standard errors.

    By order (3,): ``unexplained``, squared error of the next value as a share of that of the mean, NaN where that has
    none; ``log_likelihood``, mean log density of one tested entry in nats, NaN for text, which is no number; ``hits``,
    the share of characters that are predicted, and ``lead``, how much larger it is than that of always the most
    frequent one, NaN for all but text; ``change``, the largest change of log10 ‖∂o_t/∂x_k‖ against the original order,
    each lag sorted. ``shuffles`` is the largest such change between one shuffle and three others.
    """

    name: str
    label: str
    unexplained: Estimates
    log_likelihood: Estimates
    hits: Estimates
    lead: Estimates
    change: Array
    shuffles: float
    capacity: Capacity


@dataclass(frozen=True)
class Measured:
    """Every model; reasons of those that are left out; and by order, how often the most frequent character comes."""

    models: tuple[ModelMemory, ...]
    left_out: tuple[str, ...]
    majority: Estimates


@dataclass(frozen=True)
class _Order:
    """What is read of one order: characters only of text."""

    unexplained: Ratio
    log_likelihood: Ratio | None
    hits: Ratio | None
    majority: Ratio | None
    lead: Ratio | None


def measure(experiment: Experiment, memo: Memo, span: Span) -> Measured:
    """Measure every model, in the order of the table; one whose state leaves float64 is left out, with the reason."""
    models, left_out, majority = [], [], Estimates.none(len(ORDERS))
    for name in comparable_models(experiment):
        try:
            model, majority = _measured(experiment, memo, span, name)
            models.append(model)
        except Overflow as error:
            left_out.append(f"{MODELS[name].label}: {error.detail}")
    return Measured(tuple(models), tuple(left_out), majority)


def with_model(experiment: Experiment, name: str) -> Experiment:
    """Ask another model, or the same one."""
    return experiment if name == experiment.query.model else variant_of(experiment, "model", name)


def _measured(experiment: Experiment, memo: Memo, span: Span, name: str) -> tuple[ModelMemory, Estimates]:
    """Measure one model, and how often the most frequent character comes, which is the same for all."""
    is_text = experiment.query.input == "text" and experiment.inputs is None
    orders, triangles = [], []
    for order in ORDERS:
        forward = run(with_model(in_order(experiment, span.steps, order), name), memo)
        orders.append(_order(forward, span, is_text=is_text))
        shown = with_model(in_order(experiment, span.triangle, order), name)
        triangles.append(triangle_cells(shown, memo, square_grid(np.arange(1, span.triangle + 1))))
    forward = run(with_model(in_order(experiment, span.steps), name), memo)
    model = ModelMemory(
        name,
        MODELS[name].label,
        Estimates.of(order.unexplained for order in orders),
        Estimates.of(order.log_likelihood for order in orders),
        Estimates.of(order.hits for order in orders),
        Estimates.of(order.lead for order in orders),
        np.array([_change(triangles[0], triangle) for triangle in triangles]),
        _between_shuffles(experiment, memo, span, name, forward, triangles[1]),
        capacity(forward, drive_of(experiment, memo, span), span, experiment.initial),
    )
    return model, Estimates.of(order.majority for order in orders)


def _order(forward: Run, span: Span, *, is_text: bool) -> _Order:
    """Read the next value out of the state, in the order in which it ran."""
    inputs, split = forward.sequence.inputs, span.order
    fit = RidgeProbe(forward.trace.hidden()[:-1], split).fit(inputs[1:])
    if not is_text:
        return _Order(fit.unexplained, fit.log_likelihood, None, None, None)
    characters = inputs[1:].argmax(axis=1)
    tested = characters[split.tested_rows]
    frequent = np.bincount(characters[split.fitted_rows]).argmax()
    rows, hits, common = (
        split.by_block(each.astype(np.float64))
        for each in (np.ones(len(tested)), fit.predicted.argmax(axis=1) == tested, tested == frequent)
    )
    return _Order(fit.unexplained, None, Ratio(hits, rows), Ratio(common, rows), Ratio(hits - common, rows))


def _between_shuffles(experiment: Experiment, memo: Memo, span: Span, name: str, forward: Run, one: Array) -> float:
    """Measure by how much other shuffles of the same steps change the triangle of one."""
    inputs = sequence_of(in_order(experiment, span.triangle), memo).inputs
    rng, grid = generators(experiment.query)[4].spawn(1)[0], square_grid(np.arange(1, span.triangle + 1))
    chosen = Selection("o", "x", None, None, forward.readout.weight)
    changes = []
    for _ in range(SHUFFLES):
        trace = forward.network.run(forward.parameters, rng.permutation(inputs), experiment.initial)
        changes.append(_change(one, MODELS[name].derivative(trace, chosen).triangle(grid, experiment.query.norm)))
    return max(changes)


def _change(before: Array, after: Array) -> float:
    """Compare two triangles lag by lag, each lag's sizes in ascending order: what a mere permutation leaves is 0."""
    largest = 0.0
    for lag in range(len(before)):
        one, other = (np.sort(np.diagonal(triangle, -lag)) for triangle in (before, after))
        differ = one != other
        if differ.any():
            largest = max(largest, float(np.abs(one[differ] - other[differ]).max()))
    return largest
