"""Averages over seeds, and the sentences on a model without a chain."""

import numpy as np
import pytest

from unrolled.core.behaviour.summary import LagProfile, Summary, Verdict
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.averages import average_of
from unrolled.service.compare.tile import Tile, measure_tile


def test_an_average_has_the_mean_picture_and_the_median_of_the_summaries() -> None:
    memo = Memo(2**24)
    tiles = [measure_tile(Experiment(Query(length=12, hidden=4, seed=seed)), memo) for seed in range(3)]
    average = average_of(tiles, 12)
    expected = sum(tile.log10_norm for tile in tiles) / 3
    np.testing.assert_allclose(np.nan_to_num(average.log10_norm), np.nan_to_num(expected), rtol=1e-12)
    rates = sorted(tile.summary.rate or 0.0 for tile in tiles)
    assert list(average.rates) == rates
    assert rates[0] < rates[1] < rates[2]


@pytest.mark.parametrize(("model", "reach"), [("rnn", ""), ("window", "last 5 steps"), ("mlp", "own step")])
def test_a_model_without_a_chain_states_its_reach_in_place_of_a_rate(model: str, reach: str) -> None:
    query = Query.build({"model": model, "length": 200, "hidden": 4, "window": 5, "resolution": 20})
    average = average_of([measure_tile(Experiment(query), Memo(2**24))], 200)
    assert average.reach == reach
    assert (average.rate is None) == bool(reach)


def test_of_an_even_number_of_seeds_the_lower_median_is_reported() -> None:
    memo = Memo(2**24)
    tiles = [measure_tile(Experiment(Query(length=12, hidden=4, seed=seed)), memo) for seed in (3, 1, 2, 0)]
    average = average_of(tiles, 12)
    rates = sorted(tile.summary.rate or 0.0 for tile in tiles)
    assert average.rate == rates[1] < rates[2]
    assert average.rates == (rates[0], rates[1], rates[3])


def tile_of(median: list[float], verdict: Verdict, horizon: int | None, rate: float | None) -> Tile:
    """Give a tile whose medians are given."""
    steps, values = np.array([1, 2]), np.array(median)
    return Tile(
        steps,
        np.array([[values[0], np.nan], [values[1], values[0]]]),
        LagProfile(steps - 1, values, values, values),
        Summary(verdict, horizon, rate),
        3,
    )


def test_the_range_of_an_even_number_of_seeds_is_that_of_all_of_them() -> None:
    # What never falls is the longest horizon, what has no rate the lowest rate.
    tiles = [
        tile_of([0.0, -1.0], "preserves", None, -0.1),
        tile_of([2.0, -5.0], "vanishes", 3, None),
        tile_of([4.0, 6.0], "explodes", None, 0.7),
        tile_of([-2.0, -4.0], "vanishes", 7, -0.4),
    ]
    average = average_of(tiles, 2)
    assert average.verdicts == ("vanishes", "vanishes", "explodes")
    assert average.horizons == (3, 7, None)
    assert average.rates == (None, -0.4, 0.7)
    assert (average.verdict, average.horizon, average.rate) == ("vanishes", 7, -0.4)
    assert average.median.tolist() == [1.0, -1.0]
    assert average.low.tolist() == [-2.0, -5.0]
    assert average.high.tolist() == [4.0, 6.0]
    assert average.log10_norm[1].tolist() == [-1.0, 1.0]
    assert np.isnan(average.log10_norm[0, 1])
    two = average_of(tiles[:2], 2)
    assert (two.verdict, two.horizon, two.rate) == ("vanishes", 3, None)
    assert two.verdicts[2] == "preserves"
