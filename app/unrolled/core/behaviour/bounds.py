"""What the recurrent matrix promises: the bound from its singular values, the asymptote from its eigenvalues."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Array


@dataclass(frozen=True)
class WeightBounds:
    """Facts about W_hh and φ.

    Attributes
    ----------
    gamma : float
        sup |φ′|.
    sigma_max : float
        Largest singular value of W_hh; ‖P[t, k]‖₂ ≤ (γ σ_max)^(t−k) (Pascanu et al. 2013).
    spectral_radius : float
        ρ, the largest modulus of an eigenvalue; ‖W^n‖ grows like ρ^n in the end, not at first.
    """

    gamma: float
    sigma_max: float
    spectral_radius: float

    @property
    def per_step(self) -> float:
        """γ σ_max: below 1, vanishing is guaranteed."""
        return self.gamma * self.sigma_max


def weight_bounds(weight_hh: Array, gamma: float) -> WeightBounds:
    """Measure a recurrent matrix.

    Parameters
    ----------
    weight_hh : array of shape (H, H)
        W_hh.
    gamma : float
        sup |φ′| of the activation.

    Returns
    -------
    WeightBounds
        Singular value, spectral radius and γ.
    """
    sigma = float(np.linalg.svd(weight_hh, compute_uv=False)[0])
    return WeightBounds(gamma, sigma, float(np.abs(np.linalg.eigvals(weight_hh)).max()))
