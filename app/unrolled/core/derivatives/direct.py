"""The derivative of a network without recurrence: one hop from an input to an output."""

from dataclasses import dataclass, replace

import numpy as np

from unrolled.core.arrays.grid import Grid
from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.behaviour.feedforward_horizon import direct_horizon
from unrolled.core.behaviour.profile import LagProfile, lag_profile
from unrolled.core.behaviour.summary import Summary, summarise
from unrolled.core.checks.feedforward import direct_checks
from unrolled.core.checks.laws import Check
from unrolled.core.feedforward.trace import DirectTrace, direct_triangle
from unrolled.core.jacobians.product import ScaledMatrix, log10_norms, unit


@dataclass(frozen=True)
class DirectDerivative:
    """∂o_t/∂x_k; as `Derivative`."""

    trace: DirectTrace

    @property
    def is_hop(self) -> bool:
        """Yes."""
        return True

    def triangle(self, grid: Grid, norm: Norm) -> Array:
        """Measure cell by cell."""
        return direct_triangle(self.trace, grid, norm)

    def row(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Measure them."""
        return self.trace.log10_norms(t, steps, norm)

    def matrix(self, t: int, k: int) -> ScaledMatrix:
        """Scale it."""
        return unit(*self._scaled(t, k))

    def singular_values(self, t: int, k: int) -> Array:
        """Decompose it."""
        matrices, exponent = self._scaled(t, k)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log10(np.linalg.svd(matrices[0], compute_uv=False)) + LOG10_2 * exponent[0])

    def factors(self, t: int, k: int, most: int) -> Steps:
        """Choose none: it is no product."""
        del t, k, most
        return np.empty(0, dtype=np.int64)

    def factor_norms(self, steps: Steps, norm: Norm) -> Array:
        """Measure none."""
        del norm
        return np.empty(len(steps))

    def growth(self, t: int, k: int, steps: Steps, norm: Norm) -> Array:
        """Give the whole size."""
        del steps
        matrices, exponent = self._scaled(t, k)
        return log10_norms(matrices, norm) + LOG10_2 * exponent

    def summary(self, steps: Steps, log10_norm: Array, norm: Norm) -> tuple[LagProfile, Summary]:
        """Sharpen the horizon by bisection; nothing is multiplied step by step, so there is no rate and no verdict."""
        profile = replace(
            lag_profile(log10_norm, steps), chained=False, reach=self.trace.reach, far_share=self._far_share(norm)
        )
        summary = summarise(profile)
        return profile, replace(summary, horizon=direct_horizon(self.trace, steps, profile, norm, summary.horizon))

    def gate_retention(self, steps: Steps, norm: Norm) -> Array | None:
        """Give none: nothing is kept from step to step."""
        del steps, norm
        return None

    @property
    def is_bounded(self) -> bool:
        """Never."""
        return False

    def laws(self, per_step: float | None) -> tuple[Check, ...]:
        """Run again with changed inputs."""
        del per_step
        return direct_checks(self.trace)

    def picture_laws(self, grid: Grid, log10_norm: Array, norm: Norm) -> tuple[Check, ...]:
        """Check nothing more: `laws` decompose cells one by one."""
        del grid, log10_norm, norm
        return ()

    def _far_share(self, norm: Norm) -> float:
        """Measure what the first half of the inputs has of the squared influence on the last output; 0 of none."""
        length = len(self.trace.inputs)
        sizes = self.trace.log10_norms(length, np.arange(1, length + 1), norm)
        squares = 10.0 ** (2.0 * (sizes - max(float(sizes.max()), -1e300)))
        return float(squares[: length // 2].sum() / max(squares.sum(), 1.0))

    def _scaled(self, t: int, k: int) -> tuple[Array, Steps]:
        """Give one Jacobian (1, O, D) with its power of two (1,)."""
        matrices, powers = self.trace.scaled_jacobians(t, np.array([k]))
        scaled, exponent = rescale(matrices)
        return scaled, exponent + powers
