"""Small networks for the tests of the core."""

import numpy as np

from app.core.arrays import Array
from app.core.initialisations import initial_parameters
from app.core.rnn import RNN, RNNTrace
from app.core.trace import Trace


def drawn(
    length: int = 12, hidden: int = 6, activation: str = "tanh", init: str = "pytorch", gain: float = 1.0, seed: int = 0
) -> RNNTrace:
    """Run a drawn network on white noise."""
    weights, inputs = np.random.default_rng(seed).spawn(2)
    parameters = initial_parameters(init, gain, 1, hidden, weights)
    return RNN(1, hidden, activation).run(parameters, inputs.standard_normal((length, 1)))


def given(
    weight_hh: Array, length: int, activation: str, *, bias: Array | float = 0.0, initial_state: Array | None = None
) -> RNNTrace:
    """Run a network with a given recurrent matrix on silence."""
    size = len(weight_hh)
    parameters = {
        "weight_ih_l0": np.zeros((size, 1)),
        "weight_hh_l0": weight_hh,
        "bias_ih_l0": np.broadcast_to(bias, (size,)).astype(float),
        "bias_hh_l0": np.zeros(size),
    }
    return RNN(1, size, activation).run(parameters, np.zeros((length, 1)), initial_state)


def multiplied(trace: Trace, t: int, k: int) -> Array:
    """Multiply one-step Jacobians in plain float64."""
    product = np.eye(trace.state_size)
    for step in range(k + 1, t + 1):
        product = trace.jacobians(np.array([step]))[0] @ product
    return product


def rotation(angle: float) -> Array:
    """Rotate the plane."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
