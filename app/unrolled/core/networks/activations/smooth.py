"""Smooth activations and their derivatives, without cancellation and without overflow.

Everything is written in e = exp(−|x|) ≤ 1, so nothing overflows and both tails keep their relative accuracy.
"""

import math

import numpy as np

from unrolled.core.arrays.types import Array

GELU_GAMMA, GELU_LOW = 1.1289041451852, -0.1289041451852
SILU_GAMMA, SILU_LOW = 1.0998393201289, -0.0998393201289
MISH_GAMMA, MISH_LOW = 1.0884981612517, -0.1125261223895

_erfc = np.frompyfunc(math.erfc, 1, 1)


def sigmoid(x: Array) -> Array:
    """Compute σ(x) = 1/(1 + e^−x)."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def sigmoid_slope(x: Array) -> Array:
    """Compute σ′(x) = e/(1 + e)²; s(1 − s) would be 0 from x ≈ 37."""
    e = np.exp(-np.abs(x))
    slope: Array = e / (1.0 + e) ** 2
    return slope


def tanh_slope(x: Array) -> Array:
    """Compute sech²(x) = 4e²/(1 + e²)²; 1 − tanh² would be 0 from |x| ≈ 19."""
    e = np.exp(-2.0 * np.abs(x))
    slope: Array = 4.0 * e / (1.0 + e) ** 2
    return slope


def softplus(x: Array) -> Array:
    """Compute ln(1 + e^x)."""
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def silu(x: Array) -> Array:
    """Compute x σ(x)."""
    return x * sigmoid(x)


def silu_slope(x: Array) -> Array:
    """Compute σ(x)(1 + x σ(−x)); σ(−x) replaces 1 − σ(x), which cancels."""
    return sigmoid(x) * (1.0 + x * sigmoid(-x))


def gelu(x: Array) -> Array:
    """Compute x Φ(x), the exact form, with Φ(x) = ½ erfc(−x/√2), which keeps the left tail."""
    return x * _normal_cdf(x)


def gelu_slope(x: Array) -> Array:
    """Compute Φ(x) + x φ(x) with the normal density φ."""
    return _normal_cdf(x) + x * np.exp(-0.5 * np.square(np.clip(x, -1e150, 1e150))) / math.sqrt(2.0 * math.pi)


def mish(x: Array) -> Array:
    """Compute x tanh(softplus(x))."""
    return x * np.tanh(softplus(x))


def mish_slope(x: Array) -> Array:
    """Compute τ + x sech²(softplus(x)) σ(x) with τ = tanh(softplus(x))."""
    y = softplus(x)
    return np.tanh(y) + x * tanh_slope(y) * sigmoid(x)


def _normal_cdf(x: Array) -> Array:
    """Compute Φ(x); NumPy has no erfc of its own."""
    values: Array = np.asarray(_erfc(-x / math.sqrt(2.0)), dtype=np.float64)
    return 0.5 * values
