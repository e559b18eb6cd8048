"""Runs and triangles: computed once, the same on every start, drawn from generators of their own."""

import numpy as np
import pytest

from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.run import run
from unrolled.experiment.triangle import measured_triangle
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo


def ran(**fields):
    return run(Experiment(Query.build(fields)), Memo(2**24))


def test_a_run_is_computed_once():
    memo, experiment = Memo(2**24), Experiment(Query(length=8, hidden=2))
    assert run(experiment, memo) is run(Experiment(Query(length=8, hidden=2, norm="frobenius")), memo)
    assert measured_triangle(experiment, memo) is measured_triangle(experiment, memo)
    assert measured_triangle(experiment, memo) is not measured_triangle(experiment.changed(norm="frobenius"), memo)


@pytest.mark.parametrize("init", INITIALISATIONS)
def test_the_recurrent_matrix_depends_on_neither_input_nor_length(init):
    matrices = [
        ran(init=init, input=kind, length=length, text="abc", series=(1.0, 2.0)).parameters["weight_hh_l0"]
        for kind in SEQUENCES
        for length in (3, 9)
    ]
    assert all(np.array_equal(matrix, matrices[0]) for matrix in matrices)


def test_the_noise_depends_on_neither_network_nor_initialisation():
    assert np.array_equal(ran(hidden=3, init="he").sequence.inputs, ran(hidden=9, gain=2.0).sequence.inputs)
    assert not np.array_equal(ran(seed=1).sequence.inputs, ran(seed=2).sequence.inputs)


def test_a_fixed_number_of_every_draw():
    """Guards the promise that a link keeps its picture: these are the generators' numbers, not the code's."""
    weights, inputs = np.random.default_rng(7).spawn(2)
    made = ran(seed=7, hidden=2, init="gaussian", length=3)
    assert made.sequence.inputs[:, 0] == pytest.approx(inputs.standard_normal(3))
    assert made.parameters["weight_hh_l0"].ravel() == pytest.approx(weights.standard_normal(4) / np.sqrt(2))


def test_labels_can_be_seen():
    assert ran(input="text", text="a b\tc\r\nd", length=7).sequence.labels == ("a", "␣", "b", "⇥", "c", "⏎", "d")


def test_an_overflow_names_the_step():
    with pytest.raises(Overflow, match="at step"):
        ran(activation="identity", gain=10, init="gaussian", length=500)


def test_the_triangle_of_a_run_is_sampled_at_the_resolution():
    measured = measured_triangle(Experiment(Query(length=50, hidden=2, resolution=10)), Memo(2**24))
    assert measured.steps.tolist() == [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
    assert measured.log10_norm.shape == (10, 10)
    assert measured.summary.verdict == "vanishes"
