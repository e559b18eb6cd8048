"""Tiles: what a truncation cuts, averages over seeds, and what is counted, each against an independent computation."""

import numpy as np
import pytest

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.tile import measure_tile


def test_a_truncated_tile_is_the_full_one_with_exact_zeros() -> None:
    memo, query = Memo(2**24), {"length": 20, "hidden": 4, "window": 5}
    full = measured_triangle(Experiment(Query.build(query)), memo).log10_norm
    truncated = measure_tile(Experiment(Query.build(query | {"truncation": "sliding"})), memo)
    lag = truncated.steps[:, None] - truncated.steps[None, :]
    inside = (lag >= 0) & (lag < 5)
    np.testing.assert_array_equal(truncated.log10_norm[inside], full[inside])
    assert (truncated.log10_norm[lag >= 5] == -np.inf).all()
    assert truncated.summary.horizon == 4
    assert truncated.path_length == 4


@pytest.mark.parametrize(("model", "longest"), [("rnn", 19), ("attention", 1), ("window", 1), ("mlp", None)])
def test_the_longest_path_is_that_of_the_model(model: str, longest: int | None) -> None:
    query = Query.build({"model": model, "length": 20, "hidden": 4})
    assert measure_tile(Experiment(query), Memo(2**24)).path_length == longest
