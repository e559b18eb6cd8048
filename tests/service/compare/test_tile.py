"""Tiles: what a truncation cuts, and what is counted, each against an independent computation."""

import numpy as np
import pytest

from tests.views.truncations import kept_pairs
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.service.compare.tile import measure_tile


@pytest.mark.parametrize("kind", ["sliding", "chunked"])
def test_a_truncated_tile_is_the_full_one_with_exact_zeros(kind: str) -> None:
    memo, query = Memo(2**24), {"length": 20, "hidden": 4, "window": 5}
    measured = measured_triangle(Experiment(Query.build(query)), memo)
    full = measured.log10_norm
    truncated = measure_tile(Experiment(Query.build(query | {"truncation": kind})), memo)
    kept, path = np.array(kept_pairs(kind, 20, 5)), np.tri(20, dtype=np.bool_)
    np.testing.assert_array_equal(truncated.log10_norm[kept], full[kept])
    assert (truncated.log10_norm[path & ~kept] == -np.inf).all()
    # No number exactly where no path leads.
    np.testing.assert_array_equal(np.isnan(truncated.log10_norm), ~path)
    assert truncated.path_length == 4
    # What is told is of the derivative itself, as on the page that the tile links to.
    assert truncated.told.summary == measured.summary
    curve = truncated.curve
    np.testing.assert_array_equal(curve.low, [np.diagonal(full, -lag).min() for lag in range(20)])
    np.testing.assert_array_equal(curve.high, [np.diagonal(full, -lag).max() for lag in range(20)])


@pytest.mark.parametrize(("model", "longest"), [("rnn", 19), ("attention", 1), ("window", 1), ("mlp", None)])
def test_the_longest_path_is_that_of_the_model(model: str, longest: int | None) -> None:
    query = Query.build({"model": model, "length": 20, "hidden": 4})
    assert measure_tile(Experiment(query), Memo(2**24)).path_length == longest
