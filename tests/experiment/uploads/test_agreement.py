"""The query beside arrays: it must not contradict them, and no fault hides another that does not rest on it."""

import numpy as np

from tests.experiment.uploads.bodies import INPUTS, WEIGHTS, changed, faults, parameters
from unrolled.experiment.experiment import Experiment


def test_sizes_may_be_repeated_but_not_contradicted():
    assert Experiment.of_arrays({"length": 4, "hidden": "2"}, WEIGHTS, INPUTS, None).query.length == 4
    messages = faults({"length": 5, "hidden": 3}, WEIGHTS, INPUTS)
    assert messages["query.length"].endswith("Leave length out or give 4.")
    assert messages["query.hidden"] == (
        "query.hidden is 3 but weight_hh_l0 has this many columns: 2. Leave hidden out or give 2."
    )


def test_an_unreadable_network_leaves_what_is_chosen_inside_it_alone():
    # Without its matrix nobody knows whether the network has a cell or a second layer.
    broken = changed(weight_hh_l0=[[1, 2], [3, None]])
    assert set(faults({"of": "c", "layer": 2, "t": 5}, broken, INPUTS)) == {"weights.weight_hh_l0[1][1]", "query.t"}


def test_a_query_must_be_an_object():
    for values in ("x", 3, [1], True):
        assert faults(values, WEIGHTS, INPUTS)["query"].endswith('; give an object of fields such as {"gain": 1.2}.')


def test_a_cell_must_lie_in_the_own_sequence():
    assert faults({"t": 5}, WEIGHTS, INPUTS) == {
        "query.t": "t is 5 but the sequence ends at 4: lower t or raise length."
    }


def test_a_model_of_the_query_must_be_that_of_the_arrays():
    own = parameters("lstm", 3, 16, 2)
    assert Experiment.of_arrays({"model": "lstm", "layers": "2"}, own, INPUTS, None).query.layers == 2
    assert faults({"model": "gru", "layers": 1}, own, INPUTS) == {
        "query.model": "weight_hh_l0 has shape (64, 16): four blocks of 16 rows, an lstm; query.model is “gru”: "
        "leave model out or give lstm.",
        "query.layers": "query.layers is 1 but the weights have this many layers: 2. Leave layers out or give 2.",
    }
    assert set(faults({"layers": True}, parameters("rnn", 3, 2, 1), INPUTS)) == {"query.layers"}


def test_one_fault_hides_no_other():
    for sent, fields in [
        # (query, weights, inputs, initial state): whatever its own members allow to say is said in one round.
        (({"gain": "x"}, WEIGHTS, None, None), {"query.gain", "weights.weight_ih_l0"}),
        (({"gain": "x", "hidden": 3}, None, INPUTS, {"h": [1, 2]}), {"query.gain", "initial_state.h"}),
        (({"model": "gru"}, None, [[True]], {"c": [1]}), {"inputs[0][0]", "initial_state.c"}),
        (({"t": 9, "k": 10, "gain": "x"}, WEIGHTS, INPUTS, None), {"query.t", "query.k", "query.gain"}),
        (
            ({"of": "c", "t": 9}, WEIGHTS | {"bias_ih_l0": [1]}, INPUTS, None),
            {"query.of", "query.t", "weights.bias_ih_l0"},
        ),
        (({"layers": "x", "layer": 2}, WEIGHTS, INPUTS, None), {"query.layers", "query.layer"}),
        # What rests on an array that could not be read is not said.
        (({"t": 9, "gain": "x"}, WEIGHTS, [], None), {"query.gain", "inputs"}),
        (({"of": "c", "layer": 3, "t": 9}, {"weight_ih_l0": [[1]]}, [[1]], None), {"query.t", "weights.weight_hh_l0"}),
        (({"of": "c", "layer": 3}, 5, [[1]], {"h": [1, 2]}), {"weights"}),
        (({"input": "x"}, WEIGHTS, None, None), {"query.input"}),
        (({"hidden": "x"}, None, INPUTS, {"h": [1, 2]}), {"query.hidden"}),
    ]:
        assert faults(*sent).keys() == fields


def test_a_network_that_is_too_large_hides_no_wrong_shape():
    own = {"weight_ih_l0": np.zeros((300, 3)), "weight_hh_l0": np.zeros((300, 300))}
    own |= {"weight_ih_l1": np.zeros((300, 3)), "weight_hh_l1": np.zeros((300, 300))}
    messages = faults({"hidden": 300, "layer": 3}, own, INPUTS, {"h": [1.0]})
    assert {field: message.partition(";")[0] for field, message in messages.items()} == {
        "weights.weight_hh_l0": "weights.weight_hh_l0 has shape (300, 300)",
        "weights.weight_ih_l1": "weights.weight_ih_l1 has shape (300, 3)",
        "initial_state.h": "initial_state.h has shape (1,)",
        "query.hidden": "hidden is 300",
        "query.layer": "layer is 3 but the network has 2: lower layer or raise layers.",
    }
