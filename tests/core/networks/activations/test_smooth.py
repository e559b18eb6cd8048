"""Smooth activations against their definitions, near 0 and where they are saturated."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from tests.core.networks.activations.digits import FAR, slopes
from unrolled.core.networks.activations import ACTIVATIONS, smooth

# Analytic near the real line as they are written here, so that the complex step applies.
DEFINITIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
}
MANY_DIGITS = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x))),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_derivative_is_the_complex_step_of_the_definition(name):
    x = np.linspace(-8, 8, 4001)
    row, define = ACTIVATIONS[name], DEFINITIONS[name]
    stepped = define(x + 1e-100j)
    np.testing.assert_allclose(row.function(x), stepped.real, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(row.derivative(x), stepped.imag / 1e-100, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", MANY_DIGITS)
def test_both_tails_keep_their_relative_accuracy(name):
    far = FAR[np.abs(FAR) <= 37] if name == "gelu" else FAR  # beyond, the slope itself leaves float64
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(far), slopes(MANY_DIGITS[name], far), rtol=1e-12)


def test_saturated_slopes_keep_their_relative_accuracy():
    x = np.array([20.0, 100.0, 300.0])
    np.testing.assert_allclose(np.log(smooth.tanh_slope(x)), np.log(4) - 2 * x, rtol=1e-12)
    np.testing.assert_allclose(np.log(smooth.sigmoid_slope(x)), -x, rtol=1e-8)
    np.testing.assert_allclose(np.log(smooth.sigmoid_slope(-x)), -x, rtol=1e-8)
    np.testing.assert_allclose(np.log(smooth.sigmoid(-x)), -x, rtol=1e-8)
