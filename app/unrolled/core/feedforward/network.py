"""What all networks without recurrence have in common: parameters drawn as linear layers, and their count."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.networks.architecture import Architecture
from unrolled.core.networks.initialisations import DRAWN, INITIALISATIONS, MemoryBias
from unrolled.core.networks.wiring import Edge


@dataclass(frozen=True)
class FeedforwardNetwork(ABC):
    """A model without recurrence that predicts the next input: its outputs are as large as its inputs.

    A model gives the shapes of its matrices, which of them are square, and its forward pass.
    """

    architecture: Architecture

    @property
    def input_size(self) -> int:
        """D."""
        return self.architecture.input_size

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.architecture.hidden_size

    @property
    def layers(self) -> int:
        """One, where a model cannot be stacked."""
        return 1

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every output reads every input up to its own."""
        return (Edge("x", "o", 0, None),)

    @abstractmethod
    def matrix_shapes(self) -> dict[str, tuple[int, int]]:
        """Give the shape of every matrix by what follows ``weight_`` in its name, the readout ``o`` last."""

    @property
    def square(self) -> tuple[str, ...]:
        """The matrices from hidden to hidden units, which follow an initialisation."""
        return ()

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Give the shape of every parameter by its name: matrices (rows, columns), and a bias for each."""
        named: dict[str, tuple[int, ...]] = {}
        for name, shape in self.matrix_shapes().items():
            named |= {f"weight_{name}": shape, f"bias_{name}": shape[:1]}
        return named

    def draw(self, init: str, gain: float, rng: Generator, memory: MemoryBias = DRAWN) -> dict[str, Array]:
        """Draw the parameters.

        Only the square matrices from hidden to hidden units follow the initialisation: those between the layers of an
        MLP, and W_v of attention. They are drawn first, so that they do not depend on the input. An MLP of one hidden
        layer has none, so there `init` and `gain` change no matrix. All others are U(−1/√n, 1/√n) for n entering
        numbers, as ``torch.nn.Linear`` has it; the biases are so for ``pytorch`` and 0 otherwise.
        """
        del memory
        shapes = self.parameter_shapes()
        parameters = {
            f"weight_{name}": gain * INITIALISATIONS[init].draw(rng, self.hidden_size) for name in self.square
        }
        for name, shape in shapes.items():
            bound = 1.0 / np.sqrt(shapes[name.replace("bias", "weight")][1])
            if name.startswith("bias") and init != "pytorch":
                parameters[name] = np.zeros(shape)
            elif name not in parameters:
                parameters[name] = rng.uniform(-bound, bound, shape)
        return {name: parameters[name] for name in shapes}

    @abstractmethod
    def run(
        self, parameters: Mapping[str, Array], inputs: Array, initial: Mapping[str, Array] | None = None
    ) -> DirectTrace:
        """Compute the forward pass of inputs (T, D); raises Overflow, which names the step, beyond float64."""

    def multiply_adds(self, length: int) -> int:
        """Count the multiply-adds of all that reads the sequence, forwards over T steps, without the readout."""
        return length * sum(rows * columns for name, (rows, columns) in self.matrix_shapes().items() if name != "o")
