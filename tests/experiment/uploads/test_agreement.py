"""Everything that is wrong with a body is told in one round: no fault hides another that does not rest on it."""

import numpy as np
import pytest

from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import Experiment

WEIGHTS = {
    "weight_ih_l0": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
    "weight_hh_l0": [[0.5, -0.1], [0.2, 0.3]],
    "bias_ih_l0": [0.1, 0.2],
    "bias_hh_l0": [0.3, 0.4],
}
INPUTS = [[1, 2, 3], [4, 5.5, 6], [0, 0, 0], [1, 1, 1]]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
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
    ],
)
def test_one_fault_hides_no_other(sent, told):
    with pytest.raises(InvalidInput) as caught:
        Experiment.of_arrays(*sent)
    assert {fault.field for fault in caught.value.errors} == told


def test_a_network_that_is_too_large_hides_no_wrong_shape():
    own = {"weight_ih_l0": np.zeros((300, 3)), "weight_hh_l0": np.zeros((300, 300))}
    own |= {"weight_ih_l1": np.zeros((300, 3)), "weight_hh_l1": np.zeros((300, 300))}
    with pytest.raises(InvalidInput) as caught:
        Experiment.of_arrays({"hidden": 300, "layer": 3}, own, INPUTS, {"h": [1.0]})
    assert {fault.field: fault.message.partition(";")[0] for fault in caught.value.errors} == {
        "weights.weight_hh_l0": "weights.weight_hh_l0 has shape (300, 300)",
        "weights.weight_ih_l1": "weights.weight_ih_l1 has shape (300, 3)",
        "initial_state.h": "initial_state.h has shape (1,)",
        "query.hidden": "hidden is 300",
        "query.layer": "layer is 3 but the network has 2: lower layer or raise layers.",
    }
