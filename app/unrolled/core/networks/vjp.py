"""Backpropagation of many gradients at once: one step back is a few products of all of them with the same factors.

Each row is the gradient of another number with respect to the same state.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array, Steps


@dataclass(frozen=True)
class VJPResult:
    """Gradients one step back, a row each: to the state before (n, S), and to the pre-activations (n, G·H).

    ``d_preactivation`` is to what W_ih and b_ih give, ``d_recurrent`` to what W_hh and b_hh give.
    """

    d_state: Array
    d_preactivation: Array
    d_recurrent: Array


@dataclass(frozen=True)
class RecurrentInput:
    """Some rows of W_hh, and what they multiply at every step, shape (T, H)."""

    rows: slice
    values: Array


class BatchedVJP(ABC):
    """The vector–Jacobian product of one layer, of whose inputs W_ih (G·H, D) takes care alone unless it says so."""

    def __init__(self, weight_ih: Array) -> None:
        self._weight_ih = weight_ih

    @abstractmethod
    def vjp(self, step: int | Steps, gradients: Array) -> VJPResult:
        """Take gradients with respect to s_step, shape (n, S), one step back: from one step, or each from its own."""

    def d_inputs(self, step: int | Steps, gradients: Array, result: VJPResult) -> Array:
        """Give what reaches x_step, shape (n, D), of gradients whose `result` is known."""
        del step, gradients
        return result.d_preactivation @ self._weight_ih


class JacobianVJP(BatchedVJP):
    """That of any layer, by its Jacobians J_t and B_t, and by δ, which pulls a gradient into the pre-activations."""

    def __init__(
        self,
        jacobians: Callable[[Steps], Array],
        input_jacobians: Callable[[Steps], Array],
        delta: Callable[[int, Array], Array],
    ) -> None:
        self._jacobians, self._input_jacobians, self._delta = jacobians, input_jacobians, delta

    def vjp(self, step: int | Steps, gradients: Array) -> VJPResult:
        """Multiply by J_step; as `BatchedVJP.vjp`."""
        if not isinstance(step, int):
            rows = [self.vjp(int(one), row[None]) for one, row in zip(step, gradients, strict=True)]
            return VJPResult(
                np.concatenate([row.d_state for row in rows]),
                np.concatenate([row.d_preactivation for row in rows]),
                np.concatenate([row.d_recurrent for row in rows]),
            )
        delta = self._delta(step, gradients)
        return VJPResult(gradients @ self._jacobians(np.array([step]))[0], delta, delta)

    def d_inputs(self, step: int | Steps, gradients: Array, result: VJPResult) -> Array:
        """Multiply by B_step; as `BatchedVJP.d_inputs`."""
        del result
        return np.vecmat(gradients, self._input_jacobians(np.atleast_1d(step)))
