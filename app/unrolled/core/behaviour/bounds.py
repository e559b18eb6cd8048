"""Bounds from the recurrent matrix: its singular values bound every product, its eigenvalues give the asymptote."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.exact import is_nilpotent
from unrolled.core.arrays.types import Array
from unrolled.core.networks.layer import LayerTrace


@dataclass(frozen=True)
class WeightBounds:
    """γ = sup |φ′|, the largest singular value of W_hh, and its spectral radius ρ.

    ‖P[t, k]‖₂ ≤ (γ σ_max)^(t−k) (Pascanu et al. 2013); ‖W^n‖ grows like ρ^n in the end, not at first.
    """

    gamma: float
    sigma_max: float
    spectral_radius: float

    @property
    def per_step(self) -> float:
        """γ σ_max: below 1, vanishing is guaranteed."""
        return self.gamma * self.sigma_max


def weight_bounds(weight_hh: Array, gamma: float) -> WeightBounds:
    """Measure W_hh (H, H) beside γ = sup |φ′| of the activation."""
    sigma = float(np.linalg.svd(weight_hh, compute_uv=False)[0])
    # Rounding gives a nilpotent matrix of H units eigenvalues as large as ε^(1/H).
    radius = 0.0 if is_nilpotent(weight_hh) else float(np.abs(np.linalg.eigvals(weight_hh)).max())
    return WeightBounds(gamma, sigma, radius)


def layer_bounds(layer: LayerTrace) -> WeightBounds | None:
    """Measure them for a layer with J_t = diag φ′ · W_hh; None for any other, as one with a matrix for every gate."""
    gamma = layer.slope_bound
    return None if gamma is None else weight_bounds(layer.weights.weight_hh, gamma)
