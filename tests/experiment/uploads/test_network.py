"""A network out of JSON: what is wrong with its weights and inputs, and where."""

from tests.experiment.uploads.bodies import INPUTS, WEIGHTS, changed
from unrolled.experiment.uploads.network import read_network
from unrolled.experiment.uploads.shapes import Sizes


def faults(weights=None, inputs=None, initial_state=None):
    """Give the faults of a body by field."""
    return {fault.field: fault.message for fault in read_network(weights, inputs, initial_state).faults}


def test_weights_that_cannot_be_used():
    for weights, field, message in [
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
    ]:
        messages = faults(weights, INPUTS)
        assert message in messages[field]


def test_inputs_that_cannot_be_used():
    for inputs, field, message in [
        ([[1, 2]], "inputs", "has shape (1, 2); expected (1, 3) (T × D, with D from weight_ih_l0)"),
        ([], "inputs", "has shape (0, 0); give at least one row"),
        ([[]], "inputs", "has shape (1, 0); give at least one row"),
        ([[1, 2, 3]] * 65537, "inputs", "has 65537 rows; at most 65536 steps"),
        ("text", "inputs", "is “text”; give a list of rows"),
        ([[1, 2, 3], [1, 2]], "inputs[1]", "differ in length"),
        ([[1, 2, False]], "inputs[0][2]", "is false; give a number"),
    ]:
        assert message in faults(WEIGHTS, inputs)[field]


def _without_matrix(hidden: int = 2, **more) -> dict:
    """Give the weights of a minGRU of one layer."""
    return {"weight_ih_l0": [[0.1 * row, 0.2, -0.3] for row in range(2 * hidden)]} | more


def test_weights_without_a_recurrent_matrix_are_those_of_the_model_that_is_named():
    network = read_network(_without_matrix(), [[1, 2, 3]], {"h": [1, 2]}, model="mingru")
    assert network.faults == ()
    assert network.sizes == Sizes("mingru", 1, 2)
    assert network.width == 3
    assert network.weights is not None
    assert {name: array.shape for name, array in network.weights.items()} == {
        "weight_ih_l0": (4, 3), "bias_ih_l0": (4,), "bias_hh_l0": (4,),
    }  # fmt: skip
    for model in (None, "rnn", "mlp", ["mingru"]):
        (fault,) = read_network(_without_matrix(), None, None, model=model).faults
        assert fault.field == "weights.weight_hh_l0"
        assert "unless the query says model=mingru" in fault.message


def test_a_recurrent_matrix_is_never_left_out_in_silence():
    network = read_network(WEIGHTS, None, None, model="mingru")
    assert network.sizes is not None
    assert network.sizes.model == "rnn"
    assert network.weights is not None
    assert "weight_hh_l0" in network.weights


def test_weights_without_a_recurrent_matrix_that_cannot_be_used():
    for weights, field, message in [
        (
            {"weight_ih_l0": [[1.0, 2.0]] * 3},
            "weights.weight_ih_l0",
            "has shape (3, 2); expected (2H, D) for a mingru.",
        ),
        (_without_matrix(bias_ih_l0=[1, 2]), "weights.bias_hh_l0", "is missing while bias_ih_l0 is given"),
        (_without_matrix(weight_ih_l1=[[1, 2]]), "weights.weight_ih_l1", "expected (4, 2) (2H × H, from weight_ih_l0)"),
        ({"weight_ih_l0": [[1.0]] * 1000}, "weights.weight_ih_l0", "at most 256 hidden units are taken"),
    ]:
        found = {fault.field: fault.message for fault in read_network(weights, None, None, model="mingru").faults}
        assert message in found.get(field, ""), found
