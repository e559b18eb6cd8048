"""Every activation against its derivative, its supremum and its tails."""

import warnings
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from unrolled.core.networks.activations import ACTIVATIONS

WIDE = np.concatenate([np.linspace(-12, 12, 48001), [-400.0, -200.0, -40.0, 40.0, 200.0, 400.0]])
KINKS = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])
# Analytic near the real line as they are written here, so that the complex step applies.
DEFINITIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "sine": np.sin,
    "identity": lambda z: z,
    "mish": lambda z: z * np.tanh(np.log(1 + np.exp(z))),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_derivative_is_the_complex_step_of_the_definition(name):
    x = np.linspace(-8, 8, 4001)
    row, define = ACTIVATIONS[name], DEFINITIONS[name]
    stepped = define(x + 1e-100j)
    np.testing.assert_allclose(row.function(x), stepped.real, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(row.derivative(x), stepped.imag / 1e-100, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_the_slope_of_the_function(name):
    x = np.linspace(-6, 6, 2401) + 1e-3 / 7
    x = x[np.abs(x[:, None] - KINKS).min(axis=1) > 2e-5]
    row, step = ACTIVATIONS[name], 1e-5
    slope = (row.function(x + step) - row.function(x - step)) / (2 * step)
    np.testing.assert_allclose(row.derivative(x), slope, atol=2e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_supremum_is_reached_and_never_exceeded_also_far_out(name):
    row = ACTIVATIONS[name]
    slope = row.derivative(np.concatenate([WIDE, [-1e-12, 1e-12]]))
    assert slope.max() <= row.high + 1e-12
    assert slope.min() >= row.low - 1e-12
    assert np.abs(slope).max() == pytest.approx(row.gamma, rel=1e-6)
    assert row.gamma == pytest.approx(max(abs(row.low), abs(row.high)), rel=1e-12)
    # Far out nothing overflows.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(row.function(WIDE)).all()
        assert np.isfinite(row.derivative(WIDE)).all()
        assert np.isfinite(row.derivative(np.array([-1e200, 1e200]))).all()


def test_saturated_slopes_keep_their_relative_accuracy():
    x = np.array([20.0, 100.0, 300.0])
    np.testing.assert_allclose(np.log(ACTIVATIONS["tanh"].derivative(x)), np.log(4) - 2 * x, rtol=1e-12)
    np.testing.assert_allclose(np.log(ACTIVATIONS["sigmoid"].derivative(x)), -x, rtol=1e-8)
    np.testing.assert_allclose(np.log(ACTIVATIONS["sigmoid"].derivative(-x)), -x, rtol=1e-8)
    np.testing.assert_allclose(np.log(ACTIVATIONS["softplus"].derivative(-x)), -x, rtol=1e-8)


MANY_DIGITS = {
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "elu": lambda x: x if x > 0 else mpmath.expm1(x),
    "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log(1 + mpmath.exp(x))),
}


@pytest.mark.parametrize("name", MANY_DIGITS)
def test_both_tails_keep_their_relative_accuracy(name):
    far = np.array([-300.0, -100.0, -37.0, -20.0, -9.0, -4.0, 4.0, 9.0, 20.0, 37.0, 100.0, 300.0])
    if name == "gelu":
        far = far[np.abs(far) <= 37]  # beyond, the slope itself leaves float64
    with mpmath.workdps(700):
        truth = [float(mpmath.diff(MANY_DIGITS[name], mpmath.mpf(x))) for x in far]
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(far), truth, rtol=1e-12)


def test_at_a_kink_the_slope_is_that_of_pytorch():
    zero = np.zeros(1)
    assert ACTIVATIONS["relu"].derivative(zero) == 0
    assert ACTIVATIONS["leaky_relu"].derivative(zero) == 0.01
    assert ACTIVATIONS["selu"].derivative(zero) == pytest.approx(1.7580993408473766)
    np.testing.assert_array_equal(ACTIVATIONS["hardtanh"].derivative(np.array([-1.0, 1.0])), 0)
    np.testing.assert_array_equal(ACTIVATIONS["hardsigmoid"].derivative(np.array([-3.0, 3.0])), 0)


def test_every_row_explains_itself():
    for name, row in ACTIVATIONS.items():
        assert row.name == name
        assert row.label
        assert row.formula
        assert row.derivative_formula
        assert row.source
        assert row.note.endswith(".")
