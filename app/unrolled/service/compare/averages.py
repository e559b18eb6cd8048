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

_VERDICTS: tuple[Verdict, ...] = ("vanishes", "preserves", "explodes")


@dataclass(frozen=True)
class Average:
    """A tile over its seeds.

    Attributes
    ----------
    steps : array of shape (G,)
        The sampled steps, 1-based.
    log10_norm : array of shape (G, G)
        Mean over the seeds of log10 of the sizes; −inf where a single one is exactly zero.
    lag, median : arrays of shape (G,)
        The sampled lags, and the mean over the seeds of the median by lag.
    low, high : arrays of shape (G,)
        Range over the seeds of that median.
    verdicts, horizons, rates : tuple
        Lowest, median and highest over the seeds; a horizon of None is the longest, a rate of None the lowest.
    length : int
        T.
    path_length : int or None
        The longest of the shortest paths from an input to a later output.
    reach : str
        What a model without recurrence sees, in a few words; empty for one with a chain.
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


def averaged(tiles: Sequence[Tile], length: int) -> Average:
    """Take seeds together.

    Parameters
    ----------
    tiles : sequence of Tile
        At least one; all at the same steps.
    length : int
        T.

    Returns
    -------
    Average
        Mean sizes; medians that are values of one seed each, the lower one of an even number.
    """
    medians = np.array([each.profile.median for each in tiles])
    said = [each.summary for each in tiles]
    return Average(
        tiles[0].steps,
        np.mean([each.log10_norm for each in tiles], axis=0),
        tiles[0].profile.lag,
        medians.mean(axis=0),
        medians.min(axis=0),
        medians.max(axis=0),
        _spread([each.verdict for each in said], _VERDICTS.index),
        _spread([each.horizon for each in said], lambda horizon: np.inf if horizon is None else horizon),
        _spread([each.rate for each in said], lambda rate: -np.inf if rate is None else rate),
        length,
        tiles[0].path_length,
        "" if tiles[0].profile.chained else reach_label(tiles[0].profile),
    )


def _spread(values: Sequence[T], rank: Callable[[T], Any]) -> tuple[T, T, T]:
    """Give the lowest, the median and the highest value by their ranks."""
    rising = sorted(values, key=rank)
    return rising[0], rising[(len(rising) - 1) // 2], rising[-1]
