"""Of several seeds the median network is shown, and the range of the others."""

import numpy as np
import pytest

from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary, Verdict
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import Told
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.median import median_tile
from unrolled.service.compare.tile import Tile, measure_tile


def measured(*seeds: int) -> list[Tile]:
    memo = Memo(2**24)
    return [measure_tile(Experiment(Query(length=12, hidden=4, seed=seed)), memo) for seed in seeds]


def test_the_median_network_is_one_of_them() -> None:
    tiles = measured(0, 1, 2)
    median = median_tile(tiles)
    rates = [tile.told.summary.rate or 0.0 for tile in tiles]
    assert median.summary.rate == sorted(rates)[1]
    assert median.tile is tiles[median.place]
    assert median.rates == (min(rates), max(rates))


def test_of_an_even_number_of_seeds_it_is_the_lower_one() -> None:
    tiles = measured(3, 1, 2, 0)
    rates = sorted(tile.told.summary.rate or 0.0 for tile in tiles)
    assert median_tile(tiles).summary.rate == rates[1] < rates[2]


def tile_of(median: list[float], verdict: Verdict, horizon: int | None, rate: float | None) -> Tile:
    """Give a tile whose medians are given."""
    steps, values = np.array([1, 2]), np.array(median)
    cells, profile = (
        np.array([[values[0], np.nan], [values[1], values[0]]]),
        LagProfile(steps - 1, values, values, values),
    )
    return Tile(steps, cells, profile, Told(steps, cells, profile, Summary(verdict, horizon, rate)), 3)


def test_the_range_is_that_of_all_of_them() -> None:
    # What never falls is the longest horizon, what has no rate the lowest rate.
    tiles = [
        tile_of([0.0, -1.0], "vanishes", None, -0.1),
        tile_of([2.0, -5.0], "zero", 3, None),
        tile_of([4.0, 6.0], "explodes", None, 0.7),
        tile_of([-2.0, -4.0], "vanishes", 7, -0.4),
    ]
    median = median_tile(tiles)
    assert (median.place, median.summary.horizon, median.horizon_steps) == (3, 7, 7)
    assert median.verdicts == ("zero", "explodes")
    assert median.horizons == (3, None)
    assert median.rates == (None, 0.7)
    assert median.low.tolist() == [-2.0, -5.0]
    assert median.high.tolist() == [4.0, 6.0]
    two = median_tile(tiles[:2])
    assert (two.place, two.summary.verdict, two.verdicts[1]) == (1, "zero", "vanishes")
    assert median_tile(tiles[:1]).horizon_steps == 1


@pytest.mark.parametrize("model", ["window", "attention"])
def test_without_a_rate_the_horizon_decides(model: str) -> None:
    def measure(seed: int) -> Tile:
        query = Query.build({"model": model, "length": 30, "hidden": 4, "window": 5, "seed": seed})
        return measure_tile(Experiment(query), Memo(2**24))

    median = median_tile([measure(seed) for seed in range(3)])
    assert (median.summary.verdict, median.summary.rate, median.verdicts, median.rates) == (
        None,
        None,
        *[(None,) * 2] * 2,
    )
