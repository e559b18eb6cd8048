"""Shapes: what the arrays say about the network, and every wrong one at once."""

import numpy as np
import pytest

from unrolled.core.networks.network import Network
from unrolled.experiment.uploads.network import IN_FILE, read_network

X = np.ones((5, 2))


def network(model, layers=1, hidden=4):
    """Make the parameters of a network under a prefix."""
    shapes = Network(model, 2, hidden, layers).parameter_shapes()
    return {f"m.{name}": np.zeros(shape, np.float32) for name, shape in shapes.items()}


def faults(weights, inputs=X, **state):
    """Give the faults by field."""
    found = read_network(weights, inputs, state or None, IN_FILE).faults
    return {fault.field: fault.message for fault in found}


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


def test_a_recurrent_matrix_of_no_model():
    for shape in [(4,), (), (2, 2, 2), (8, 4), (20, 4), (0, 0), (4, 0)]:
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


def test_no_inputs():
    assert faults(network("gru"), None) == {}
    assert "give at least one row" in faults(network("gru"), np.zeros((0, 2)))["inputs"]
    assert "expected (5, 2) (T × D, with D from weight_ih_l0)" in faults(network("gru"), np.ones((5, 1)))["inputs"]
