"""Tiles: what a truncation cuts, averages over seeds, and what is counted, each against an independent computation."""

import numpy as np
import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.averages import average_of
from unrolled.service.compare.tile import measure_tile


def test_a_cut_tile_is_the_whole_one_with_exact_zeros() -> None:
    memo, query = Memo(2**24), {"length": 20, "hidden": 4, "window": 5}
    whole = measured_triangle(Experiment(Query.build(query)), memo).log10_norm
    cut = measure_tile(Experiment(Query.build(query | {"truncation": "sliding"})), memo)
    lag = cut.steps[:, None] - cut.steps[None, :]
    inside = (lag >= 0) & (lag < 5)
    np.testing.assert_array_equal(cut.log10_norm[inside], whole[inside])
    assert (cut.log10_norm[lag >= 5] == -np.inf).all()
    assert cut.summary.horizon == 4
    assert cut.path_length == 4


@pytest.mark.parametrize(("model", "longest"), [("rnn", 19), ("attention", 1), ("window", 1), ("mlp", None)])
def test_the_longest_path_is_that_of_the_model(model: str, longest: int | None) -> None:
    query = Query.build({"model": model, "length": 20, "hidden": 4})
    assert measure_tile(Experiment(query), Memo(2**24)).path_length == longest


def test_an_average_is_the_mean_picture_and_the_median_of_what_is_said() -> None:
    memo = Memo(2**24)
    tiles = [measure_tile(Experiment(Query(length=12, hidden=4, seed=seed)), memo) for seed in range(3)]
    found = average_of(tiles, 12)
    expected = sum(each.log10_norm for each in tiles) / 3
    np.testing.assert_allclose(np.nan_to_num(found.log10_norm), np.nan_to_num(expected), rtol=1e-12)
    rates = sorted(each.summary.rate or 0.0 for each in tiles)
    assert list(found.rates) == rates
    assert rates[0] < rates[1] < rates[2]


@pytest.mark.parametrize(("model", "reach"), [("rnn", ""), ("window", "last 5 steps"), ("mlp", "own step")])
def test_a_model_without_a_chain_says_what_it_sees_in_place_of_a_rate(model: str, reach: str) -> None:
    query = Query.build({"model": model, "length": 200, "hidden": 4, "window": 5, "resolution": 20})
    found = average_of([measure_tile(Experiment(query), Memo(2**24))], 200)
    assert found.reach == reach
    assert (found.rate is None) == bool(reach)
