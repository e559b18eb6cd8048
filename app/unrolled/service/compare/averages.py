"""Several seeds of one network in one tile: the mean picture, and the median of what is said, with its range."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.summary import Verdict
from unrolled.service.compare.tile import Tile
from unrolled.views.text.verdict import reach_label

T = TypeVar("T")

_VERDICT_ORDER: tuple[Verdict, ...] = ("vanishes", "preserves", "explodes")


@dataclass(frozen=True)
class Average:
    """A tile over its seeds, for a sequence of ``length`` steps.

    ``log10_norm`` (G, G) is the mean over the seeds at ``steps`` (G,), 1-based; −inf where one is exactly zero.
    ``median`` (G,) is the mean of the medians at ``lag`` (G,), ``low`` and ``high`` (G,) their range. ``verdicts``,
    ``horizons`` and ``rates`` are lowest, median and highest; a horizon of None is the longest, a rate of None the
    lowest. ``path_length`` is the longest of the shortest paths from an input to a later output, ``reach`` what a model
    without recurrence sees, in a few words.
    """

    steps: Steps
    log10_norm: Array
    lag: Steps
    median: Array
    low: Array
    high: Array
    verdicts: tuple[Verdict, Verdict, Verdict]
    horizons: tuple[int | None, int | None, int | None]
    rates: tuple[float | None, float | None, float | None]
    length: int
    path_length: int | None
    reach: str

    @property
    def verdict(self) -> Verdict:
        """The median verdict: vanishes, preserves, explodes stand in this order."""
        return self.verdicts[1]

    @property
    def horizon(self) -> int | None:
        """The median horizon; None where the typical gradient never falls to a thousandth within the sequence."""
        return self.horizons[1]

    @property
    def rate(self) -> float | None:
        """The median rate, log10 a step."""
        return self.rates[1]


def average_of(tiles: Sequence[Tile], length: int) -> Average:
    """Average one or more seeds at the same steps; a median is the value of one seed, the lower of an even number."""
    medians = np.array([tile.profile.median for tile in tiles])
    summaries = [tile.summary for tile in tiles]
    return Average(
        tiles[0].steps,
        np.mean([tile.log10_norm for tile in tiles], axis=0),
        tiles[0].profile.lag,
        medians.mean(axis=0),
        medians.min(axis=0),
        medians.max(axis=0),
        _low_median_high([summary.verdict for summary in summaries], _VERDICT_ORDER.index),
        _low_median_high(
            [summary.horizon for summary in summaries], lambda horizon: np.inf if horizon is None else horizon
        ),
        _low_median_high([summary.rate for summary in summaries], lambda rate: -np.inf if rate is None else rate),
        length,
        tiles[0].path_length,
        "" if tiles[0].profile.chained else reach_label(tiles[0].profile),
    )


def _low_median_high(values: Sequence[T], rank: Callable[[T], Any]) -> tuple[T, T, T]:
    """Give the lowest, the median and the highest value by their ranks."""
    ascending = sorted(values, key=rank)
    return ascending[0], ascending[(len(ascending) - 1) // 2], ascending[-1]
