"""What one layer's forward pass offers to the algorithms: states, one-step Jacobians, backpropagation."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.scaling import renormalised
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.diagrams.cell import CellDiagram
from unrolled.core.networks.diagrams.states import states_diagram
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.core.networks.vjp import BatchedVJP, JacobianVJP, RecurrentInput
from unrolled.core.networks.weights import Weights


@dataclass(frozen=True)
class LayerTrace(ABC):
    """The forward pass of one layer, with its one-step Jacobians J_t = ∂s_t/∂s_{t−1} and B_t = ∂s_t/∂x_t.

    The state s has the output h as its first H entries; what the layer carries besides (an LSTM's c) follows.
    ``states`` (T + 1, S) are s_0 … s_T. A cell gives its Jacobians, δ and another run; all else follows from these,
    slowly, or is unknown, and a cell that knows better says so.
    """

    weights: Weights
    states: Array

    # The parts of the state, equal in size, the output first.
    state_names: ClassVar[tuple[str, ...]] = ("h",)
    # The parts of a change that the two halves of a step bring, in the order in which they act.
    halves: ClassVar[tuple[str, str]] = ("gates", "weights")

    @abstractmethod
    def jacobians(self, steps: Steps) -> Array:
        """Give J_t at some 1-based steps, shape (n, S, S): new arrays, which their users may scale in place."""

    @abstractmethod
    def input_jacobians(self, steps: Steps) -> Array:
        """Give B_t at some 1-based steps, shape (n, S, D)."""

    @abstractmethod
    def delta(self, step: int, gradients: Array) -> Array:
        """Take gradients (n, S) with respect to s_step to the pre-activations that W_ih and b_ih feed, (n, G·H).

        A layer in which W_hh and b_hh feed others says what reaches those by its `batched_vjp`.
        """

    @abstractmethod
    def rerun(self, inputs: Array, start: Array) -> "LayerTrace":
        """Run the same layer on other inputs (n, D) from another state (S,)."""

    @property
    def length(self) -> int:
        """Number of steps T."""
        return len(self.states) - 1

    @property
    def state_size(self) -> int:
        """Size S of the recurrent state s."""
        return self.states.shape[1]

    @property
    def hidden_size(self) -> int:
        """Size H of the output h, and of every other part of the state."""
        return self.state_size // len(self.state_names)

    @property
    def input_size(self) -> int:
        """Size D of one input."""
        return self.weights.weight_ih.shape[1]

    @property
    def h(self) -> Array:
        """Outputs h_0 … h_T, shape (T + 1, H)."""
        return self.states[:, : self.hidden_size]

    @property
    def has_recurrent_matrix(self) -> bool:
        """Whether there is a W_hh."""
        return bool(self.weights.weight_hh.size)

    @property
    def recurrent_inputs(self) -> tuple[RecurrentInput, ...]:
        """What W_hh multiplies, h_{t−1} unless the layer says otherwise; together these are all its rows."""
        return (RecurrentInput(slice(0, self.weights.rows), self.h[:-1, : self.weights.weight_hh.shape[1]]),)

    @property
    def saved_arrays(self) -> tuple[str, ...]:
        """Name the arrays, attributes of this trace, that its backward pass reads, one row a step."""
        return ("states",)

    def takes_along(self, part: slice) -> bool:
        """Tell whether more of the state is computed from these entries at the same step, and so moves with them."""
        del part
        return False

    def part_jacobians(self, part: slice, steps: Steps) -> Array:
        """Give ∂s_k/∂(part)_k at some 1-based steps, shape (n, S, C): 1 on the part itself, and what moves with it."""
        return np.repeat(np.eye(self.state_size)[None, :, part], len(steps), axis=0)

    def changed(self, step: int, part: slice, change: Array) -> Array:
        """Give s_step (S,) with a change (C,) added to a part of it, and what is computed from that anew."""
        state = self.states[step].copy()
        state[part] += change
        return state

    def left_multiply(self, steps: Steps, products: Array) -> tuple[Array, Steps]:
        """Multiply transposed products (n, C, S) by J_t from the left, one 1-based step a product.

        Gives the new products, transposed, and powers (n,): the truth is product · 2^power.
        """
        return dense_left_multiply(self.jacobians(steps), products)

    def vjp(self, step: int, gradient: Array) -> tuple[Array, Array]:
        """Take a gradient (S,) with respect to s_t one step back, where it can be without Jacobian.

        Gives the gradients with respect to s_{t−1}, shape (S,), and to x_t, shape (D,).
        """
        steps = np.array([step])
        return gradient @ self.jacobians(steps)[0], gradient @ self.input_jacobians(steps)[0]

    def batched_vjp(self) -> BatchedVJP:
        """Prepare the vector–Jacobian product of many gradients at once."""
        return JacobianVJP(self.jacobians, self.input_jacobians, self.delta)

    def elementwise_vjp(self) -> ElementwiseVJP | None:
        """Compute the gate slopes of all steps; None where the gates do not take a gradient unit by unit."""
        return None

    def too_small(self, steps: Steps) -> int:
        """Count the slopes and gates at some steps that are taken for zero and are not: see `flush_subnormal`."""
        del steps
        return 0

    def determinant_parts(self, steps: Steps) -> tuple[Array, Array] | None:
        """Give factors (n, m) and a matrix M so that |det J_t| = ∏ |factors| · |det M|; None where there are none."""
        del steps
        return None

    def jacobian_terms(self, steps: Steps) -> Array:
        """Give J_t with every product that its entries add up taken by its size, (n, S, S): rounding grows with it."""
        return np.abs(self.jacobians(steps))

    @property
    def pieces(self) -> npt.NDArray[np.bool_]:
        """On which side of each kink of its activation every unit lies, (T, n); no columns where all is smooth."""
        return np.empty((self.length, 0), dtype=np.bool_)

    def unit_factors(self, steps: Steps) -> dict[str, Array]:
        """Give what multiplies the gradient unit by unit, by name, (n, H) each; the decisive one first."""
        del steps
        return {}

    @property
    def largest_factor(self) -> float | None:
        """The largest that the decisive unit factor can be; None where that is not known."""
        return None

    @property
    def slope_bound(self) -> float | None:
        """γ = sup |φ′| where J_t = diag φ′(a_t) · W_hh; None for any other J_t."""
        return None

    def memory_gate(self, steps: Steps) -> Array | None:
        """Give what keeps the last units of the state from step to step, (n, H); None where there is no such gate."""
        del steps
        return None

    def first_half(self, steps: Steps, products: Array) -> tuple[Array, Steps] | None:
        """Multiply transposed products by the first of the two `halves` of J_t; None where there are none.

        That is the memory gate alone; the result is as of `left_multiply`.
        """
        gate = self.memory_gate(steps)
        if gate is None:
            return None
        kept, units = np.zeros_like(products), slice(self.state_size - gate.shape[1], None)
        np.multiply(products[:, :, units], gate[:, None], out=kept[:, :, units])
        return kept, np.zeros(len(steps), dtype=np.int64)

    def diagram(self, steps: Steps) -> CellDiagram:
        """Give the cell as it is drawn, with its values and local derivatives at some 1-based steps."""
        jacobians, input_jacobians = self.jacobians(steps), self.input_jacobians(steps)
        return states_diagram(self.state_names, self.states, steps, jacobians, input_jacobians)


def dense_left_multiply(jacobians: Array, products: Array) -> tuple[Array, Steps]:
    """Multiply transposed products by Jacobians (n, S, S), which are scaled in place; as `LayerTrace.left_multiply`."""
    powers = renormalised(jacobians)
    return np.matmul(products, jacobians.swapaxes(1, 2)), powers
