"""The sequence of an experiment, and the generators that everything random is drawn from."""

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo


def sequence(**fields):
    """Make the sequence of a query."""
    return sequence_of(Experiment(Query.build(fields)), Memo(2**24))


def test_the_noise_depends_on_neither_network_nor_initialisation():
    assert np.array_equal(sequence(hidden=3, init="he").inputs, sequence(hidden=9, gain=2.0).inputs)
    assert not np.array_equal(sequence(seed=1).inputs, sequence(seed=2).inputs)


def test_each_generator_is_its_own():
    drawn = [rng.standard_normal() for rng in generators(Query(seed=3))]
    assert len(set(drawn)) == 5
    assert drawn == [rng.standard_normal() for rng in generators(Query(seed=3, length=9))]


def test_labels_can_be_seen():
    assert sequence(input="text", text="a b\tc\r\nd", length=7).labels == ("a", "␣", "b", "⇥", "c", "⏎", "d")


def test_own_inputs_are_labelled_by_step_and_put_in_order():
    own = Experiment.of_arrays({"order": "reversed"}, None, [[1.0], [2.0], [3.0]])
    reversed_ = sequence_of(own, Memo(2**20))
    assert reversed_.inputs.ravel().tolist() == [3, 2, 1]
    assert reversed_.labels == ("3", "2", "1")
