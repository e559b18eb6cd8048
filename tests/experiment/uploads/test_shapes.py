"""Shapes: what the arrays say about the network, and every wrong one at once."""

import numpy as np
import pytest

from tests.models import make_network
from unrolled.experiment.uploads.network import IN_FILE, read_network

X = np.ones((5, 2))


def network(model, layers=1, hidden=4):
    """Make the parameters of a network under a prefix."""
    shapes = make_network(model, 2, hidden, layers).parameter_shapes()
    return {f"m.{name}": np.zeros(shape, np.float32) for name, shape in shapes.items()}


def faults(weights, inputs=X, **state):
    """Give the faults by field."""
    errors = read_network(weights, inputs, state or None, IN_FILE).faults
    return {fault.field: fault.message for fault in errors}


@pytest.mark.parametrize("model", ["rnn", "lstm", "gru"])
def test_all_wrong_shapes_are_reported_at_once(model):
    wrong = network(model, 3) | {
        "m.weight_ih_l0": np.zeros((1, 2)),
        "m.weight_ih_l1": np.zeros((4, 2)),
        "m.bias_hh_l2": np.zeros((7, 1)),
    }
    messages = faults(wrong, np.ones((5, 3, 2)), h=np.zeros((3, 1, 4)))
    rows = {"rnn": 4, "lstm": 16, "gru": 12}[model]
    assert f"has shape (1, 2); expected ({rows}, D), since weight_hh_l0 has {rows} rows" in messages.pop(
        "m.weight_ih_l0"
    )
    assert f"has shape (4, 2); expected ({rows}, 4)" in messages.pop("m.weight_ih_l1")
    assert f"has shape (7, 1); expected ({rows},)" in messages.pop("m.bias_hh_l2")
    assert "has shape (5, 3, 2); expected two axes, T × D: take one sequence" in messages.pop("inputs")
    assert "has shape (3, 1, 4); expected (3, 4) (L × H" in messages.pop("h")
    assert not messages


def test_a_recurrent_matrix_of_no_model():
    for shape in [(4,), (), (2, 2, 2), (8, 4), (20, 4), (0, 0), (4, 0)]:
        messages = faults(network("lstm") | {"m.weight_hh_l0": np.zeros(shape)})
        assert set(messages) == {"m.weight_hh_l0"}
        assert (
            f"has shape {shape}; expected (H, H) for an rnn, (4H, H) for an lstm, (3H, H) for a gru"
            in (messages["m.weight_hh_l0"])
        )


def test_a_transposed_matrix_is_recognised():
    messages = faults(network("lstm") | {"m.weight_hh_l0": np.zeros((4, 16))})
    assert messages["m.weight_hh_l0"].endswith("It looks transposed: send its transpose.")


def test_too_many_units():
    messages = faults({"weight_ih_l0": np.zeros((771, 2)), "weight_hh_l0": np.zeros((771, 257))})
    assert messages == {"weight_hh_l0": "weight_hh_l0 has shape (771, 257); at most 256 hidden units are taken."}


def test_no_inputs():
    assert faults(network("gru"), None) == {}
    assert "give at least one row" in faults(network("gru"), np.zeros((0, 2)))["inputs"]
    assert "expected (5, 2) (T × D, with D from weight_ih_l0)" in faults(network("gru"), np.ones((5, 1)))["inputs"]
