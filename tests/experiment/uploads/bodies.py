"""Bodies that the tests send: a small network as JSON, networks of any size as arrays, and the faults of a body."""

import numpy as np
import pytest

from tests.models import make_network
from unrolled.errors import InvalidInput
from unrolled.experiment.experiment import Experiment

WEIGHTS = {
    "weight_ih_l0": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]],
    "weight_hh_l0": [[0.5, -0.1], [0.2, 0.3]],
    "bias_ih_l0": [0.1, 0.2],
    "bias_hh_l0": [0.3, 0.4],
}
INPUTS = [[1, 2, 3], [4, 5.5, 6], [0, 0, 0], [1, 1, 1]]


def changed(**arrays):
    """Give the good weights with some changed; None takes one out."""
    return {name: array for name, array in (WEIGHTS | arrays).items() if array is not None}


def parameters(model, input_size, hidden, layers, seed=0):
    """Draw the parameters of a network."""
    rng = np.random.default_rng(seed)
    shapes = make_network(model, input_size, hidden, layers).parameter_shapes()
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def faults(values=None, weights=None, inputs=None, initial_state=None):
    """Give the faults of a body by field."""
    with pytest.raises(InvalidInput) as caught:
        Experiment.of_arrays(values, weights, inputs, initial_state)
    assert caught.value.errors
    return {fault.field: fault.message for fault in caught.value.errors}
