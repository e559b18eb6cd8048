"""What is read out of the state: the prediction o_t = W_ho h_t + b_ho of the next input."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class Readout:
    """A linear layer on the output h of the last layer, as ``torch.nn.Linear``: W_ho (O, H) and b_ho (O,)."""

    weight: Array
    bias: Array

    def outputs(self, h: Array) -> Array:
        """Give o_1 … o_T, shape (T, O), of h_1 … h_T."""
        return np.asarray(h @ self.weight.T + self.bias)


def draw_readout(hidden: int, outputs: int, rng: Generator) -> Readout:
    """Draw a readout of O outputs from U(−1/√H, 1/√H), as ``torch.nn.Linear`` does."""
    bound = 1.0 / np.sqrt(hidden)
    return Readout(rng.uniform(-bound, bound, (outputs, hidden)), rng.uniform(-bound, bound, outputs))
