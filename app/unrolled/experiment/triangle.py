"""The triangle of an experiment and what is read off it, measured once for all views."""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.summary import LagProfile, Summary, horizon_range, lag_profile, truncation_steps
from unrolled.core.cost.derivative import Cost, forward_cost, laws_cost, measured_cost, triangle_cost
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import derivative_of
from unrolled.experiment.size import size_of
from unrolled.experiment.variants import PANEL_LENGTH
from unrolled.runtime.memo import Memo

# Between two samples nothing is seen: single steps are looked at among the last ones.
LAST_STEPS = 96
# The share of the squared influence that a truncation must keep.
KEPT = 0.99


@dataclass(frozen=True)
class MeasuredTriangle:
    """G sampled steps, 1-based, and log10 ‖∂(of)_t/∂(wrt)_k‖ at them, (G, G), with what that says.

    It is NaN for k > t, and −inf where the product is exactly zero.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary


def measured_triangle(experiment: Experiment, memo: Memo) -> MeasuredTriangle:
    """Measure the triangle at the resolution of the query, once. Raises Overflow, as `run` does."""
    return remembered("triangle", TRIANGLE_FIELDS, _measured, experiment, memo)


def triangle_cells(experiment: Experiment, memo: Memo, grid: Grid) -> Array:
    """Measure log10 of the norms at the rows and columns of a grid: NaN for k > t, −inf where it is exactly zero."""
    return derivative_of(experiment, memo).triangle(grid, experiment.query.norm)


def cells_cost(experiment: Experiment, samples: int, length: int | None = None, rows: int | None = None) -> Cost:
    """Count so many rows and columns of the triangle, of all steps or the first ``length``, without its horizon."""
    query = experiment.query
    size = replace(size_of(experiment), length=query.length if length is None else length)
    return triangle_cost(size, samples, query.norm, rows)


def forward_pass_cost(experiment: Experiment) -> Cost:
    """Count a forward pass, which is remembered."""
    return forward_cost(size_of(experiment))


def measured_triangle_cost(experiment: Experiment, samples: int | None = None) -> Cost:
    """Count a triangle and its horizon, with so many rows and columns, or at the resolution."""
    query = experiment.query
    return measured_cost(size_of(experiment), query.resolution if samples is None else samples, query.norm)


def horizons_cost(experiment: Experiment) -> Cost:
    """Count a triangle, its horizon, and the horizons of single steps."""
    query, whole = experiment.query, measured_triangle_cost(experiment)
    if query.length <= query.resolution:
        return whole
    return whole.then(cells_cost(experiment, LAST_STEPS, min(LAST_STEPS, query.length)))


def checks_cost(experiment: Experiment) -> Cost:
    """Count the laws of the derivative, which are held on short paths."""
    return laws_cost(size_of(experiment))


def whole_checks_cost(experiment: Experiment) -> Cost:
    """Count the same for what looks at the first steps only: the checks run a longer sequence as a whole."""
    whole = forward_pass_cost(experiment).flops if experiment.query.length > PANEL_LENGTH else 0.0
    return checks_cost(experiment).then(Cost(whole))


def horizons(experiment: Experiment, memo: Memo) -> tuple[int, int | None]:
    """Find the shortest and the longest memory horizon of single steps; of a sampled sequence, of its last steps.

    The longest is None when some step remembers all of its past that was looked at.
    """
    measured, query = measured_triangle(experiment, memo), experiment.query
    sampled = horizon_range(measured.log10_norm, measured.steps, measured.profile)
    if len(measured.steps) == query.length:
        return sampled
    last, single = _single_steps(experiment, memo)
    low, high = horizon_range(single, last, lag_profile(single, last))
    return low, high if high is not None or len(last) == query.length else sampled[1]


def sufficient_truncation(experiment: Experiment, memo: Memo) -> int:
    """Find how many steps back hold 99 % of Σ ‖P[t, k]‖²; within the first stride of samples, by single steps."""
    measured = measured_triangle(experiment, memo)
    steps = truncation_steps(measured.log10_norm, measured.steps, KEPT)
    stride = int(measured.steps[1] - measured.steps[0]) if len(measured.steps) > 1 else 1
    if stride == 1 or steps > stride + 1:
        return steps
    last, single = _single_steps(experiment, memo)
    return truncation_steps(single, last, KEPT)


def _single_steps(experiment: Experiment, memo: Memo) -> tuple[Steps, Array]:
    """Measure the triangle of the last steps, every one of them, once."""
    return remembered("last steps", TRIANGLE_FIELDS - {"resolution"}, _last_steps, experiment, memo)


def _last_steps(experiment: Experiment, memo: Memo) -> tuple[Steps, Array]:
    query = experiment.query
    last = np.arange(max(1, query.length - LAST_STEPS + 1), query.length + 1)
    return last, triangle_cells(experiment, memo, square_grid(last))


def _measured(experiment: Experiment, memo: Memo) -> MeasuredTriangle:
    query = experiment.query
    steps = sample_steps(query.length, query.resolution)
    log10_norm = triangle_cells(experiment, memo, square_grid(steps))
    profile, summary = derivative_of(experiment, memo).summary(steps, log10_norm, query.norm)
    return MeasuredTriangle(steps, log10_norm, profile, summary)
