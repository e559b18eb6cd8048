"""The models by kind, and networks of any size, for all tests."""

from typing import Any

from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.models import MODELS
from unrolled.core.networks.architecture import Architecture, Reset
from unrolled.core.networks.initialisations import DRAWN, MemoryBias
from unrolled.core.networks.network import Network

RECURRENT = {name: model for name, model in MODELS.items() if model.states}
DIRECT = {name: model for name, model in MODELS.items() if not model.states}


def make_network(
    model: str,
    input_size: int,
    hidden_size: int,
    layers: int = 1,
    activation: str = "tanh",
    reset: Reset = "after",
    window: int = 1,
    key_size: int | None = None,
    positions: bool = False,
) -> Any:
    """Give a network of a model: recurrent or not."""
    architecture = Architecture(input_size, hidden_size, layers, activation, reset, window, key_size, positions)
    return MODELS[model].network(architecture)


def initial_parameters(
    init: str, gain: float, network: Network, rng: Generator, memory: MemoryBias = DRAWN
) -> dict[str, Array]:
    """Draw its parameters."""
    return network.draw(init, gain, rng, memory)
