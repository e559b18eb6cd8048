"""The initial state: what is wrong with one, and which shapes fit."""

import numpy as np

from unrolled.errors import FieldError
from unrolled.experiment.uploads.shapes import Sizes
from unrolled.experiment.uploads.states import fit_states, read_states


def faults(state, sizes):
    """Give the faults of a state by field."""
    errors: list[FieldError] = []
    fit_states(read_states(state, "initial_state.", errors), sizes, "initial_state.", errors)
    return {fault.field: fault.message for fault in errors}


def test_states_that_cannot_be_used():
    layer, stack = Sizes("rnn", 1, 2), Sizes("lstm", 3, 4)
    for state, sizes, field, message in [
        (
            {"h": [1, 2, 3]},
            layer,
            "initial_state.h",
            "has shape (3,); expected (2,) (H, from the weights or the query).",
        ),
        ({"h": [[1, 2], [3, 4]]}, layer, "initial_state.h", "has shape (2, 2); expected (1, 2) (L × H, from"),
        (
            {"h": np.zeros((3, 1, 4))},
            stack,
            "initial_state.h",
            "expected (3, 4) (L × H, from the weights or the query: take",
        ),
        ({"h": [1, [2]]}, layer, "initial_state.h[1]", "give a number"),
        ({"h": "x"}, layer, "initial_state.h", "give a list of numbers"),
        ({"c": [1, 2]}, layer, "initial_state.c", "is the cell of an LSTM; this network, rnn, has none: take it out."),
        ({"h": [1, 2], "z": []}, layer, "initial_state.z", "There is no state “z”"),
        ({}, layer, "initial_state.h", "is missing: give H numbers"),
        ([1, 2], layer, "initial_state", 'give an object such as {"h": [0, 0]}.'),
        ({"h": [1]}, Sizes("mlp", 1, 1), "initial_state", "take it out, or choose model=rnn, lstm, gru or mingru."),
    ]:
        assert message in faults(state, sizes)[field]


def test_a_row_of_numbers_fits_one_layer():
    read = read_states({"h": [1, 2], "c": [[3, 4]]}, "", [])
    fitted = fit_states(read, Sizes("lstm", 1, 2), "", [])
    assert {name: array.tolist() for name, array in (fitted or {}).items()} == {"h": [[1, 2]], "c": [[3, 4]]}
    assert fit_states(None, Sizes("rnn", 1, 2), "", []) is None
