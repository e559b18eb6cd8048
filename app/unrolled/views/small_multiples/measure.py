"""Small multiples measured: the same network under every value of one field, within a fixed amount of work."""

from collections.abc import Iterable, Sequence

from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import forward_pass_cost, told, told_cost
from unrolled.experiment.variants import PANEL_LENGTH, variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import LeftOut
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.text.derivative import derivative

# What is told of a panel is what its link tells, and costs as much. A longer sequence, and one whose panels would
# together take longer than that (a sixth of what one answer may by default), is cut to its first steps.
_LENGTHS, _WORK = tuple(PANEL_LENGTH >> halving for halving in range(8)), {"spectral": 0.9e11, "frobenius": 1.1e11}
_SAMPLES = 24


def measure_panels(
    experiment: Experiment, memo: Memo, field: str, choices: Iterable[tuple[str | int, str]]
) -> tuple[tuple[Panel, ...], tuple[LeftOut, ...]]:
    """Measure a network under several values of one field, each triangle exact at its samples.

    What leaves float64 is left out; raises Overflow when every value does.
    """
    rows = list(choices)
    variants = _variants(experiment, field, [value for value, _ in rows])
    panels, left_out = [], []
    for (value, label), changed in zip(rows, variants, strict=True):
        query = changed.query
        try:
            known = told(changed, memo)
            cut = Truncation(query.truncation, query.window)
            cells = known.cells(_SAMPLES)
            panels.append(Panel(value, label, query.url(), *cells, known, query.norm, derivative(query), cut))
        except Overflow as error:
            left_out.append(LeftOut(value, label, error.detail))
    if not panels:
        raise Overflow(left_out[-1].reason)
    return tuple(panels), tuple(left_out)


def panels_cost(experiment: Experiment, field: str, values: Sequence[str | int]) -> Cost:
    """Estimate the work, and the bytes of every forward pass, which are remembered, and of the largest triangle."""
    variants = _variants(experiment, field, values)
    runs, costs = [forward_pass_cost(variant).bytes for variant in variants], [told_cost(each) for each in variants]
    largest = max(cost.bytes - held for cost, held in zip(costs, runs, strict=True))
    return Cost(sum(cost.flops for cost in costs), sum(runs) + largest)


def panel_length(experiment: Experiment, field: str, values: Sequence[str | int]) -> int:
    """Choose over how many steps the panels are compared: all of them where that is bearable."""
    length, work = experiment.query.length, _WORK[experiment.query.norm]
    if field == "length":
        return length
    shorter = [min(length, PANEL_LENGTH), *(each for each in _LENGTHS if each < min(length, PANEL_LENGTH))]

    def is_bearable(steps: int) -> bool:
        tried = (variant_of(experiment, field, value).changed(length=steps) for value in values)
        return sum(told_cost(each).flops for each in tried) <= work

    return next(filter(is_bearable, shorter), shorter[-1])


def _variants(experiment: Experiment, field: str, values: Sequence[str | int]) -> list[Experiment]:
    """Give every panel's experiment, without a cell or window, which may lie outside of it."""
    steps = panel_length(experiment, field, values)
    variants = (variant_of(experiment, field, value) for value in values)
    return [each if field == "length" else each.changed(length=steps) for each in variants]
