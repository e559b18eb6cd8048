"""The derivative of a recurrent network: a product of one-step Jacobians."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.grid import Grid, sample_steps
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.behaviour.lstm_shortcuts import gate_retention
from unrolled.core.behaviour.profile import LagProfile, lag_profile
from unrolled.core.behaviour.sampled import profile_from_onset, to_single_lags
from unrolled.core.behaviour.summary import Summary, summarise
from unrolled.core.checks.laws import Check, law_checks, triangle_checks
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import ScaledMatrix, product, running_norms, running_norms_back, step_norms
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values, max_sweep_lag


@dataclass(frozen=True)
class ChainDerivative:
    """A chain of Jacobians; as `Derivative`."""

    chain: JacobianChain

    @property
    def is_hop(self) -> bool:
        """No."""
        return False

    def triangle(self, grid: Grid, norm: Norm) -> Array:
        """Multiply between the samples, and from sample to sample."""
        return triangle(self.chain, grid, norm)

    def row(self, t: int, steps: Steps, norm: Norm) -> Array:
        """Carry the gradient back from t, factor by factor."""
        return running_norms_back(self.chain, t, steps, norm)

    def matrix(self, t: int, k: int) -> ScaledMatrix:
        """Multiply it out."""
        return product(self.chain, t, k)

    def singular_values(self, t: int, k: int) -> Array:
        """Sweep over the factors."""
        if t - k <= max_sweep_lag(self.chain.state_size):
            return log10_singular_values(self.chain, t, k)
        return np.full(min(self.chain.height, self.chain.width), np.nan)

    def factors(self, t: int, k: int, most: int) -> Steps:
        """Choose steps k + 1 … t: all of a short path, evenly spaced ones of a long one."""
        return sample_steps(t, most, k + 1) if t > k else np.empty(0, dtype=np.int64)

    def factor_norms(self, steps: Steps, norm: Norm) -> Array:
        """Measure the joint factors J_j."""
        return step_norms(self.chain, steps, norm)

    def growth(self, t: int, k: int, steps: Steps, norm: Norm) -> Array:
        """Multiply forwards from k."""
        del t
        return running_norms(self.chain, k, np.append(k, steps), norm)

    def summary(self, steps: Steps, log10_norm: Array, norm: Norm) -> tuple[LagProfile, Summary]:
        """Sharpen where the derivative begins, and its horizon, by products between two samples."""
        profile = lag_profile(log10_norm, steps)
        if len(steps) == self.chain.length:
            return profile, summarise(profile)
        profile = profile_from_onset(self.chain, steps, profile, norm)
        return profile, to_single_lags(self.chain, steps, profile, norm, summarise(profile))

    def gate_retention(self, steps: Steps, norm: Norm) -> Array | None:
        """Multiply that of the later state's layer; without a recurrent matrix the gate is all there is."""
        layer = self.chain.layers[-1]
        return gate_retention(layer, steps, norm) if layer.has_recurrent_matrix else None

    @property
    def is_bounded(self) -> bool:
        """Not of a part of the state, nor across layers."""
        return self.chain.is_full_state and len(self.chain.layers) == 1

    def laws(self, per_step: float | None) -> tuple[Check, ...]:
        """Multiply again, backpropagate without a Jacobian, run again."""
        return law_checks(self.chain, per_step)

    def picture_laws(self, grid: Grid, log10_norm: Array, norm: Norm) -> tuple[Check, ...]:
        """Multiply some cells from the other end, and compare cells with each other."""
        return triangle_checks(self.chain, grid, log10_norm, norm)
