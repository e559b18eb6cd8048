"""The networks that are compared with PyTorch: every activation under every initialisation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array
from app.core.initialisations import initial_parameters
from app.core.rnn import RNN, RNNTrace

FEATURES = 3


@dataclass(frozen=True)
class Case:
    """One network with its sequence and its initial state."""

    activation: str
    parameters: dict[str, Array]
    inputs: Array
    initial_state: Array

    def run(self) -> RNNTrace:
        """Run it the way this project does."""
        hidden = len(self.initial_state)
        return RNN(self.inputs.shape[1], hidden, self.activation).run(self.parameters, self.inputs, self.initial_state)


def drawn(
    activation: str, init: str, *, length: int, hidden: int, seed: int = 0, gain: float = 1.0, amplitude: float = 1.0
) -> Case:
    """Draw a network, a noisy sequence and an initial state."""
    weights, rest = np.random.default_rng(seed).spawn(2)
    parameters = initial_parameters(init, gain, FEATURES, hidden, weights)
    return Case(
        activation, parameters, amplitude * rest.standard_normal((length, FEATURES)), 0.5 * rest.standard_normal(hidden)
    )


def pairs(length: int) -> Iterator[tuple[int, int]]:
    """Give every (t, k) with k < t, and k from the initial state on."""
    return ((t, k) for t in range(1, length + 1) for k in range(t))
