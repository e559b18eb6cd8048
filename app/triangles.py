"""The triangle of a problem and what is read off it, measured once for all views."""

from dataclasses import dataclass, replace

import numpy as np

from app.cache import Memo
from app.core.arrays import Array, Steps
from app.core.cost import Cost, measured_cost, triangle_cost
from app.core.grid import sample_steps, square
from app.core.horizon import begun_profile, refined_horizon
from app.core.summary import LagProfile, Summary, by_lag, horizons, summarise, truncation_steps
from app.core.triangle import triangle
from app.problem import TRIANGLE_FIELDS, Problem
from app.runs import size_of, way

# Between two samples nothing is seen: single steps are looked at among the last ones.
LAST_STEPS = 96
# The share of the squared influence that a truncation must keep.
KEPT = 0.99


@dataclass(frozen=True)
class Measured:
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


def measured_triangle(problem: Problem, memo: Memo) -> Measured:
    """Measure the triangle of a problem at its resolution, once.

    Parameters
    ----------
    problem : Problem
        What to measure.
    memo : Memo
        Remembers triangles.

    Returns
    -------
    Measured
        The triangle and its summary.

    Raises
    ------
    Overflow
        As `run`.
    """
    return memo.get(("triangle", problem.key(TRIANGLE_FIELDS)), lambda: _measured(problem, memo))


def reading_cost(problem: Problem) -> Cost:
    """Estimate a triangle, its horizon, and the horizons of single steps.

    Parameters
    ----------
    problem : Problem
        What would be measured.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    query, size = problem.query, size_of(problem)
    whole = measured_cost(size, query.resolution, query.norm)
    if query.length <= query.resolution:
        return whole
    last = triangle_cost(replace(size, length=min(LAST_STEPS, query.length)), LAST_STEPS, query.norm)
    return Cost(whole.flops + last.flops, max(whole.bytes, last.bytes))


def horizon_range(problem: Problem, memo: Memo) -> tuple[int, int | None]:
    """Find the shortest and the longest memory horizon of single steps; of a sampled sequence, of its last steps.

    Parameters
    ----------
    problem : Problem
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
    measured, query = measured_triangle(problem, memo), problem.query
    found = horizons(measured.log10_norm, measured.steps, measured.profile)
    if len(measured.steps) == query.length:
        return found
    last, single = _single_steps(problem, memo)
    low, high = horizons(single, last, by_lag(single, last))
    return low, high if high is not None or len(last) == query.length else found[1]


def truncation(problem: Problem, memo: Memo) -> int:
    """Find how many steps back hold 99 % of Σ ‖P[t, k]‖²; within the first stride of samples, by single steps.

    Parameters
    ----------
    problem : Problem
        The network and the derivative through it.
    memo : Memo
        Remembers the triangle.

    Returns
    -------
    int
        Steps.
    """
    measured = measured_triangle(problem, memo)
    found = truncation_steps(measured.log10_norm, measured.steps, KEPT)
    stride = int(measured.steps[1] - measured.steps[0]) if len(measured.steps) > 1 else 1
    if stride == 1 or found > stride + 1:
        return found
    last, single = _single_steps(problem, memo)
    return truncation_steps(single, last, KEPT)


def _single_steps(problem: Problem, memo: Memo) -> tuple[Steps, Array]:
    """Measure the triangle of the last steps, every one of them, once."""
    query = problem.query
    last = np.arange(max(1, query.length - LAST_STEPS + 1), query.length + 1)
    key = ("last steps", problem.key(TRIANGLE_FIELDS - {"resolution"}))
    return last, memo.get(key, lambda: triangle(way(problem, memo), square(last), query.norm))


def _measured(problem: Problem, memo: Memo) -> Measured:
    query = problem.query
    through = way(problem, memo)
    steps = sample_steps(query.length, query.resolution)
    log10_norm = triangle(through, square(steps), query.norm)
    profile = begun_profile(through, steps, by_lag(log10_norm, steps), query.norm)
    summary = summarise(profile, query.length)
    horizon = refined_horizon(through, steps, profile, query.norm, summary.horizon)
    return Measured(steps, log10_norm, profile, replace(summary, horizon=horizon))
