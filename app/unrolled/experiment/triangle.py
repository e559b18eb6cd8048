"""The triangle of an experiment and what is read off it, measured once for all views."""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.kept_share import sufficient_steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.step_horizons import StepHorizons, sampled_step_horizons, step_horizons
from unrolled.core.behaviour.summary import Summary
from unrolled.core.cost.derivative import (
    Cost,
    forward_cost,
    laws_cost,
    measured_cost,
    products_again_cost,
    rows_cost,
    sample_counts,
    triangle_cost,
)
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.remembered import remembered
from unrolled.experiment.run import chain_of, derivative_of
from unrolled.experiment.size import size_of
from unrolled.runtime.memo import Memo

# Of how many steps verdict, horizon and rate are: of every one of at most so many where that is little work, else of so
# many evenly spaced ones. It does not depend on how finely a picture is sampled.
MOST_STEPS, SAMPLES, LITTLE_WORK = 1024, 128, 4e9
_TOLD_FIELDS = TRIANGLE_FIELDS - {"resolution"}
# The share of the squared influence that a truncation must keep.
KEPT = 0.99


@dataclass(frozen=True)
class Told:
    """What a network is said to do, and the cells it is read off.

    At evenly spaced ``steps`` (G,), 1-based, the last one T, ``log10_norm`` (G, G) has log10 ‖∂(of)_t/∂(wrt)_k‖: NaN
    for k > t, and −inf where the product is exactly zero.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary

    @property
    def is_sampled(self) -> bool:
        """Whether it is told of some of the steps only."""
        return len(self.steps) < int(self.steps[-1])

    def cells(self, samples: int) -> tuple[Steps, Array]:
        """Give at most so many of the steps, evenly spaced, and the cells at them."""
        stride = -(-len(self.steps) // samples)
        if stride == 1:
            return self.steps, self.log10_norm
        chosen = np.arange(len(self.steps) - 1, -1, -stride)[::-1]
        return self.steps[chosen], self.log10_norm[np.ix_(chosen, chosen)]


@dataclass(frozen=True)
class MeasuredTriangle:
    """The cells of a picture, as fine as the resolution, and what is told of the network."""

    steps: Steps
    log10_norm: Array
    told: Told

    @property
    def profile(self) -> LagProfile:
        """The sizes by lag that are told."""
        return self.told.profile

    @property
    def summary(self) -> Summary:
        """Verdict, horizon and rate."""
        return self.told.summary


def told(experiment: Experiment, memo: Memo) -> Told:
    """Measure what is told of a network, once for every resolution. Raises Overflow, as `run` does."""
    return remembered("told", _TOLD_FIELDS, _told, experiment, memo)


def measured_triangle(experiment: Experiment, memo: Memo) -> MeasuredTriangle:
    """Measure the triangle at the resolution of the query. Raises Overflow, as `run` does."""
    query, known = experiment.query, told(experiment, memo)
    steps, shown = known.cells(query.resolution)
    wanted = sample_steps(query.length, query.resolution)
    if not np.array_equal(steps, wanted):
        steps, shown = wanted, remembered("triangle", TRIANGLE_FIELDS, _cells_at_resolution, experiment, memo)
    return MeasuredTriangle(steps, shown, known)


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


def told_cost(experiment: Experiment) -> Cost:
    """Count what is told of a network: its triangle, and its horizon to the single lag."""
    return measured_cost(size_of(experiment), told_samples(experiment), experiment.query.norm)


def measured_triangle_cost(experiment: Experiment) -> Cost:
    """Count the triangle at the resolution, and what is told of the network."""
    query, samples = experiment.query, told_samples(experiment)
    shown, known = (sample_counts(query.length, count)[1] for count in (query.resolution, samples))
    if shown % known == 0:
        return told_cost(experiment)
    return told_cost(experiment).then(triangle_cost(size_of(experiment), query.resolution, query.norm))


def horizons_cost(experiment: Experiment) -> Cost:
    """Count a triangle, what is told of it, and the horizons of single steps."""
    whole, size, samples = measured_triangle_cost(experiment), size_of(experiment), told_samples(experiment)
    if samples == experiment.query.length:
        return whole
    # Every row is multiplied back, over whole blocks and then one step at a time.
    back = samples * (samples / 2 + experiment.query.length / samples)
    return whole.then(Cost(2.0 * back * size.height * size.state**2 + triangle_cost(size, samples, "frobenius").flops))


def told_samples(experiment: Experiment) -> int:
    """Give how many steps it is told of, which depends on the network alone."""
    query, size = experiment.query, size_of(experiment)
    if query.length <= MOST_STEPS and triangle_cost(size, query.length, query.norm).flops <= LITTLE_WORK:
        return query.length
    return min(SAMPLES, query.length)


def checks_cost(experiment: Experiment) -> Cost:
    """Count the laws of the derivative, which are held on short paths."""
    return laws_cost(size_of(experiment))


def picture_checks_cost(experiment: Experiment) -> Cost:
    """Count the same with the rows of a picture, which are multiplied again."""
    return checks_cost(experiment).then(rows_cost(size_of(experiment)))


def products_checks_cost(experiment: Experiment, count: int, lag: int | None = None) -> Cost:
    """Count the same with so many products over a lag, or to the chosen cell, which are multiplied again."""
    span = experiment.query.later - experiment.query.earlier if lag is None else lag
    return checks_cost(experiment).then(products_again_cost(size_of(experiment), span, count))


def whole_checks_cost(experiment: Experiment) -> Cost:
    """Count the same for what looks at other steps: the checks run the sequence once more, as a whole."""
    return checks_cost(experiment).then(Cost(forward_pass_cost(experiment).flops))


def horizons(experiment: Experiment, memo: Memo) -> StepHorizons:
    """Find the shortest and the longest memory horizon of the single steps that are told of."""
    known = told(experiment, memo)
    if not known.is_sampled:
        return step_horizons(known.log10_norm, known.profile)
    chain, norm = chain_of(experiment, memo), experiment.query.norm
    return sampled_step_horizons(chain, known.steps, known.log10_norm, known.profile, norm)


def sufficient_truncation(experiment: Experiment, memo: Memo) -> tuple[int, int]:
    """Find how many steps back hold 99 % of Σ ‖P[t, k]‖²: between which two numbers, the same where it is known."""
    known = told(experiment, memo)
    return sufficient_steps(known.log10_norm, known.steps, KEPT)


def _cells_at_resolution(experiment: Experiment, memo: Memo) -> Array:
    query = experiment.query
    return triangle_cells(experiment, memo, square_grid(sample_steps(query.length, query.resolution)))


def _told(experiment: Experiment, memo: Memo) -> Told:
    steps = sample_steps(experiment.query.length, told_samples(experiment))
    log10_norm = triangle_cells(experiment, memo, square_grid(steps))
    return Told(steps, log10_norm, *derivative_of(experiment, memo).summary(steps, log10_norm, experiment.query.norm))
