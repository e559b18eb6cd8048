"""What is told of order and memory, again: fits are solved anew, characters counted, triangles compared by loops."""

import math

import numpy as np

from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.checks.laws import Check
from unrolled.core.checks.probe import (
    TOLERANCE,
    Refit,
    Told,
    apart,
    distances,
    error_of,
    fitted_and_tested,
    ratio,
    refit,
    refit_flops,
    squared_errors,
)
from unrolled.core.cost.derivative import Cost
from unrolled.core.model import Selection
from unrolled.core.models import MODELS
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.experiment.run import run
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import cells_cost, forward_pass_cost, triangle_cells
from unrolled.experiment.variants import comparable_models
from unrolled.runtime.memo import Memo
from unrolled.views.memory.answer import SequenceMemory
from unrolled.views.memory.capacity import HALF
from unrolled.views.memory.estimate import SURE, Estimates
from unrolled.views.memory.measure import ORDERS, SHUFFLES, Measured, ModelMemory, with_model
from unrolled.views.memory.messages import MESSAGES
from unrolled.views.memory.span import Span, driven_steps, in_order, lags_of, triangle_steps, wanted_steps

# Of more units than this only the model that is set is fitted again.
_MANY_UNITS = 64
# Predictions of two characters that are as good as equal; squared errors that are rounding beside the targets.
_TIED, _ROUNDING = 1e-8, 1e-20


def memory_checks(experiment: Experiment, memo: Memo, result: SequenceMemory) -> tuple[Check, ...]:
    """Check order, memory and triangles: of the model that is set all of them, of others one order."""
    span, measured = result.span, result.measured
    named, own = {model.name: model for model in measured.models}, experiment.query.model
    fits, rng = [], np.random.default_rng(span.steps)
    for name, model in named.items():
        if name in _fitted_again(experiment):
            orders = range(len(ORDERS)) if name == own else [int(rng.integers(len(ORDERS)))]
            fits += [_order_apart(experiment, memo, span, model, measured, order) for order in orders]
    set_ = named.get(own)
    lags = [] if set_ is None else _memory_apart(experiment, memo, span, set_)
    changes = [] if set_ is None else [_changes_apart(experiment, memo, span, set_)]
    return (
        Check.of("fits", _worst(fits), MESSAGES["fits check"].format(count=len(fits)), TOLERANCE),
        Check.of("memory", _worst(lags), MESSAGES["memory check"].format(lags=span.lags), TOLERANCE),
        Check.of("triangles", _worst(changes), MESSAGES["triangles check"]),
    )


def memory_checks_cost(experiment: Experiment) -> Cost:
    """Count these checks."""
    steps, driven, hidden = wanted_steps(experiment), driven_steps(experiment), experiment.query.hidden
    entries, lags, span = experiment.input_size, lags_of(experiment), triangle_steps(experiment)
    fits = len(ORDERS) + len(_fitted_again(experiment)) - 1
    flops = fits * refit_flops(2 * steps / 3, hidden, entries)
    flops += refit_flops(2 * driven / 3, hidden, entries * (lags + 1))
    flops += forward_pass_cost(in_order(experiment, driven)).flops
    shown = in_order(experiment, span)
    flops += (len(ORDERS) + SHUFFLES) * cells_cost(shown, span).flops + SHUFFLES * forward_pass_cost(shown).flops
    return Cost(flops, 8.0 * max(steps, driven) * (6.0 * hidden + 3.0 * entries * (lags + 1)))


def _fitted_again(experiment: Experiment) -> list[str]:
    """Choose models: the one that is set, of few units also the others but for attention, which mixes all pairs."""
    own = experiment.query.model
    few = experiment.query.hidden <= _MANY_UNITS
    others = [name for name in comparable_models(experiment) if name != own] if few else []
    return [own, *(name for name in others if not size_of(with_model(in_order(experiment, 1), name)).key)]


def _worst(distances: list[float]) -> float | None:
    return float(np.max(distances)) if distances else None


def _order_apart(
    experiment: Experiment, memo: Memo, span: Span, model: ModelMemory, measured: Measured, order: int
) -> float:
    """Fit the next value in one order again, and compare all that is told of it."""
    forward = run(with_model(in_order(experiment, span.steps, ORDERS[order]), model.name), memo)
    x, state = forward.sequence.inputs, forward.trace.hidden()[:-1]
    split = span.order.washout, span.order.gap
    targets, is_text = x[1:], experiment.query.input == "text" and experiment.inputs is None
    rows, tested = fitted_and_tested(len(state), *split)
    told = _told([model.unexplained], order)
    told += _told([model.hits, model.lead, measured.majority] if is_text else [model.log_likelihood], order)

    def truth(fit: Refit) -> Told:
        found = ratio(*squared_errors(fit.predicted, targets, rows, tested))[:2]
        more = _hits(fit, targets, rows, tested) if is_text else _density(fit, targets[tested])
        return tuple(own if here is None else here for own, here in zip(told, (*found, *more), strict=True))

    def find(features: Array) -> list[list[Told]]:
        return [[truth(fit) for fit in fits] for fits in refit(features, [targets], *split)]

    return distances([told], find, state)[0]


def _told(estimates: list[Estimates], place: int) -> Told:
    return tuple(number for each in estimates for number in each.at(place))


def _hits(fit: Refit, targets: Array, rows: Steps, tested: Steps) -> tuple[float | None, ...]:
    """Count characters that are predicted, by how much more, and the most frequent one; None where rounding decides."""
    letters, counts = [row.index(max(row)) for row in targets.tolist()], dict[int, int]()
    for row in rows.tolist():
        counts[letters[row]] = counts.get(letters[row], 0) + 1
    most = min(letter for letter, count in counts.items() if count == max(counts.values()))
    guessed = [row.index(max(row)) for row in fit.predicted.tolist()]
    hits = np.array([float(guess == letters[row]) for guess, row in zip(guessed, tested.tolist(), strict=True)])
    common = np.array([float(letters[row] == most) for row in tested.tolist()])
    ones, second = np.ones(len(hits)), np.sort(fit.predicted, axis=1)[:, -2:]
    told = [ratio(over, ones)[:2] for over in (hits, hits - common, common)]
    if (second[:, 1] - second[:, 0] <= _TIED * np.abs(second[:, 1])).any():
        return (*(None,) * 4, *told[2])
    return tuple(number for pair in told for number in pair)


def _density(fit: Refit, targets: Array) -> tuple[float | None, ...]:
    """Give the mean log density of the tested entries, each around its prediction; None where errors are rounding."""
    entries = np.full(len(targets), float(targets.shape[1]))
    if fit.error <= _ROUNDING * float(np.square(targets).mean()):
        return None, None
    wrong = np.square(targets - fit.predicted).sum(axis=1)
    return ratio(-0.5 * entries * math.log(2.0 * math.pi * fit.error) - wrong / (2.0 * fit.error), entries)[:2]


def _memory_apart(experiment: Experiment, memo: Memo, span: Span, model: ModelMemory) -> list[float]:
    """Read every lag back again, and compare R², the capacity and the reach."""
    told = model.capacity
    if told.missing:
        return []
    forward = run(with_model(in_order(experiment, span.steps), model.name), memo)
    inputs = sequence_of(in_order(experiment, span.steps), memo).inputs[: span.steps]
    drive = inputs[generators(experiment.query)[4].integers(span.steps, size=span.driven)]
    state = forward.network.run(forward.parameters, drive, experiment.initial).readable(span.lags + 1)
    split = span.memory.washout, span.memory.gap
    rows, tested = fitted_and_tested(len(state), *split)
    delayed = [np.concatenate([np.zeros((n, drive.shape[1])), drive[: len(drive) - n]]) for n in range(span.lags + 1)]
    moved = list[Array]()
    by_lag: list[Told] = [told.by_lag.at(lag) for lag in range(span.lags + 1)]

    def find(features: Array) -> list[list[Told]]:
        moved.clear()
        truths = list[list[Told]]()
        for at, target, fits in zip(by_lag, delayed, refit(features, delayed, *split), strict=True):
            found = [ratio(*squared_errors(fit.predicted, target, rows, tested)) for fit in fits]
            truths.append([(1.0 - value, error) for value, error, _ in found])
            moved.append(min(found, key=lambda each: abs(1.0 - each[0] - at[0]))[2])
        return truths

    result = distances(by_lag, find, state)
    values, errors = told.by_lag.values.tolist(), told.by_lag.errors.tolist()
    whole = error_of(np.sum(moved[1:], axis=0).tolist())
    result.append(apart((told.total, told.error), [(math.fsum(values[1:]), whole)]))
    for side, sign in ((told.reach[0], -1.0), (told.reach[1], 1.0)):
        read = [value + sign * SURE * error > HALF for value, error in zip(values, errors, strict=True)]
        result.append(0.0 if side == [*read, False].index(False) - 1 else math.inf)
    return result


def _changes_apart(experiment: Experiment, memo: Memo, span: Span, model: ModelMemory) -> float:
    """Compare triangles in three orders, and of more shuffles, lag by lag in ascending order."""
    grid = square_grid(np.arange(1, span.triangle + 1))
    shown = [
        triangle_cells(with_model(in_order(experiment, span.triangle, order), model.name), memo, grid)
        for order in ORDERS
    ]
    forward = run(with_model(in_order(experiment, span.steps), model.name), memo)
    inputs = sequence_of(in_order(experiment, span.triangle), memo).inputs
    rng = generators(experiment.query)[4].spawn(1)[0]
    chosen, shuffles = Selection("o", "x", None, None, forward.readout.weight), []
    for _ in range(SHUFFLES):
        trace = forward.network.run(forward.parameters, rng.permutation(inputs), experiment.initial)
        again = MODELS[model.name].derivative(trace, chosen).triangle(grid, experiment.query.norm)
        shuffles.append(_change(shown[1], again))
    told = [*model.change.tolist(), model.shuffles]
    truth = [*(_change(shown[0], other) for other in shown), max(shuffles)]
    return max(0.0 if one == other else abs(one - other) for one, other in zip(told, truth, strict=True))


def _change(before: Array, after: Array) -> float:
    """Find the largest difference of two triangles, the sizes of each lag sorted."""
    largest, count = 0.0, len(before)
    for lag in range(count):
        one, other = (sorted(float(each[row, row - lag]) for row in range(lag, count)) for each in (before, after))
        largest = max([largest, *(abs(b - a) for a, b in zip(one, other, strict=True) if a != b)])
    return largest
