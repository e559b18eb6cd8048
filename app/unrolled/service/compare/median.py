"""Several seeds of one network in one tile: the median network, with the range of what is said of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.summary import VERDICTS, Summary, Verdict
from unrolled.service.compare.tile import Tile

T = TypeVar("T")


@dataclass(frozen=True)
class MedianTile:
    """The median one of the tiles of some seeds: picture, verdict, horizon and rate are those of one network.

    ``place`` is its place among the seeds. ``low`` and ``high`` (G,) are the range of the sizes by lag over the seeds;
    ``verdicts``, ``horizons`` and ``rates`` are the lowest and the highest of all of them: a horizon of None is the
    longest, a rate of None the lowest.
    """

    tile: Tile
    place: int
    low: Array
    high: Array
    verdicts: tuple[Verdict | None, Verdict | None]
    horizons: tuple[int | None, int | None]
    rates: tuple[float | None, float | None]

    @property
    def summary(self) -> Summary:
        """Verdict, horizon and rate of the median network."""
        return self.tile.told.summary

    @property
    def horizon_steps(self) -> int:
        """The horizon in steps, the whole sequence where it never falls below."""
        last = int(self.tile.steps[-1]) - 1
        return last if self.summary.horizon is None else self.summary.horizon


def median_tile(tiles: Sequence[Tile]) -> MedianTile:
    """Choose the network whose rate, or without a rate whose horizon, is the median; the lower of an even number."""
    summaries = [tile.told.summary for tile in tiles]
    order = sorted(range(len(tiles)), key=lambda place: _rank(summaries[place]))
    place = order[(len(order) - 1) // 2]
    medians = np.array([tile.curve.median for tile in tiles])
    return MedianTile(
        tiles[place],
        place,
        medians.min(axis=0),
        medians.max(axis=0),
        _ends([summary.verdict for summary in summaries], lambda each: -1 if each is None else VERDICTS.index(each)),
        _ends([summary.horizon for summary in summaries], lambda each: np.inf if each is None else each),
        _ends([summary.rate for summary in summaries], lambda each: -np.inf if each is None else each),
    )


def _rank(summary: Summary) -> tuple[float, float]:
    """Order networks by what they leave."""
    rate = -np.inf if summary.rate is None else summary.rate
    return rate, np.inf if summary.horizon is None else summary.horizon


def _ends(values: Sequence[T], rank: Callable[[T], Any]) -> tuple[T, T]:
    """Give the lowest and the highest value by their ranks."""
    ascending = sorted(values, key=rank)
    return ascending[0], ascending[-1]
