"""How a model without recurrence is drawn: the cell of a step, and what it reads of earlier steps.

Any such model can be drawn from its Jacobians alone: every output with an edge from each input.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.networks.diagrams.cell import CellDiagram

FORMULAS = {"single": "∂o_{t}/∂x_{k}", "joint": "∂o_{t}/∂x_{first} … ∂x_{last}, {steps:,} side by side"}
# How many numbers of Jacobians are held at once.
_CHUNK_ENTRIES = 2**20


class DirectDiagram(ABC):
    """The drawing of one forward pass: a cell a step, one node of which reads one of its own and of earlier steps."""

    @property
    def reads(self) -> str:
        """The node that is read; ``x`` is the input."""
        return "x"

    @property
    @abstractmethod
    def into(self) -> str:
        """The node that reads it; ``o`` is the output."""

    @abstractmethod
    def cell(self, steps: Steps) -> CellDiagram:
        """Draw what lies between input ``x`` and output ``o`` at some 1-based steps, without what is read.

        The output stands at the width of the cell.
        """

    @abstractmethod
    def norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure log10 of ∂(into)_t/∂(reads)_k at some 1-based steps k within reach, shape (n,); −inf for zero."""

    @abstractmethod
    def joint_norm(self, t: int, steps: Steps, norm: Norm) -> float:
        """Measure log10 of these derivatives side by side."""

    @abstractmethod
    def formula(self, t: int, k: int) -> str:
        """Write ∂(into)_t/∂(reads)_k."""

    @abstractmethod
    def joint_formula(self, t: int, steps: Steps) -> str:
        """Write these derivatives side by side."""

    def log_weights(self, t: int) -> Array | None:
        """Give ln of the weights with which steps 1 … t are read, shape (t,); None where there are none."""
        del t
        return None


class _Trace(Protocol):
    def jacobians(self, t: int, steps: Steps) -> Array: ...

    def log10_norms(self, t: int, steps: Steps, norm: Norm) -> Array: ...


@dataclass(frozen=True)
class InputDiagram(DirectDiagram):
    """Outputs that read inputs, and nothing in between."""

    trace: _Trace

    @property
    def into(self) -> str:
        """The output."""
        return "o"

    def cell(self, steps: Steps) -> CellDiagram:
        """Draw nothing between input and output."""
        del steps
        return CellDiagram((), (), {}, None, 0.0)

    def norms(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure ∂o_t/∂x_k."""
        return self.trace.log10_norms(t, steps, norm)

    def joint_norm(self, t: int, steps: Steps, norm: Norm) -> float:
        """Measure [∂o_t/∂x_k] side by side: its square is the largest eigenvalue, or the trace, of Σ_k J_k J_kᵀ."""
        sizes = self.trace.log10_norms(t, steps, "frobenius")
        top = float(sizes.max())
        if top == -np.inf:
            return top
        if norm == "frobenius":
            return top + 0.5 * float(np.log10((10.0 ** (2.0 * (sizes - top))).sum()))
        first = self.trace.jacobians(t, steps[:1])[0]
        gram, count = np.zeros((len(first), len(first))), max(1, _CHUNK_ENTRIES // first.size)
        for start in range(0, len(steps), count):
            matrices = self.trace.jacobians(t, steps[start : start + count]) * 10.0**-top
            side_by_side = matrices.swapaxes(0, 1).reshape(len(first), -1)
            gram += side_by_side @ side_by_side.T
        with np.errstate(divide="ignore"):
            return top + 0.5 * float(np.log10(max(np.linalg.eigvalsh(gram)[-1], 0.0)))

    def formula(self, t: int, k: int) -> str:
        """Write ∂o_t/∂x_k."""
        return FORMULAS["single"].format(t=t, k=k)

    def joint_formula(self, t: int, steps: Steps) -> str:
        """Write these side by side."""
        return FORMULAS["joint"].format(t=t, first=steps[0], last=steps[-1], steps=len(steps))
