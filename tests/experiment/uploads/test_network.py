"""Nested lists out of JSON: what is wrong with one, and where."""

import pytest

from unrolled.experiment.uploads.network import read_network

WEIGHTS = {
    "weight_ih_l0": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
    "weight_hh_l0": [[0.5, -0.1], [0.2, 0.3]],
    "bias_ih_l0": [0.1, 0.2],
    "bias_hh_l0": [0.3, 0.4],
}
INPUTS = [[1, 2, 3], [4, 5.5, 6], [0, 0, 0], [1, 1, 1]]


def faults(weights=None, inputs=None, initial_state=None):
    """Give the faults of a body by field."""
    return {fault.field: fault.message for fault in read_network(weights, inputs, initial_state).faults}


def changed(**arrays):
    """Give the good weights with some changed; None takes one out."""
    return {name: array for name, array in (WEIGHTS | arrays).items() if array is not None}


@pytest.mark.parametrize(
    ("weights", "field", "message"),
    [
        (
            changed(weight_hh_l0=[[1, 2]]),
            "weights.weight_hh_l0",
            "has shape (1, 2); expected (H, H) for an rnn, (4H, H) for an lstm",
        ),
        (changed(weight_hh_l0=[]), "weights.weight_hh_l0", "has shape (0, 0); expected (H, H)"),
        (changed(weight_hh_l0=[[]]), "weights.weight_hh_l0", "has shape (1, 0); expected (H, H)"),
        (
            changed(weight_ih_l0=[[1, 2, 3]]),
            "weights.weight_ih_l0",
            "has shape (1, 3); expected (2, D), since weight_hh_l0 has 2 rows",
        ),
        (changed(weight_ih_l0=[[], []]), "weights.weight_ih_l0", "has shape (2, 0); expected (2, D)"),
        (changed(bias_hh_l0=[1, 2, 3]), "weights.bias_hh_l0", "has shape (3,); expected (2,) (H, from weight_hh_l0)"),
        (changed(bias_hh_l0=None), "weights.bias_hh_l0", "is missing while bias_ih_l0 is given"),
        (changed(weight_hh_l0=None), "weights.weight_hh_l0", "is missing: every layer needs both matrices"),
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
            "weights.weight_ih_l1",
            "weights.weight_ih_l1 is missing: every layer needs both matrices",
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
    found = faults(weights, INPUTS)
    assert message in found[field]


@pytest.mark.parametrize(
    ("inputs", "field", "message"),
    [
        ([[1, 2]], "inputs", "has shape (1, 2); expected (1, 3) (T × D, with D from weight_ih_l0)"),
        ([], "inputs", "has shape (0, 0); give at least one row"),
        ([[]], "inputs", "has shape (1, 0); give at least one row"),
        ([[1, 2, 3]] * 65537, "inputs", "has 65537 rows; at most 65536 steps"),
        ("text", "inputs", "is “text”; give a list of rows"),
        ([[1, 2, 3], [1, 2]], "inputs[1]", "differ in length"),
        ([[1, 2, False]], "inputs[0][2]", "is false; give a number"),
    ],
)
def test_inputs_that_cannot_be_used(inputs, field, message):
    assert message in faults(WEIGHTS, inputs)[field]


@pytest.mark.parametrize(
    ("state", "field", "message"),
    [
        ({"h": [1, 2, 3]}, "initial_state.h", "has shape (3,); expected (2,) (H, from the weights or the query)"),
        ({"h": [[1, 2], [3, 4]]}, "initial_state.h", "has shape (2, 2); expected (1, 2) (L × H,"),
        ({"h": [1, [2]]}, "initial_state.h[1]", "give a number"),
        ({"h": "x"}, "initial_state.h", "give a list of numbers"),
        ({"c": [1, 2]}, "initial_state.c", "is the cell of an LSTM; this network, rnn, has none"),
        ({"h": [1, 2], "z": []}, "initial_state.z", "There is no state “z”"),
        ({}, "initial_state.h", "is missing: give H numbers"),
        ([1, 2], "initial_state", "give an object such as"),
    ],
)
def test_initial_states_that_cannot_be_used(state, field, message):
    assert message in faults(WEIGHTS, INPUTS, state)[field]
