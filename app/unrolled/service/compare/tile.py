"""One network of a comparison: its triangle at few samples, and what is told of it."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.paths import max_path_length
from unrolled.core.behaviour.profile import LagProfile, lag_profile
from unrolled.core.cost.derivative import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.size import graph_of
from unrolled.experiment.triangle import Told, told, told_cost
from unrolled.runtime.memo import Memo

# What a tile depends on.
FIELDS = TRIANGLE_FIELDS | {"truncation", "window"}


@dataclass(frozen=True)
class Tile:
    """A small triangle, and what is told of the network.

    ``log10_norm`` (G, G) at ``steps`` (G,), 1-based, is NaN for k > t and −inf where the derivative is exactly zero or
    cut off. ``curve`` has the sizes by lag at these steps; like what is told it is that of the derivative itself, which
    no truncation changes. ``path_length`` is the longest of the shortest paths from an input to a later output, in
    steps; None where no path joins two steps.
    """

    steps: Steps
    log10_norm: Array
    curve: LagProfile
    told: Told
    path_length: int | None


def measure_tile(experiment: Experiment, memo: Memo) -> Tile:
    """Measure one network; what is cut off is exactly zero. Raises `Overflow` when a state leaves float64."""
    known, query = told(experiment, memo), experiment.query
    steps, whole = known.cells(query.resolution)
    kept = Truncation(query.truncation, query.window).kept(steps, steps)
    shown = np.where(kept | np.isnan(whole), whole, -np.inf)
    return Tile(steps, shown, lag_profile(whole, steps), known, max_path_length(graph_of(experiment)))


def tile_cost(experiment: Experiment) -> Cost:
    """Estimate the work of a tile; as `told_cost`."""
    return told_cost(experiment)
