"""The forward pass of a model without recurrence, and the triangle of its Jacobians ∂o_t/∂x_k.

There is no product over time: each cell is one Jacobian, a single step from the input to the output.
"""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.feedforward.diagram import DirectDiagram
from unrolled.runtime.progress import advance


class DirectTrace(Protocol):
    """The forward pass of a model without recurrence, with its Jacobians ∂o_t/∂x_k."""

    @property
    def inputs(self) -> Array:
        """The sequence x_1 … x_T, shape (T, D)."""
        ...

    @property
    def outputs(self) -> Array:
        """The outputs o_1 … o_T, shape (T, O)."""
        ...

    @property
    def reach(self) -> int | None:
        """The largest lag at which an output sees an input; None where it sees all before it."""
        ...

    @property
    def pieces(self) -> npt.NDArray[np.bool_]:
        """On which piece of its activation every unit lies at every step, (T, n); equal where no kink was crossed."""
        ...

    def scaled_jacobians(self, t: int, steps: Steps) -> tuple[Array, Steps]:
        """Give ∂o_t/∂x_k at some 1-based steps k as matrices (n, O, D) times powers of two (n,).

        A single weight of attention may be far below 10⁻³⁰⁰. Exactly zero for k > t and beyond the reach.
        """
        ...

    def jacobians(self, t: int, steps: Steps) -> Array:
        """Give the same as plain numbers, shape (n, O, D); what is below float64 is 0."""
        ...

    def log10_norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure log10 ‖∂o_t/∂x_k‖ at some 1-based steps k, shape (n,); −inf for a zero matrix."""
        ...

    def hidden(self) -> Array:
        """Give what the output is linear in, shape (T, H)."""
        ...

    def diagram(self) -> DirectDiagram:
        """Say how it is drawn."""
        ...

    def rerun(self, inputs: Array) -> "DirectTrace":
        """Run the same model on another sequence (n, D)."""
        ...


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
        advance(40.0 * (count - first) * trace.inputs.shape[1] * trace.outputs.shape[1])
    return sizes
