"""The table of activations: each derivative is the slope of its function, and each supremum is reached."""

import warnings

import numpy as np
import pytest

from unrolled.core.networks.activations import ACTIVATIONS

WIDE = np.concatenate([np.linspace(-12, 12, 48001), [-400.0, -200.0, -40.0, 40.0, 200.0, 400.0]])
KINKS = np.array([-3.0, -1.0, 0.0, 1.0, 3.0])


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


def test_the_sine_is_differentiated_exactly():
    x = np.linspace(-8, 8, 4001)
    np.testing.assert_allclose(ACTIVATIONS["sine"].derivative(x), np.sin(x + 1e-100j).imag / 1e-100, rtol=1e-11)


def test_every_row_explains_itself():
    for name, row in ACTIVATIONS.items():
        assert row.name == name
        assert row.label
        assert row.formula
        assert row.derivative_formula
        assert row.source
        assert row.note.endswith(".")
