"""Activations made of pieces, with their derivatives; at a kink the value is PyTorch's."""

import numpy as np

from unrolled.core.arrays.types import Array

LEAK = 0.01
SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def identity(x: Array) -> Array:
    """Return x itself."""
    return x.copy()


def identity_slope(x: Array) -> Array:
    """Return 1 everywhere."""
    return np.ones_like(x)


def relu(x: Array) -> Array:
    """Compute max(x, 0)."""
    return np.maximum(x, 0.0)


def relu_slope(x: Array) -> Array:
    """Compute 1[x > 0]; 0 at the kink."""
    return (x > 0).astype(np.float64)


def leaky_relu(x: Array) -> Array:
    """Compute x above 0 and 0.01 x below."""
    return np.where(x > 0, x, LEAK * x)


def leaky_relu_slope(x: Array) -> Array:
    """Compute 1 above 0, 0.01 elsewhere."""
    return np.where(x > 0, 1.0, LEAK)


def elu(x: Array) -> Array:
    """Compute x above 0 and e^x − 1 below."""
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))


def elu_slope(x: Array) -> Array:
    """Compute 1 above 0 and e^x below."""
    return np.exp(np.minimum(x, 0.0))


def selu(x: Array) -> Array:
    """Compute λx above 0 and λα(e^x − 1) below."""
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0.0)))


def selu_slope(x: Array) -> Array:
    """Compute λ above 0 and λα e^x below; λα at the kink."""
    return SELU_SCALE * np.where(x > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(x, 0.0)))


def softsign(x: Array) -> Array:
    """Compute x / (1 + |x|)."""
    return x / (1.0 + np.abs(x))


def softsign_slope(x: Array) -> Array:
    """Compute 1 / (1 + |x|)², squared last so that a large x underflows and does not overflow."""
    return np.square(1.0 / (1.0 + np.abs(x)))


def hardtanh(x: Array) -> Array:
    """Clip x to [−1, 1]."""
    return np.clip(x, -1.0, 1.0)


def hardtanh_slope(x: Array) -> Array:
    """Compute 1[|x| < 1]; 0 at the kinks."""
    return (np.abs(x) < 1.0).astype(np.float64)


def hardsigmoid(x: Array) -> Array:
    """Clip x/6 + ½ to [0, 1], the form of ``torch.nn.Hardsigmoid``."""
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0)


def hardsigmoid_slope(x: Array) -> Array:
    """Compute 1/6 inside (−3, 3), 0 elsewhere."""
    return np.where(np.abs(x) < 3.0, 1.0 / 6.0, 0.0)
