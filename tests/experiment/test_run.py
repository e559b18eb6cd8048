"""Runs: computed once, drawn from generators of their own, the same on every start."""

import numpy as np
import pytest

from tests.cases import few
from unrolled.core.data.sequences import SEQUENCES
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators
from unrolled.experiment.run import bounds_of, chain_of, checks_of, matrix_bounds, notes_of, run
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo


def ran(**fields):
    """Run a network of a query's."""
    return run(Experiment(Query.build(fields)), Memo(2**24))


def test_a_run_is_computed_once():
    memo, experiment = Memo(2**24), Experiment(Query(length=8, hidden=2))
    assert run(experiment, memo) is run(Experiment(Query(length=8, hidden=2, norm="frobenius")), memo)
    direct = Experiment(Query.build({"model": "mlp", "length": 8}))
    assert run(direct, memo) is run(direct.changed(norm="frobenius"), memo)


@pytest.mark.parametrize("init", few(INITIALISATIONS, ["pytorch", "orthogonal", "glorot_uniform"]))
def test_the_recurrent_matrix_depends_on_neither_input_nor_length(init):
    matrices = [
        ran(init=init, input=kind, length=length, text="abc", series=(1.0, 2.0)).parameters["weight_hh_l0"]
        for kind in SEQUENCES
        for length in (3, 9)
    ]
    assert all(np.array_equal(matrix, matrices[0]) for matrix in matrices)


def test_a_fixed_number_of_every_draw():
    """Guards the promise that a link keeps its picture: these are the generators' numbers, not the code's."""
    weights, inputs = np.random.default_rng(7).spawn(2)
    forward = ran(seed=7, hidden=2, init="gaussian", length=3)
    assert forward.sequence.inputs[:, 0] == pytest.approx(inputs.standard_normal(3))
    assert forward.parameters["weight_hh_l0"].ravel() == pytest.approx(weights.standard_normal(4) / np.sqrt(2))


def streams(**fields):
    """Give what is drawn of each stream: matrices, noise, readout, and the order of the steps."""
    query = {"length": 9, "hidden": 3, "order": "shuffled"} | fields
    forward, straight = ran(**query), ran(**query | {"order": "original"})
    labels = "" if query.get("input") == "text" else forward.sequence.labels
    matrix = next(name for name in ("weight_hh_l0", "weight_v", "weight_l0") if name in forward.parameters)
    drawn = forward.parameters[matrix], straight.sequence.inputs, forward.readout.weight
    return *(array.tobytes() for array in drawn), labels


WEIGHTS, INPUTS, READOUT, ORDER = range(4)


@pytest.mark.parametrize(
    ("fields", "moved"),
    [
        ({"init": "gaussian"}, {WEIGHTS}),
        ({"gain": 2.0}, {WEIGHTS}),
        ({"model": "gru", "layers": 2}, {WEIGHTS}),
        ({"model": "lstm", "chrono": 5}, {WEIGHTS}),
        ({"model": "attention", "key": 5}, set()),
        ({"layers": 3}, set()),
        ({"activation": "relu"}, set()),
        ({"input": "walk"}, {INPUTS}),
        ({"input": "constant"}, {INPUTS}),
        ({"amplitude": 2.0}, {INPUTS}),
        ({"length": 5}, {INPUTS, ORDER}),
        ({"order": "reversed"}, {ORDER}),
        ({"order": "original"}, {ORDER}),
        ({"norm": "frobenius", "of": "o", "loss": "last"}, set()),
        ({"hidden": 4}, {WEIGHTS, READOUT}),
        ({"seed": 1}, {WEIGHTS, INPUTS, READOUT, ORDER}),
    ],
    ids=str,
)
def test_a_setting_moves_its_own_stream_and_no_other(fields, moved):
    before, after = streams(), streams(**fields)
    assert {place for place in range(4) if before[place] != after[place]} == moved


def test_no_stream_repeats_another():
    """In the uniform numbers behind what is drawn, at the beginning of each stream and anywhere in it."""
    streams = [rng.random(64) for rng in generators(Query(seed=4))]
    assert len(np.unique(streams)) == 320


def test_an_overflow_names_the_step():
    with pytest.raises(Overflow, match="at step"):
        ran(activation="identity", gain=10, init="gaussian", length=500)


def test_notes_depend_on_who_asks_and_not_on_who_ran_it_first():
    memo, experiment = Memo(2**24), Experiment(Query(length=4, hidden=2))
    biased = experiment.changed(forget_bias=1.0)
    assert run(experiment, memo).sequence.notes == run(biased, memo).sequence.notes
    assert notes_of(experiment, memo) == ()
    assert len(notes_of(biased, memo)) == 1


def test_what_bounds_the_derivative():
    memo, experiment = Memo(2**24), Experiment(Query(length=6, hidden=3, layers=2))
    bounds = bounds_of(experiment, memo)
    matrix = run(experiment, memo).parameters["weight_hh_l1"]
    assert bounds is not None
    assert bounds.sigma_max == pytest.approx(np.linalg.norm(matrix, 2))
    # Through two layers no matrix alone bounds anything; a gated layer has one for every gate.
    assert bounds_of(experiment.changed(origin=1), memo) is None
    assert matrix_bounds(experiment.changed(origin=1), memo) is not None
    assert matrix_bounds(experiment.changed(model="gru"), memo) is None


def test_every_law_holds_whatever_the_model():
    memo = Memo(2**24)
    for model in ("rnn", "lstm", "attention"):
        checks = checks_of(Experiment(Query.build({"model": model, "length": 6, "hidden": 3})), memo)
        assert checks
        assert all(check.passed for check in checks), model
    assert len(chain_of(Experiment(Query(length=6, layers=3, layer=3, origin=2)), memo).layers) == 2
