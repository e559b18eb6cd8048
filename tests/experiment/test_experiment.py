"""Experiments: keys, text, and somebody's own network with every fault it can have."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.cases import examples
from tests.experiment.uploads.bodies import INPUTS, WEIGHTS, changed, faults, parameters
from tests.models import RECURRENT, make_network
from unrolled.core.data.recording import Recording
from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import (
    CELL_FIELDS,
    CHAIN_FIELDS,
    NETWORK_FIELDS,
    TRIANGLE_FIELDS,
    WINDOW_FIELDS,
    Experiment,
)
from unrolled.experiment.run import notes_of, run
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


def test_a_key_says_what_an_answer_depends_on_and_nothing_else():
    first, second = Experiment(Query(norm="spectral")), Experiment(Query(norm="frobenius"))
    assert first.seeing(NETWORK_FIELDS).key == second.seeing(NETWORK_FIELDS).key
    assert first.seeing(TRIANGLE_FIELDS).key != second.seeing(TRIANGLE_FIELDS).key
    assert hash(first.seeing(TRIANGLE_FIELDS).key) == hash(Experiment(Query()).seeing(TRIANGLE_FIELDS).key)


def test_own_arrays_are_part_of_the_key():
    one = Experiment.of_arrays({}, WEIGHTS, INPUTS, None)
    other = Experiment.of_arrays({}, changed(bias_ih_l0=[0.1, 0.20001]), INPUTS, None)
    assert one.key != other.key
    assert one.key == Experiment.of_arrays({}, json.loads(json.dumps(WEIGHTS)), INPUTS, None).key


def test_an_own_network_gives_its_sizes_to_the_query():
    experiment = Experiment.of_arrays({"activation": "relu", "k": 4}, WEIGHTS, INPUTS, {"h": [0.5, -0.5]})
    assert (experiment.query.length, experiment.query.hidden, experiment.input_size) == (4, 2, 3)
    result = run(experiment, Memo(2**20))
    assert result.stack.layers[0].h[0].tolist() == [0.5, -0.5]
    a = np.array(WEIGHTS["weight_ih_l0"]) @ [1, 2, 3] + [0.4, 0.6] + np.array(WEIGHTS["weight_hh_l0"]) @ [0.5, -0.5]
    assert result.stack.layers[0].h[1] == pytest.approx(np.maximum(a, 0))
    assert result.sequence.labels == ("1", "2", "3", "4")
    assert notes_of(experiment, Memo(2**20)) == ("The weights are your own: init, gain and seed do not change them.",)


def test_both_biases_may_be_absent():
    experiment = Experiment.of_arrays({}, changed(bias_ih_l0=None, bias_hh_l0=None), INPUTS, None)
    parameters = run(experiment, Memo(2**20)).parameters
    assert parameters["bias_hh_l0"].tolist() == parameters["bias_ih_l0"].tolist() == [0, 0]
    assert list(parameters) == ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]


def test_without_arrays_it_is_the_query():
    experiment = Experiment.of_arrays({"gain": 1.5}, None, None, None)
    assert experiment.digest == ""
    assert experiment.seeing(NETWORK_FIELDS).key == Experiment(Query(gain=1.5)).seeing(NETWORK_FIELDS).key
    assert Experiment.of_arrays(None, None, None, None).query == Query()


def test_own_inputs_alone_and_own_weights_alone():
    inputs_only = Experiment.of_arrays({"hidden": 5}, None, INPUTS, {"h": [0, 0, 0, 0, 1]})
    result = run(inputs_only, Memo(2**20))
    assert result.stack.layers[0].h.shape == (5, 5)
    # W_hh is drawn before W_ih, so it is the one of the link.
    assert np.array_equal(
        result.parameters["weight_hh_l0"], run(Experiment(Query(hidden=5)), Memo(2**20)).parameters["weight_hh_l0"]
    )
    weights_only = Experiment.of_arrays({"length": 7}, changed(weight_ih_l0=[[1], [2]]), None, None)
    assert run(weights_only, Memo(2**20)).stack.layers[0].h.shape == (8, 2)


def test_own_weights_must_take_what_the_input_gives():
    messages = faults({}, WEIGHTS)
    assert messages == {
        "weights.weight_ih_l0": "weights.weight_ih_l0 takes 3 numbers a step but the input “noise” gives 1: "
        "give inputs of shape (T, 3), or a matrix with one column."
    }
    assert (
        run(Experiment.of_arrays({"input": "text", "text": "abca"}, WEIGHTS, None, None), Memo(2**20)).stack.length
        == 32
    )


def test_an_initial_state_must_fit_the_drawn_network():
    assert "expected (16,) (H, from" in faults({}, None, None, {"h": [1, 2]})["initial_state.h"]


def test_all_faults_are_reported_at_once():
    messages = faults(
        {"gain": 99, "t": 700, "colour": 1},
        changed(weight_hh_l0=[[1, 2], [3, None]], bias_ih_l0=[1, "a"], extra=[]),
        [[1, 2, 3], [1]],
        {"c": [], "z": 1},
    )
    assert set(messages) == {
        "query.gain",
        "query.colour",
        "weights.weight_hh_l0[1][1]",
        "weights.bias_ih_l0[1]",
        "weights.extra",
        "inputs[1]",
        "initial_state.z",
    }


def test_faults_beyond_what_a_person_reads_are_counted():
    messages = faults({}, WEIGHTS | {f"x{index}": [] for index in range(100)}, INPUTS)
    assert len(messages) == 41
    assert messages["body"] == "There are 60 more faults, which are told when these are mended."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from([*WEIGHTS, "weight_hh_l1", "h", "c", "gain", "model", "z"]), part, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON, JSON)
@settings(max_examples=examples(150), deadline=None)
def test_whatever_is_sent_is_read_or_refused(values, weights, inputs, state):
    try:
        result = run(Experiment.of_arrays(values, weights, inputs, state), Memo(2**20))
    except InvalidInput:
        return
    assert all(np.isfinite(layer.states).all() for layer in result.stack.layers)


MATRICES = st.integers(1, 3).flatmap(
    lambda size: st.lists(
        st.lists(st.floats(-1e100, 1e100), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


@given(MATRICES, st.sampled_from(["tanh", "identity", "sine", "softplus"]))
@example([[0.0]], "identity")
@example([[1e100]], "identity")
@example([[-1e100, 1.0], [0.5, 5e-324]], "softplus")
@settings(max_examples=examples(15), deadline=None)
def test_any_finite_network_gives_finite_answers(matrix, activation):
    weights = {"weight_ih_l0": [[1.0]] * len(matrix), "weight_hh_l0": matrix}
    experiment, memo = (
        Experiment.of_arrays({"activation": activation}, weights, [[0.0], [1.0], [0.5]], None),
        Memo(2**22),
    )
    for view in VIEWS.values():
        try:
            result = view.compute(experiment, memo)
        except InvalidInput:
            continue
        json.dumps([result.payload(), view.figure(result)], allow_nan=False)


@pytest.mark.parametrize(("model", "layers"), [("rnn", 1), ("lstm", 4), ("gru", 2)])
def test_model_layers_and_sizes_follow_from_the_arrays(model, layers):
    own, x = parameters(model, 3, 5, layers), np.random.default_rng(1).standard_normal((7, 3))
    start = {state: np.full((layers, 5), 0.25) for state in RECURRENT[model].states}
    lists = {name: array.tolist() for name, array in own.items()}
    experiment = Experiment.of_arrays({}, lists, x.tolist(), {name: array.tolist() for name, array in start.items()})
    query = experiment.query
    assert (query.model, query.layers, query.hidden, query.length) == (model, layers, 5, 7)
    trace = run(experiment, Memo(2**22)).stack
    expected = make_network(model, 3, 5, layers).run(own, x, start)
    assert all(
        np.array_equal(one.states, other.states) for one, other in zip(trace.layers, expected.layers, strict=True)
    )
    # Arrays, whatever stands before their names, are the same network as lists.
    prefixed = {f"encoder.rnn.{name}": array for name, array in own.items()}
    assert Experiment.of_arrays({}, prefixed, x, start).key == experiment.key


def test_an_initial_state_is_part_of_the_key():
    keys = {Experiment.of_arrays({}, WEIGHTS, INPUTS, state).key for state in (None, {"h": [0, 0]}, {"h": [0, 1]})}
    assert len(keys) == 3


def test_the_same_numbers_under_another_name_are_other_arrays():
    square, other = [[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]
    biased: dict[str, object] = {"weight_ih_l0": square, "weight_hh_l0": other}
    named = [
        biased,
        {"weight_ih_l0": other, "weight_hh_l0": square},
        biased | {"bias_ih_l0": [0.1, 0.2], "bias_hh_l0": [0.3, 0.4]},
        biased | {"bias_hh_l0": [0.1, 0.2], "bias_ih_l0": [0.3, 0.4]},
    ]
    assert len({Experiment.of_arrays({}, own, square).digest for own in named}) == len(named)
    states = [{"h": [[1.0, 2.0]]}, {"c": [[1.0, 2.0]]}]
    assert len({Experiment.of_arrays({"model": "lstm", "hidden": 2}, initial_state=one).digest for one in states}) == 2


def test_the_same_numbers_in_another_shape_are_other_arrays():
    numbers = np.arange(8.0)
    shapes = [(2, 4), (4, 2), (8, 1)]
    asked = [Experiment.of_arrays({}, inputs=numbers.reshape(shape)).changed(length=2) for shape in shapes]
    assert len({experiment.digest for experiment in asked}) == 3
    # Where rows are cut off the query is the same: only the digest tells them apart.
    memo = Memo(2**20)
    assert [run(experiment, memo).sequence.inputs.tolist() for experiment in asked] == [
        [[0, 1, 2, 3], [4, 5, 6, 7]],
        [[0, 1], [2, 3]],
        [[0], [1]],
    ]


def test_the_same_bytes_read_otherwise_are_another_recording():
    data = bytes(range(48))
    layouts = [(8000, 1, 16, False), (16000, 1, 16, False), (8000, 2, 16, False), (8000, 1, 24, False)]
    layouts += [(8000, 1, 32, False), (8000, 1, 32, True)]
    asked = [Experiment.of_recording({"frame": 2}, Recording(*layout, memoryview(data))) for layout in layouts]
    asked.append(Experiment.of_recording({"frame": 2}, Recording(*layouts[0], memoryview(data[::-1]))))
    assert len({experiment.digest for experiment in asked}) == len(asked)


def test_a_cell_state_alone_will_do():
    own = parameters("lstm", 1, 2, 1)
    experiment = Experiment.of_arrays({}, own, [[1.0]], {"c": [3, 4]})
    assert run(experiment, Memo(2**20)).stack.layers[0].states[0].tolist() == [0, 0, 3, 4]


def test_an_initial_state_fits_the_network_that_the_query_draws():
    query = {"model": "lstm", "layers": 2, "hidden": 3}
    fitting = Experiment.of_arrays(query, None, None, {"c": [[1, 2, 3]] * 2})
    assert {name: array.tolist() for name, array in (fitting.initial or {}).items()} == {"c": [[1, 2, 3]] * 2}
    messages = faults(query, None, None, {"h": [1, 2, 3], "c": [[1, 2]] * 2})
    assert "has shape (3,); expected (2, 3) (L × H" in messages["initial_state.h"]
    assert "has shape (2, 2); expected (2, 3) (L × H" in messages["initial_state.c"]


def test_the_largest_network_is_taken():
    own = {name: np.zeros(shape) for name, shape in make_network("lstm", 3, 256, 4).parameter_shapes().items()}
    assert Experiment.of_arrays({}, own, INPUTS, None).query.layers == 4


def test_text_is_cut_into_what_a_reader_sees_as_characters():
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    experiment = Experiment(Query(input="text", text=f"e\u0301{family}\u1112\u1161\u11ab"))
    assert experiment.characters == ("é", family, "한")
    assert experiment.input_size == 3
    assert Experiment(Query(text="abc")).input_size == 1


def test_changing_the_length_cuts_an_own_sequence():
    experiment = Experiment.of_arrays({}, WEIGHTS, INPUTS, None)
    memo = Memo(2**20)
    assert run(experiment.changed(length=2), memo).sequence.inputs.tolist() == [[1, 2, 3], [4, 5.5, 6]]
    assert run(experiment, memo).sequence.inputs.shape == (4, 3)


def test_a_window_counts_in_the_key_of_a_cell_by_its_corner_alone():
    def key(**fields):
        return Experiment(Query.build(fields)).seeing(CHAIN_FIELDS | CELL_FIELDS).key

    window = {"from": 5, "to": 20}
    assert key() == key(t=32) == key(k=1) == key(since=3, until=9)
    assert key(**window) == key(t=20, k=5) == key(**window, since=9)
    assert key(**window) != key()
    assert key(**window, t=9, k=7) == key(t=9, k=7)
    both = CHAIN_FIELDS | CELL_FIELDS | WINDOW_FIELDS
    assert Experiment(Query.build(window)).seeing(both).key != Experiment(Query(t=20, k=5)).seeing(both).key
