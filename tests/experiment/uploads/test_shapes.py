"""Arrays out of files: their types, numbers and shapes."""

import numpy as np
import pytest

from unrolled.core.networks.network import Network
from unrolled.errors import FieldError
from unrolled.experiment.uploads.network import IN_FILE, read_network
from unrolled.experiment.uploads.numbers import read_numbers

X = np.ones((5, 2))


def network(model, layers=1, hidden=4):
    """Make the parameters of a network under a prefix."""
    shapes = Network(model, 2, hidden, layers).parameter_shapes()
    return {f"m.{name}": np.zeros(shape, np.float32) for name, shape in shapes.items()}


def faults(weights, inputs=X, **state):
    """Give the faults by field."""
    found = read_network(weights, inputs, state or None, IN_FILE).faults
    return {fault.field: fault.message for fault in found}


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "i1", "u1", "i8", ">i2", "u8"])
def test_real_numbers_become_float64(dtype):
    found: list[FieldError] = []
    array = read_numbers(np.array([[1, 2], [3, 4]], dtype), "a", 2, found)
    assert not found
    assert array is not None
    assert array.dtype == np.float64
    assert array.tolist() == [[1, 2], [3, 4]]


def test_an_array_in_columns_keeps_its_shape():
    given = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    array = read_numbers(given, "a", 2, [])
    assert array is not None
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize("dtype", ["?", "c8", "O", "S3", "U3", "M8[s]", "V2"])
def test_other_types_are_refused_by_name(dtype):
    found: list[FieldError] = []
    assert read_numbers(np.zeros(3, dtype), "lstm.bias", 1, found) is None
    assert found[0].message.startswith(f"lstm.bias has the dtype {np.dtype(dtype)}; float16, float32, float64")
    assert "array.astype(float)" in found[0].message


@pytest.mark.parametrize(
    ("number", "said"),
    [(np.nan, "is nan; give a finite"), (-np.inf, "is -inf; give a finite"), (1e101, "is 1e+101; give a number of at")],
)
def test_the_place_of_a_bad_number_is_told(number, said):
    given = np.zeros((3, 2))
    given[1, 1] = given[2, 0] = number
    found: list[FieldError] = []
    assert read_numbers(given, "x", 2, found) is None
    assert found[0].field == "x[1][1]"
    assert said in found[0].message


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_every_wrong_shape_is_told_at_once(model):
    wrong = network(model, 3) | {
        "m.weight_ih_l0": np.zeros((1, 2)),
        "m.weight_ih_l1": np.zeros((4, 2)),
        "m.bias_hh_l2": np.zeros((7, 1)),
    }
    found = faults(wrong, np.ones((5, 3, 2)), h=np.zeros((3, 1, 4)))
    rows = {"rnn": 4, "lstm": 16, "gru": 12}[model]
    assert f"has shape (1, 2); expected ({rows}, D), since weight_hh_l0 has {rows} rows" in found.pop("m.weight_ih_l0")
    assert f"has shape (4, 2); expected ({rows}, 4)" in found.pop("m.weight_ih_l1")
    assert f"has shape (7, 1); expected ({rows},)" in found.pop("m.bias_hh_l2")
    assert "has shape (5, 3, 2); expected two axes, T × D: take one sequence" in found.pop("inputs")
    assert "has shape (3, 1, 4); expected (3, 4) (L × H" in found.pop("h")
    assert not found


@pytest.mark.parametrize("shape", [(4,), (), (2, 2, 2), (8, 4), (20, 4), (0, 0), (4, 0)])
def test_a_recurrent_matrix_of_no_model(shape):
    found = faults(network("lstm") | {"m.weight_hh_l0": np.zeros(shape)})
    assert set(found) == {"m.weight_hh_l0"}
    assert (
        f"has shape {shape}; expected (H, H) for an rnn, (4H, H) for an lstm, (3H, H) for a gru"
        in (found["m.weight_hh_l0"])
    )


def test_a_transposed_matrix_is_recognised():
    found = faults(network("lstm") | {"m.weight_hh_l0": np.zeros((4, 16))})
    assert found["m.weight_hh_l0"].endswith("It looks transposed: send its transpose.")


def test_too_many_units():
    found = faults({"weight_ih_l0": np.zeros((771, 2)), "weight_hh_l0": np.zeros((771, 257))})
    assert found == {"weight_hh_l0": "weight_hh_l0 has shape (771, 257); at most 256 hidden units are taken."}


def test_a_cell_is_an_lstms():
    assert "this network, gru, has none: take it out" in faults(network("gru"), c=np.zeros(4))["c"]
    assert not faults(network("lstm"), c=np.zeros(4), h=np.zeros((1, 4)))


def test_no_inputs():
    assert faults(network("gru"), None) == {}
    assert "give at least one row" in faults(network("gru"), np.zeros((0, 2)))["inputs"]
    assert "expected (5, 2) (T × D, with D from weight_ih_l0)" in faults(network("gru"), np.ones((5, 1)))["inputs"]
