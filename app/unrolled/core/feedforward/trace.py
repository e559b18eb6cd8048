"""The forward pass of a model without recurrence, and the triangle of its Jacobians ∂o_t/∂x_k.

There is no product over time: each cell is one Jacobian, a single step from the input to the output.
"""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.flops import inspection
from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.diagram import DirectDiagram, InputDiagram
from unrolled.core.jacobians.product import scaled_norms
from unrolled.core.networks.layer import LayerTrace
from unrolled.runtime.progress import advance


class DirectTrace(ABC):
    """The forward pass of a model without recurrence, with its Jacobians ∂o_t/∂x_k.

    A model gives inputs (T, D), outputs (T, O), Jacobians, and runs again; what it does not give follows from these.
    """

    inputs: Array
    outputs: Array

    @property
    def layers(self) -> tuple[LayerTrace, ...]:
        """No recurrent ones."""
        return ()

    @property
    def reach(self) -> int | None:
        """The largest lag at which an output sees an input; None where it sees all before it."""
        return None

    @property
    def pieces(self) -> npt.NDArray[np.bool_]:
        """On which piece of its activation every unit lies at every step, (T, n); equal where no kink was crossed."""
        return np.empty((len(self.inputs), 0), dtype=np.bool_)

    @property
    def too_small(self) -> int:
        """How many slopes are taken for zero and are not."""
        return 0

    @abstractmethod
    def jacobians(self, t: int, steps: Steps) -> Array:
        """Give ∂o_t/∂x_k at some 1-based steps k, shape (n, O, D); zero for k > t, and what is below float64."""

    def scaled_jacobians(self, t: int, steps: Steps) -> tuple[Array, Steps]:
        """Give the same as matrices (n, O, D) times powers of two (n,).

        A single weight of attention may be far below 10⁻³⁰⁰. Exactly zero for k > t and beyond the reach.
        """
        return self.jacobians(t, steps), np.zeros(len(steps), dtype=np.int64)

    def log10_norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure log10 ‖∂o_t/∂x_k‖ at some 1-based steps k, shape (n,); −inf for a zero matrix."""
        return scaled_norms(*self.scaled_jacobians(t, steps), norm)

    def hidden(self) -> Array:
        """Give what the output is linear in, shape (T, H)."""
        return self.outputs

    def diagram(self) -> DirectDiagram:
        """Say how it is drawn."""
        return InputDiagram(self)

    def readable(self, most: int) -> Array:
        """Give what the past is read out of, shape (T, n): of a window of inputs at most so many of these."""
        del most
        return self.hidden()

    @abstractmethod
    def rerun(self, inputs: Array) -> "DirectTrace":
        """Run the same model on another sequence (n, D)."""


def unscaled(matrices: Array, exponents: Steps) -> Array:
    """Turn matrices (n, O, D) with powers of two into plain numbers; what is below float64 is 0."""
    return np.asarray(np.ldexp(matrices, exponents[:, None, None]))


def direct_triangle(trace: DirectTrace, grid: Grid, norm: Norm) -> Array:
    """Measure log10 ‖∂o_t/∂x_k‖ (rows, columns) on a grid: NaN for k > t, −inf without a path from x_k to o_t."""
    sizes = grid.empty()
    for index, t in enumerate(grid.t.tolist()):
        count = int(np.searchsorted(grid.k, t, side="right"))
        sizes[index, :count] = -np.inf
        first = 0 if trace.reach is None else int(np.searchsorted(grid.k, t - trace.reach))
        if first < count:
            sizes[index, first:count] = trace.log10_norms(t, grid.k[first:count], norm)
        advance(inspection(count - first, trace.inputs.shape[1], trace.outputs.shape[1]))
    return sizes
