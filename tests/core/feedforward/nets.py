"""Models without recurrence for the tests, with biases and weights as large as wanted."""

import numpy as np

from tests.models import initial_parameters, make_network
from unrolled.core.arrays.types import Array
from unrolled.core.feedforward.network import FeedforwardNetwork
from unrolled.core.feedforward.trace import DirectTrace


def network(model: str, size: int = 3, activation: str = "tanh", layers: int = 2, **more) -> FeedforwardNetwork:
    """Give a small network; of attention d_k differs from H."""
    sizes = {"window": 4, "key_size": 3, "positions": False} | more
    return make_network(model, size, sizes.pop("hidden", 6), layers, activation, **sizes)


def random_run(net: FeedforwardNetwork, length: int = 12, gain: float = 1.0, large: float = 1.0, seed: int = 0):
    """Draw parameters, all times `large`, and a sequence; give both with the forward pass."""
    rng = np.random.default_rng(seed)
    drawn = initial_parameters("pytorch", gain, net, rng)
    parameters = {name: large * array for name, array in drawn.items()}
    inputs = rng.standard_normal((length, net.architecture.input_size))
    return parameters, inputs, net.run(parameters, inputs)


def random_trace(model: str, length: int = 12, **more) -> DirectTrace:
    """Give only the forward pass."""
    return random_run(network(model, **more), length)[2]


def all_jacobians(trace: DirectTrace) -> Array:
    """Give all Jacobians, shape (T, T, O, D), zero for k > t."""
    steps = np.arange(1, len(trace.inputs) + 1)
    return np.array([trace.jacobians(int(t), steps) for t in steps])
