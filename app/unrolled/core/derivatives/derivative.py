"""What every derivative ∂(of)_t/∂(wrt)_k of a forward pass can be asked, whatever network it runs through."""

from typing import Protocol

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import Summary
from unrolled.core.checks.laws import Check
from unrolled.core.jacobians.product import ScaledMatrix


class Derivative(Protocol):
    """∂(of)_t/∂(wrt)_k at any two steps k ≤ t, counted from 1; sizes are log10 of a norm, −inf for exactly zero."""

    @property
    def is_hop(self) -> bool:
        """Whether it leads from one step to the other directly, and is no product of factors."""
        ...

    def triangle(self, grid: Grid, norm: Norm) -> Array:
        """Measure every row t and column k, shape (rows, columns): NaN for k > t."""
        ...

    def row(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure one t against some rising steps k ≤ t, shape (n,)."""
        ...

    def matrix(self, t: int, k: int) -> ScaledMatrix:
        """Give one derivative in full."""
        ...

    def singular_values(self, t: int, k: int) -> Array:
        """Give log10 of all its singular values, descending; NaN where they would take too long."""
        ...

    def factors(self, t: int, k: int, most: int) -> Steps:
        """Choose at most so many of the steps whose factors it is a product of, the last one t; none for a hop."""
        ...

    def factor_norms(self, steps: Steps, norm: Norm) -> Array:
        """Measure the factors of some steps, shape (n,)."""
        ...

    def growth(self, t: int, k: int, steps: Steps, norm: Norm) -> Array:
        """Measure how it grew: at step k and after each of some steps up to t, (n + 1,); a hop has its size at once."""
        ...

    def summary(self, steps: Steps, log10_norm: Array, norm: Norm) -> tuple[LagProfile, Summary]:
        """Read profile, verdict, horizon and rate off a triangle (G, G) of evenly spaced steps, to the single lag."""
        ...

    def gate_retention(self, steps: Steps, norm: Norm) -> Array | None:
        """Measure what the gate that keeps the past would leave by itself, by lag; None where there is no such gate."""
        ...

    @property
    def is_bounded(self) -> bool:
        """Whether γ σ_max and ρ of the recurrent matrix bound it: the derivative of one layer's whole state."""
        ...

    def laws(self, per_step: float | None) -> tuple[Check, ...]:
        """Check the laws that every true derivative obeys; `per_step` is γ σ_max where that bounds it."""
        ...

    def picture_laws(self, grid: Grid, log10_norm: Array, norm: Norm) -> tuple[Check, ...]:
        """Check the cells of a triangle that was measured."""
        ...
