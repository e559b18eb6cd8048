"""Layers on top of each other: parameters, initial states, what enters a higher layer."""

import numpy as np
import pytest

from tests.core.nets import Architecture, run
from tests.models import initial_parameters, make_network


@pytest.mark.parametrize(("model", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_parameter_names_and_shapes_are_those_of_pytorch(model, gates):
    assert make_network(model, 3, 5, 2).parameter_shapes() == {
        "weight_ih_l0": (gates * 5, 3),
        "weight_hh_l0": (gates * 5, 5),
        "bias_ih_l0": (gates * 5,),
        "bias_hh_l0": (gates * 5,),
        "weight_ih_l1": (gates * 5, 5),
        "weight_hh_l1": (gates * 5, 5),
        "bias_ih_l1": (gates * 5,),
        "bias_hh_l1": (gates * 5,),
    }


@pytest.mark.parametrize("architecture", [Architecture("lstm", 2), Architecture("gru", 2)], ids=str)
def test_the_initial_state_and_the_layers_below_enter(architecture):
    trace = run(architecture, 5, 3)
    for layer in trace.layers:
        assert np.abs(layer.states[0]).min() > 0
    upper = trace.layers[1]
    alone = upper.rerun(trace.layers[0].h[1:], upper.states[0])
    np.testing.assert_array_equal(alone.states, upper.states)
    at_rest = architecture.network(2, 3).run(
        initial_parameters("pytorch", 1.0, architecture.network(2, 3), np.random.default_rng(0)), trace.inputs
    )
    assert not at_rest.layers[1].states[0].any()
