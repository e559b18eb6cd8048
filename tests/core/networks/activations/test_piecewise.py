"""Activations made of pieces: their kinks, and the tails of those that are curved."""

import mpmath
import numpy as np
import pytest

from tests.core.networks.activations.digits import FAR, slopes
from unrolled.core.networks.activations import piecewise


def test_at_a_kink_the_slope_is_that_of_pytorch():
    zero = np.zeros(1)
    assert piecewise.relu_slope(zero) == 0
    assert piecewise.leaky_relu_slope(zero) == 0.01
    assert piecewise.selu_slope(zero) == pytest.approx(1.7580993408473766)
    np.testing.assert_array_equal(piecewise.hardtanh_slope(np.array([-1.0, 1.0])), 0)
    np.testing.assert_array_equal(piecewise.hardsigmoid_slope(np.array([-3.0, 3.0])), 0)


@pytest.mark.parametrize(
    ("slope", "define"),
    [
        (piecewise.elu_slope, lambda x: x if x > 0 else mpmath.expm1(x)),
        (piecewise.softsign_slope, lambda x: x / (1 + abs(x))),
    ],
)
def test_both_tails_keep_their_relative_accuracy(slope, define):
    np.testing.assert_allclose(slope(FAR), slopes(define, FAR), rtol=1e-12)


def test_a_linear_unit_gives_a_copy_and_the_slope_one():
    x = np.linspace(-8, 8, 5)
    outputs = piecewise.identity(x)
    np.testing.assert_array_equal(outputs, x)
    assert outputs is not x
    np.testing.assert_array_equal(piecewise.identity_slope(x), 1)
