"""The triangle of an experiment and what is read off it."""

import numpy as np

from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import (
    cells_cost,
    horizons,
    measured_triangle,
    measured_triangle_cost,
    sufficient_truncation,
    told,
    told_samples,
    triangle_cells,
)
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo


def test_a_triangle_is_sampled_at_the_resolution_and_measured_once():
    memo, experiment = Memo(2**24), Experiment(Query(length=50, hidden=2, resolution=10))
    measured = measured_triangle(experiment, memo)
    assert measured.steps.tolist() == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    assert measured.log10_norm.shape == (10, 10)
    assert measured.summary.verdict == "vanishes"
    assert measured_triangle(experiment, memo).told is measured.told
    assert measured_triangle(experiment.changed(norm="frobenius"), memo).told is not measured.told


def test_cells_are_those_of_the_whole_triangle_whatever_the_model():
    memo = Memo(2**24)
    for model in ("lstm", "attention"):
        experiment = Experiment(Query.build({"model": model, "length": 8, "hidden": 3}))
        every_cell = measured_triangle(experiment, memo).log10_norm
        cells = triangle_cells(experiment, memo, Grid(np.array([3, 8]), np.array([2, 5])))
        np.testing.assert_allclose(cells, every_cell[np.ix_([2, 7], [1, 4])], rtol=1e-12, equal_nan=True)
        assert np.isnan(cells[0, 1])


def test_horizons_and_truncation_are_those_of_single_steps_whatever_is_shown():
    memo = Memo(2**24)
    unsampled, sampled = (Experiment(Query(length=60, hidden=3, resolution=size)) for size in (60, 12))
    found = horizons(unsampled, memo)
    assert horizons(sampled, memo) == found
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low <= found.high < 60
    assert sufficient_truncation(sampled, memo) == sufficient_truncation(unsampled, memo)


def test_what_is_told_depends_on_the_network_and_not_on_the_resolution():
    memo = Memo(2**26)
    for length, hidden in ((200, 3), (2500, 16)):
        coarse, fine = (Experiment(Query(length=length, hidden=hidden, resolution=size)) for size in (9, 200))
        assert told(coarse, memo) is told(fine, memo)
        assert measured_triangle(coarse, memo).summary == measured_triangle(fine, memo).summary
        for experiment in (coarse, fine):
            measured = measured_triangle(experiment, memo)
            steps = sample_steps(length, experiment.query.resolution)
            np.testing.assert_array_equal(measured.steps, steps)
            cells = triangle_cells(experiment, memo, square_grid(steps))
            np.testing.assert_allclose(measured.log10_norm, cells, atol=1e-8, rtol=1e-9, equal_nan=True)


def test_long_sequences_are_told_of_at_some_steps():
    sizes = [(128, 16), (300, 16), (3000, 16), (64, 256), (3000, 256)]
    counts = [told_samples(Experiment(Query(length=length, hidden=hidden))) for length, hidden in sizes]
    assert counts == [128, 300, 128, 64, 128]


def test_more_cells_cost_more_and_a_horizon_more_still():
    for model in ("gru", "attention"):
        experiment = Experiment(Query.build({"model": model, "length": 80, "resolution": 40}))
        few, many, with_horizon = (
            cells_cost(experiment, 10),
            cells_cost(experiment, 40),
            measured_triangle_cost(experiment),
        )
        assert few.flops < many.flops <= with_horizon.flops
        assert cells_cost(experiment, 40, 20).flops < many.flops
