"""Small multiples measured: the same network under every value of one field, within a fixed amount of work."""

from collections.abc import Iterable, Sequence

from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import cells_cost, forward_pass_cost, measured_triangle, measured_triangle_cost
from unrolled.experiment.variants import PANEL_LENGTH, variant_of
from unrolled.runtime.memo import Memo
from unrolled.views.contract.view import LeftOut
from unrolled.views.small_multiples.panels import Panel
from unrolled.views.text.derivative import derivative

_MOST_SAMPLES = 24
_PLAIN_SAMPLES = 16
_FEWEST_SAMPLES = 6
# They stand below the main picture: with large networks they take fewer samples rather than more time than that.
_WORK = {"spectral": 1.4e10, "frobenius": 2.0e10}
# Below sixteen samples a triangle is hard to read, so those may take longer: a sixth of what one answer may by default.
_PLAIN_WORK = {"spectral": 0.9e11, "frobenius": 1.1e11}


def measure_panels(
    experiment: Experiment, memo: Memo, field: str, choices: Iterable[tuple[str | int, str]]
) -> tuple[tuple[Panel, ...], tuple[LeftOut, ...]]:
    """Measure a network under several values of one field, each triangle exact at its samples.

    What leaves float64 is left out; raises Overflow when every value does.
    """
    rows = list(choices)
    samples = sample_count(experiment, field, [value for value, _ in rows])
    panels, left_out = [], []
    for value, label in rows:
        changed = variant_of(experiment, field, value)
        link = changed.query.url()
        changed = _shortened(changed, field).changed(resolution=samples)
        try:
            measured = measured_triangle(changed, memo)
            cut = Truncation(changed.query.truncation, changed.query.window)
            panels.append(Panel(value, label, link, measured, experiment.query.norm, derivative(changed.query), cut))
        except Overflow as error:
            left_out.append(LeftOut(value, label, error.detail))
    if not panels:
        raise Overflow(left_out[-1].reason)
    return tuple(panels), tuple(left_out)


def _shortened(experiment: Experiment, field: str) -> Experiment:
    """Cut a long sequence: many networks are compared, and the first steps tell them apart."""
    if field == "length" or experiment.query.length <= PANEL_LENGTH:
        return experiment
    return experiment.changed(length=PANEL_LENGTH)


def sample_count(experiment: Experiment, field: str, values: Sequence[str | int]) -> int:
    """Choose how many steps a panel samples: 24 where it is little work, 16 where it is bearable, at least 6.

    The forward pass and the block products of a long sequence cost the same for any number of samples.
    """
    variants = _variants(experiment, field, values)

    def fits(samples: int) -> bool:
        work = sum(cells_cost(variant, samples).flops for variant in variants)
        return work <= (_WORK if samples > _PLAIN_SAMPLES else _PLAIN_WORK)[experiment.query.norm]

    return next(filter(fits, range(_MOST_SAMPLES, _FEWEST_SAMPLES, -2)), _FEWEST_SAMPLES)


def panels_cost(experiment: Experiment, field: str, values: Sequence[str | int], samples: int) -> Cost:
    """Estimate the work, and the bytes of every forward pass, which are remembered, and of the largest triangle."""
    variants = _variants(experiment, field, values)
    runs = [forward_pass_cost(variant).bytes for variant in variants]
    costs = [measured_triangle_cost(variant, samples) for variant in variants]
    largest = max(cost.bytes - held for cost, held in zip(costs, runs, strict=True))
    return Cost(sum(cost.flops for cost in costs), sum(runs) + largest)


def _variants(experiment: Experiment, field: str, values: Sequence[str | int]) -> list[Experiment]:
    """Give every panel's experiment, without a cell or window, which may lie outside of it."""
    return [_shortened(variant_of(experiment, field, value), field) for value in values]
