"""What one layer's forward pass offers to the algorithms: states, one-step Jacobians, backpropagation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from unrolled.core.arrays.scaling import renormalised
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.diagrams.cell import CellDiagram


@dataclass(frozen=True)
class Weights:
    """The parameters of one layer: ``weight_ih`` (G·H, D), ``weight_hh`` (G·H, H), two biases (G·H,); G gates."""

    weight_ih: Array
    weight_hh: Array
    bias_ih: Array
    bias_hh: Array

    @classmethod
    def of(cls, parameters: Mapping[str, Array], layer: int) -> "Weights":
        """Take the parameters of one layer, counted from 0, by PyTorch's names."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return cls(*(parameters[f"{name}_l{layer}"] for name in names))


class LayerTrace(Protocol):
    """The forward pass of one layer, with its one-step Jacobians J_t = ∂s_t/∂s_{t−1} and B_t = ∂s_t/∂x_t.

    The state s has the output h as its first H entries; what the layer carries besides (an LSTM's c) follows.
    """

    @property
    def length(self) -> int:
        """Number of steps T."""
        ...

    @property
    def state_size(self) -> int:
        """Size S of the recurrent state s."""
        ...

    @property
    def hidden_size(self) -> int:
        """Size H of the output h."""
        ...

    @property
    def input_size(self) -> int:
        """Size D of one input."""
        ...

    @property
    def weights(self) -> Weights:
        """Its parameters."""
        ...

    @property
    def a(self) -> Array:
        """Pre-activations of all gates, shape (T, G·H)."""
        ...

    @property
    def h(self) -> Array:
        """Outputs h_0 … h_T, shape (T + 1, H)."""
        ...

    @property
    def states(self) -> Array:
        """States s_0 … s_T, shape (T + 1, S)."""
        ...

    def jacobians(self, steps: Steps) -> Array:
        """Give J_t at some 1-based steps, shape (n, S, S)."""
        ...

    def input_jacobians(self, steps: Steps) -> Array:
        """Give B_t at some 1-based steps, shape (n, S, D)."""
        ...

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply transposed products (n, C, S) by J_t from the left, one 1-based step a product.

        Gives the new products, transposed, and powers (n,): the truth is product · 2^power.
        """
        ...

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give what multiplies the gradient unit by unit, by name, (n, H) each; the decisive one first."""
        ...

    def diagram(self, steps: Steps) -> CellDiagram:
        """Give the cell as it is drawn, with its values and local derivatives at some 1-based steps."""
        ...

    def rerun(self, inputs: Array, start: Array) -> "LayerTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""
        ...

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient (S,) with respect to s_t one step back by the equations of backpropagation, without Jacobian.

        Gives the gradients with respect to s_{t−1}, shape (S,), and to x_t, shape (D,).
        """
        ...


def dense_left_multiply(jacobians: Array, products: Array) -> tuple[Array, Steps]:
    """Multiply transposed products by Jacobians (n, S, S), which are scaled in place; as `LayerTrace.left_multiply`."""
    powers = renormalised(jacobians)
    return np.matmul(products, jacobians.swapaxes(1, 2)), powers
