"""One network of a comparison: its triangle at few samples, and what that says."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.paths import max_path_length
from unrolled.core.behaviour.summary import LagProfile, Summary, lag_profile, summarise
from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.size import graph_of
from unrolled.experiment.triangle import measured_triangle, measured_triangle_cost
from unrolled.runtime.memo import Memo

# What a tile depends on.
FIELDS = TRIANGLE_FIELDS | {"truncation", "window"}


@dataclass(frozen=True)
class Tile:
    """A small triangle and its summary.

    ``log10_norm`` (G, G) at ``steps`` (G,), 1-based, is NaN for k > t and −inf where the derivative is exactly zero or
    cut off. ``path_length`` is the longest of the shortest paths from an input to a later output, in steps; None where
    no path joins two steps.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary
    path_length: int | None


def measure_tile(experiment: Experiment, memo: Memo) -> Tile:
    """Measure one network; what is cut off is exactly zero. Raises `Overflow` when a state leaves float64."""
    triangle, query = measured_triangle(experiment, memo), experiment.query
    path = max_path_length(graph_of(experiment))
    if query.truncation == "none":
        return Tile(triangle.steps, triangle.log10_norm, triangle.profile, triangle.summary, path)
    within = Truncation(query.truncation, query.window).kept(triangle.steps, triangle.steps)
    log10_norm = np.where(within | np.isnan(triangle.log10_norm), triangle.log10_norm, -np.inf)
    profile = lag_profile(log10_norm, triangle.steps)
    return Tile(triangle.steps, log10_norm, profile, summarise(profile, query.length), path)


def tile_cost(experiment: Experiment) -> Cost:
    """Estimate the work of a tile; as `measured_triangle_cost`."""
    return measured_triangle_cost(experiment)
