"""Problems: keys, generators, text, and somebody's own network with every fault it can have."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cache import Memo
from app.errors import InvalidInput
from app.problem import NETWORK_FIELDS, TRIANGLE_FIELDS, Problem
from app.query import Query
from app.runs import run

WEIGHTS = {
    "weight_ih_l0": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
    "weight_hh_l0": [[0.5, -0.1], [0.2, 0.3]],
    "bias_ih_l0": [0.1, 0.2],
    "bias_hh_l0": [0.3, 0.4],
}
INPUTS = [[1, 2, 3], [4, 5.5, 6], [0, 0, 0], [1, 1, 1]]


def faults(values=None, weights=None, inputs=None, initial_state=None):
    """Give the faults of a body by field."""
    with pytest.raises(InvalidInput) as caught:
        Problem.own(values, weights, inputs, initial_state)
    assert caught.value.errors
    return {fault.field: fault.message for fault in caught.value.errors}


def changed(**arrays):
    """Give the good weights with some changed; None takes one out."""
    return {name: array for name, array in (WEIGHTS | arrays).items() if array is not None}


def test_a_key_says_what_an_answer_depends_on_and_nothing_else():
    first, second = Problem(Query(norm="spectral")), Problem(Query(norm="frobenius"))
    assert first.key(NETWORK_FIELDS) == second.key(NETWORK_FIELDS)
    assert first.key(TRIANGLE_FIELDS) != second.key(TRIANGLE_FIELDS)
    assert hash(first.key(TRIANGLE_FIELDS)) == hash(Problem(Query()).key(TRIANGLE_FIELDS))


def test_own_arrays_are_part_of_the_key():
    one = Problem.own({}, WEIGHTS, INPUTS, None)
    other = Problem.own({}, changed(bias_ih_l0=[0.1, 0.20001]), INPUTS, None)
    assert one.key(()) != other.key(())
    assert one.key(()) == Problem.own({}, json.loads(json.dumps(WEIGHTS)), INPUTS, None).key(())


def test_an_own_network_gives_its_sizes_to_the_query():
    problem = Problem.own({"activation": "relu", "k": 4}, WEIGHTS, INPUTS, {"h": [0.5, -0.5]})
    assert (problem.query.length, problem.query.hidden, problem.input_size) == (4, 2, 3)
    made = run(problem, Memo(2**20))
    assert made.trace.h[0].tolist() == [0.5, -0.5]
    a = np.array(WEIGHTS["weight_ih_l0"]) @ [1, 2, 3] + [0.4, 0.6] + np.array(WEIGHTS["weight_hh_l0"]) @ [0.5, -0.5]
    assert made.trace.h[1] == pytest.approx(np.maximum(a, 0))
    assert made.sequence.labels == ("1", "2", "3", "4")
    assert made.sequence.notes == ("The weights are your own: init, gain and seed do not change them.",)


def test_both_biases_may_be_absent():
    problem = Problem.own({}, changed(bias_ih_l0=None, bias_hh_l0=None), INPUTS, None)
    parameters = run(problem, Memo(2**20)).parameters
    assert parameters["bias_hh_l0"].tolist() == parameters["bias_ih_l0"].tolist() == [0, 0]
    assert list(parameters) == ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]


def test_sizes_may_be_repeated_but_not_contradicted():
    assert Problem.own({"length": 4, "hidden": "2"}, WEIGHTS, INPUTS, None).query.length == 4
    found = faults({"length": 5, "hidden": 3}, WEIGHTS, INPUTS)
    assert found["query.length"].endswith("Leave length out or give 4.")
    assert found["query.hidden"] == (
        "query.hidden is 3 but weight_hh_l0 has this many rows: 2. Leave hidden out or give 2."
    )


def test_without_arrays_it_is_the_query():
    problem = Problem.own({"gain": 1.5}, None, None, None)
    assert problem.digest == ""
    assert problem.key(NETWORK_FIELDS) == Problem(Query(gain=1.5)).key(NETWORK_FIELDS)
    assert Problem.own(None, None, None, None).query == Query()


def test_own_inputs_alone_and_own_weights_alone():
    inputs_only = Problem.own({"hidden": 5}, None, INPUTS, {"h": [0, 0, 0, 0, 1]})
    made = run(inputs_only, Memo(2**20))
    assert made.trace.h.shape == (5, 5)
    # W_hh is drawn before W_ih, so it is the one of the link.
    assert np.array_equal(
        made.parameters["weight_hh_l0"], run(Problem(Query(hidden=5)), Memo(2**20)).parameters["weight_hh_l0"]
    )
    weights_only = Problem.own({"length": 7}, changed(weight_ih_l0=[[1], [2]]), None, None)
    assert run(weights_only, Memo(2**20)).trace.h.shape == (8, 2)


def test_own_weights_must_take_what_the_input_gives():
    found = faults({}, WEIGHTS)
    assert found == {
        "weights.weight_ih_l0": "weights.weight_ih_l0 takes 3 numbers a step but the input “noise” gives 1: "
        "give inputs of shape (T, 3), or a matrix with 1 columns."
    }
    assert run(Problem.own({"input": "text", "text": "abca"}, WEIGHTS, None, None), Memo(2**20)).trace.length == 32


@pytest.mark.parametrize(
    ("weights", "field", "message"),
    [
        (changed(weight_hh_l0=[[1, 2]]), "weights.weight_hh_l0", "has shape (1, 2); expected a square matrix (H, H)"),
        (changed(weight_hh_l0=[]), "weights.weight_hh_l0", "has shape (0, 0); expected a square"),
        (changed(weight_hh_l0=[[]]), "weights.weight_hh_l0", "has shape (1, 0); expected a square"),
        (
            changed(weight_ih_l0=[[1, 2, 3]]),
            "weights.weight_ih_l0",
            "has shape (1, 3); expected (2, D), since weight_hh_l0 has 2 rows",
        ),
        (changed(weight_ih_l0=[[], []]), "weights.weight_ih_l0", "has shape (2, 0); expected (2, D)"),
        (changed(bias_hh_l0=[1, 2, 3]), "weights.bias_hh_l0", "has shape (3,); expected (2,) (H, from weight_hh_l0)"),
        (changed(bias_hh_l0=None), "weights.bias_hh_l0", "is missing while bias_ih_l0 is given"),
        (changed(weight_hh_l0=None), "weights.weight_hh_l0", "is missing: a network needs both matrices"),
        (
            changed(weight_hh_l0=[[1, 2], [3]]),
            "weights.weight_hh_l0[1]",
            "[0] has 2 numbers, weights.weight_hh_l0[1] has 1",
        ),
        (changed(weight_hh_l0=[1, 2]), "weights.weight_hh_l0[0]", "is 1; give a list of numbers"),
        (changed(weight_hh_l0=[[1, 2], 3]), "weights.weight_hh_l0[1]", "is 3; give a list of numbers"),
        (changed(weight_hh_l0="abc"), "weights.weight_hh_l0", "is “abc”; give a list of rows"),
        (changed(weight_hh_l0={"a": 1}), "weights.weight_hh_l0", "give a list of rows"),
        (changed(bias_ih_l0=3), "weights.bias_ih_l0", "is 3; give a list of numbers"),
        (changed(bias_ih_l0=[[1], [2]]), "weights.bias_ih_l0[0]", "is [1]; give a number"),
        (changed(weight_hh_l0=[[1, 2], [3, "x"]]), "weights.weight_hh_l0[1][1]", "is “x”; give a number"),
        (changed(weight_hh_l0=[[1, True], [3, 4]]), "weights.weight_hh_l0[0][1]", "is true; give a number"),
        (changed(weight_hh_l0=[[1, None], [3, 4]]), "weights.weight_hh_l0[0][1]", "is null; give a number"),
        (changed(weight_hh_l0=[[[1], 2], [3, 4]]), "weights.weight_hh_l0[0][0]", "is [1]; give a number"),
        (
            changed(weight_hh_l0=[[1, float("nan")], [3, 4]]),
            "weights.weight_hh_l0[0][1]",
            "is nan; give a finite number",
        ),
        (
            changed(weight_hh_l0=[[1, float("inf")], [3, 4]]),
            "weights.weight_hh_l0[0][1]",
            "is inf; give a finite number",
        ),
        (changed(weight_hh_l0=[[1, 10**400], [3, 4]]), "weights.weight_hh_l0[0][1]", "a whole number beyond 1e100"),
        (
            changed(weight_hh_l0=[[1, -1e200], [3, 4]]),
            "weights.weight_hh_l0[0][1]",
            "is -1e+200; give a number of at most 1e100",
        ),
        (
            changed(weight_hh_l1=[[1]]),
            "weights.weight_hh_l1",
            "no parameter “weight_hh_l1” in this network: it has one layer, l0",
        ),
        ({}, "weights.weight_ih_l0", "is missing"),
        ([1], "weights", "is [1]; give an object with weight_ih_l0"),
        (
            changed(weight_hh_l0=[[0.0] * 257] * 257),
            "weights.weight_hh_l0",
            "has shape (257, 257); at most 256 hidden units",
        ),
    ],
)
def test_weights_that_cannot_be_used(weights, field, message):
    found = faults({}, weights, INPUTS)
    assert message in found[field]


@pytest.mark.parametrize(
    ("inputs", "field", "message"),
    [
        ([[1, 2]], "inputs", "has shape (1, 2); expected (1, 3) (T × D, with D from weight_ih_l0)"),
        ([], "inputs", "has shape (0, 0); give at least one row"),
        ([[]], "inputs", "has shape (1, 0); give at least one row"),
        ([[1, 2, 3]] * 4097, "inputs", "has 4097 rows; at most 4096 steps"),
        ("text", "inputs", "is “text”; give a list of rows"),
        ([[1, 2, 3], [1, 2]], "inputs[1]", "differ in length"),
        ([[1, 2, False]], "inputs[0][2]", "is false; give a number"),
    ],
)
def test_inputs_that_cannot_be_used(inputs, field, message):
    assert message in faults({}, WEIGHTS, inputs)[field]


@pytest.mark.parametrize(
    ("state", "field", "message"),
    [
        ({"h": [1, 2, 3]}, "initial_state.h", "has shape (3,); expected (2,) (H, from weight_hh_l0)"),
        ({"h": [[1, 2]]}, "initial_state.h[0]", "give a number"),
        ({"h": "x"}, "initial_state.h", "give a list of numbers"),
        ({"c": [1, 2]}, "initial_state.c", "is the cell of an LSTM; this network, rnn, has none"),
        ({"h": [1, 2], "z": []}, "initial_state.z", "There is no state “z”"),
        ({}, "initial_state.h", "is missing: give H numbers"),
        ([1, 2], "initial_state", "give an object such as"),
    ],
)
def test_initial_states_that_cannot_be_used(state, field, message):
    assert message in faults({}, WEIGHTS, INPUTS, state)[field]


def test_an_initial_state_must_fit_the_drawn_network():
    assert "expected (16,), the hidden size" in faults({}, None, None, {"h": [1, 2]})["initial_state.h"]


def test_every_fault_is_told_at_once():
    found = faults(
        {"gain": 99, "t": 700, "colour": 1},
        changed(weight_hh_l0=[[1, 2], [3, None]], bias_ih_l0=[1, "a"], extra=[]),
        [[1, 2, 3], [1]],
        {"c": []},
    )
    assert set(found) == {
        "query.gain",
        "query.colour",
        "weights.weight_hh_l0[1][1]",
        "weights.bias_ih_l0[1]",
        "weights.extra",
        "inputs[1]",
        "initial_state.c",
    }


@pytest.mark.parametrize("values", ["x", 3, [1], True])
def test_a_query_must_be_an_object(values):
    assert "give an object of fields" in faults(values, WEIGHTS, INPUTS)["query"]


def test_a_cell_must_lie_in_the_own_sequence():
    assert faults({"t": 5}, WEIGHTS, INPUTS) == {
        "query.t": "t is 5 but the sequence ends at 4: lower t or raise length."
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from([*WEIGHTS, "h", "c", "gain", "t", "z"]), part, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, JSON, JSON, JSON)
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_is_read_or_refused(values, weights, inputs, state):
    try:
        made = run(Problem.own(values, weights, inputs, state), Memo(2**20))
    except InvalidInput:
        return
    assert np.isfinite(made.trace.h).all()


MATRICES = st.integers(1, 3).flatmap(
    lambda size: st.lists(
        st.lists(st.floats(-1e100, 1e100), min_size=size, max_size=size), min_size=size, max_size=size
    )
)


@given(MATRICES, st.sampled_from(["tanh", "identity", "sine", "softplus"]))
@settings(max_examples=60, deadline=None)
def test_any_finite_network_gives_finite_answers(matrix, activation):
    from app.views import VIEWS

    weights = {"weight_ih_l0": [[1.0]] * len(matrix), "weight_hh_l0": matrix}
    problem, memo = Problem.own({"activation": activation}, weights, [[0.0], [1.0], [0.5]], None), Memo(2**22)
    for view in VIEWS.values():
        try:
            result = view.compute(problem, memo)
        except InvalidInput:
            continue
        json.dumps([result.payload(), view.figure(result)], allow_nan=False)


def test_text_is_cut_into_what_a_reader_sees_as_characters():
    family = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
    problem = Problem(Query(input="text", text=f"e\u0301{family}\u1112\u1161\u11ab"))
    assert problem.characters == ("é", family, "한")
    assert problem.input_size == 3
    assert Problem(Query(text="abc")).input_size == 1


def test_changing_the_length_cuts_an_own_sequence():
    problem = Problem.own({}, WEIGHTS, INPUTS, None)
    memo = Memo(2**20)
    assert run(problem.changed(length=2), memo).sequence.inputs.tolist() == [[1, 2, 3], [4, 5.5, 6]]
    assert run(problem, memo).sequence.inputs.shape == (4, 3)
