"""The triangle of a problem and what is read off it, measured once for all views."""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.feedforward_horizon import direct_horizon
from unrolled.core.behaviour.horizon import initial_profile, refined_horizon
from unrolled.core.behaviour.summary import LagProfile, Summary, horizon_range, lag_profile, summarise, truncation_steps
from unrolled.core.cost.feedforward import direct_cost
from unrolled.core.cost.recurrent import Cost, forward_cost, measured_cost, triangle_cost
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.core.norms.triangle import triangle
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.run import chain_of, direct_run
from unrolled.experiment.size import direct_size_of, size_of
from unrolled.runtime.memo import Memo

# Between two samples nothing is seen: single steps are looked at among the last ones.
LAST_STEPS = 96
# The share of the squared influence that a truncation must keep.
KEPT = 0.99


@dataclass(frozen=True)
class MeasuredTriangle:
    """The triangle of a problem and what it says.

    Attributes
    ----------
    steps : array of shape (G,)
        The sampled steps, 1-based.
    log10_norm : array of shape (G, G)
        log10 ‖∂(of)_t/∂(wrt)_k‖; NaN for k > t, −inf where the product is exactly zero.
    profile : LagProfile
        Sizes by lag.
    summary : Summary
        Verdict, horizon and rate.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary


def measured_triangle(experiment: Experiment, memo: Memo) -> MeasuredTriangle:
    """Measure the triangle of a problem at its resolution, once.

    Parameters
    ----------
    problem : Experiment
        What to measure.
    memo : Memo
        Remembers triangles.

    Returns
    -------
    MeasuredTriangle
        The triangle and its summary.

    Raises
    ------
    Overflow
        As `run`.
    """
    return memo.get(("triangle", experiment.key(TRIANGLE_FIELDS)), lambda: _measured(experiment, memo))


def triangle_cells(experiment: Experiment, memo: Memo, grid: Grid) -> Array:
    """Measure some cells of a problem's triangle, whatever its model.

    Parameters
    ----------
    problem : Experiment
        What to measure.
    memo : Memo
        Remembers runs.
    grid : Grid
        Rows and columns.

    Returns
    -------
    array of shape (rows, columns)
        log10 of the sizes; NaN for k > t, −inf where the derivative is exactly zero.
    """
    query = experiment.query
    if query.is_direct:
        return direct_triangle(direct_run(experiment, memo), grid, query.norm)
    return triangle(chain_of(experiment, memo), grid, query.norm)


def cells_cost(experiment: Experiment, samples: int, length: int | None = None) -> Cost:
    """Estimate a triangle, whatever the model, without its horizon.

    Parameters
    ----------
    problem : Experiment
        What would be measured.
    samples : int
        Rows, and columns.
    length : int, optional
        The steps it spans; all of them when left out.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query = experiment.query
    span = query.length if length is None else length
    if query.is_direct:
        count = min(samples, span)
        return direct_cost(direct_size_of(experiment), count, count)
    return triangle_cost(replace(size_of(experiment), length=span), samples, query.norm)


def forward_pass_cost(experiment: Experiment) -> Cost:
    """Estimate a forward pass that is remembered; that of a model without recurrence is counted with its triangle.

    Parameters
    ----------
    problem : Experiment
        What would be run.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    return Cost(0.0, 0.0) if experiment.query.is_direct else forward_cost(size_of(experiment))


def measured_triangle_cost(experiment: Experiment, samples: int | None = None) -> Cost:
    """Estimate a triangle and its horizon, whatever the model.

    Parameters
    ----------
    problem : Experiment
        What would be measured.
    samples : int, optional
        Rows, and columns; the resolution when left out.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query, most = experiment.query, experiment.query.resolution if samples is None else samples
    return cells_cost(experiment, most) if query.is_direct else measured_cost(size_of(experiment), most, query.norm)


def horizon_range_cost(experiment: Experiment) -> Cost:
    """Estimate a triangle, its horizon, and the horizons of single steps.

    Parameters
    ----------
    problem : Experiment
        What would be measured.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query, size = experiment.query, size_of(experiment)
    whole = measured_cost(size, query.resolution, query.norm)
    if query.length <= query.resolution:
        return whole
    last = triangle_cost(replace(size, length=min(LAST_STEPS, query.length)), LAST_STEPS, query.norm)
    return Cost(whole.flops + last.flops, max(whole.bytes, last.bytes))


def horizons(experiment: Experiment, memo: Memo) -> tuple[int, int | None]:
    """Find the shortest and the longest memory horizon of single steps; of a sampled sequence, of its last steps.

    Parameters
    ----------
    problem : Experiment
        The network and the derivative through it.
    memo : Memo
        Remembers the triangle.

    Returns
    -------
    low : int
        That of the step that forgets first.
    high : int or None
        That of the step that remembers longest; None when some step remembers all of its past that was looked at.
    """
    measured, query = measured_triangle(experiment, memo), experiment.query
    found = horizon_range(measured.log10_norm, measured.steps, measured.profile)
    if len(measured.steps) == query.length:
        return found
    last, single = _single_steps(experiment, memo)
    low, high = horizon_range(single, last, lag_profile(single, last))
    return low, high if high is not None or len(last) == query.length else found[1]


def sufficient_truncation(experiment: Experiment, memo: Memo) -> int:
    """Find how many steps back hold 99 % of Σ ‖P[t, k]‖²; within the first stride of samples, by single steps.

    Parameters
    ----------
    problem : Experiment
        The network and the derivative through it.
    memo : Memo
        Remembers the triangle.

    Returns
    -------
    int
        Steps.
    """
    measured = measured_triangle(experiment, memo)
    found = truncation_steps(measured.log10_norm, measured.steps, KEPT)
    stride = int(measured.steps[1] - measured.steps[0]) if len(measured.steps) > 1 else 1
    if stride == 1 or found > stride + 1:
        return found
    last, single = _single_steps(experiment, memo)
    return truncation_steps(single, last, KEPT)


def _single_steps(experiment: Experiment, memo: Memo) -> tuple[Steps, Array]:
    """Measure the triangle of the last steps, every one of them, once."""
    query = experiment.query
    last = np.arange(max(1, query.length - LAST_STEPS + 1), query.length + 1)
    key = ("last steps", experiment.key(TRIANGLE_FIELDS - {"resolution"}))
    return last, memo.get(key, lambda: triangle(chain_of(experiment, memo), square_grid(last), query.norm))


def _measured(experiment: Experiment, memo: Memo) -> MeasuredTriangle:
    query = experiment.query
    steps = sample_steps(query.length, query.resolution)
    log10_norm = triangle_cells(experiment, memo, square_grid(steps))
    if query.is_direct:
        made = direct_run(experiment, memo)
        seen = replace(lag_profile(log10_norm, steps), chained=False, reach=made.reach)
        told = summarise(seen, query.length)
        # Nothing is multiplied step by step: there is no rate.
        horizon = direct_horizon(made, steps, seen, query.norm, told.horizon)
        return MeasuredTriangle(steps, log10_norm, seen, replace(told, horizon=horizon, rate=None))
    through = chain_of(experiment, memo)
    profile = initial_profile(through, steps, lag_profile(log10_norm, steps), query.norm)
    summary = summarise(profile, query.length)
    horizon = refined_horizon(through, steps, profile, query.norm, summary.horizon)
    return MeasuredTriangle(steps, log10_norm, profile, replace(summary, horizon=horizon))
