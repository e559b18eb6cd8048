"""One network of a comparison: its triangle at few samples, and what that says."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.paths import max_path_length
from unrolled.core.behaviour.summary import LagProfile, Summary, lag_profile, summarise
from unrolled.core.cost.recurrent import Cost
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import TRIANGLE_FIELDS, Experiment
from unrolled.experiment.size import graph_of
from unrolled.experiment.triangle import measured_triangle, measured_triangle_cost
from unrolled.runtime.memo import Memo

# What a tile depends on.
FIELDS = TRIANGLE_FIELDS | {"truncation", "window"}


@dataclass(frozen=True)
class Tile:
    """A small triangle and what it says.

    Attributes
    ----------
    steps : array of shape (G,)
        The sampled steps, 1-based.
    log10_norm : array of shape (G, G)
        log10 of the sizes; NaN for k > t, −inf where the derivative is exactly zero or cut off.
    profile : LagProfile
        Sizes by lag.
    summary : Summary
        Verdict, horizon and rate.
    path_length : int or None
        The longest of the shortest paths from an input to a later output, in steps; None where no path joins two steps.
    """

    steps: Steps
    log10_norm: Array
    profile: LagProfile
    summary: Summary
    path_length: int | None


def tile(experiment: Experiment, memo: Memo) -> Tile:
    """Measure one network; what a truncation cuts off is exactly zero.

    Parameters
    ----------
    problem : Experiment
        The network, and the derivative through it.
    memo : Memo
        Remembers the triangle, which the explorer shares.

    Returns
    -------
    Tile
        The triangle and its summary.

    Raises
    ------
    Overflow
        When a state leaves float64.
    """
    measured, query = measured_triangle(experiment, memo), experiment.query
    path = max_path_length(graph_of(experiment))
    if query.truncation == "none":
        return Tile(measured.steps, measured.log10_norm, measured.profile, measured.summary, path)
    kept = Truncation(query.truncation, query.window).kept(measured.steps, measured.steps)
    cut = np.where(kept | np.isnan(measured.log10_norm), measured.log10_norm, -np.inf)
    profile = lag_profile(cut, measured.steps)
    return Tile(measured.steps, cut, profile, summarise(profile, query.length), path)


def tile_cost(experiment: Experiment) -> Cost:
    """Estimate the work of a tile; as `measured_triangle_cost`."""
    return measured_triangle_cost(experiment)
