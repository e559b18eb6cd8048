"""The parameters of one layer, and of what is read out of the state: the prediction o_t = W_ho h_t + b_ho."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class Weights:
    """The parameters of one layer: ``weight_ih`` (G·H, D), ``weight_hh`` (G·H, H), two biases (G·H,); G gates.

    A cell without recurrent matrix has one without columns, (G·H, 0), and a bias that a cell has not is zero.
    """

    weight_ih: Array
    weight_hh: Array
    bias_ih: Array
    bias_hh: Array

    @classmethod
    def of(cls, parameters: Mapping[str, Array], layer: int) -> "Weights":
        """Take the parameters of one layer, counted from 0, by PyTorch's names."""
        weight_ih = parameters[f"weight_ih_l{layer}"]
        rows = len(weight_ih)
        absent = {"weight_hh": np.empty((rows, 0)), "bias_ih": np.zeros(rows), "bias_hh": np.zeros(rows)}
        return cls(weight_ih, *(parameters.get(f"{name}_l{layer}", array) for name, array in absent.items()))

    @property
    def rows(self) -> int:
        """G·H, the pre-activations of all gates."""
        return len(self.weight_ih)


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
