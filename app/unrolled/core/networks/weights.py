"""The parameters of one layer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

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
