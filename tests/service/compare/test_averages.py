"""Averages over seeds, and the sentences on a model without a chain."""

import numpy as np
import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.averages import average_of
from unrolled.service.compare.tile import measure_tile


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
