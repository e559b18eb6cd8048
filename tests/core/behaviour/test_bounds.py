"""The bound of the recurrent matrix and its spectral radius, where both are known."""

import numpy as np
import pytest

from tests.core.nets import Architecture, dense_product, random_rnn, rotation, run, vanilla
from unrolled.core.behaviour.bounds import layer_bounds, weight_bounds


def test_a_rotation_and_a_shear():
    rotated = weight_bounds(0.9 * rotation(0.3), 0.25)
    assert (rotated.sigma_max, rotated.spectral_radius) == pytest.approx((0.9, 0.9))
    assert rotated.per_step == pytest.approx(0.225)
    shear = weight_bounds(np.array([[0.0, 3.0], [0.0, 0.5]]), 1.0)
    assert shear.sigma_max == pytest.approx(np.sqrt(9.25))
    assert shear.spectral_radius == pytest.approx(0.5)


def test_no_product_is_above_the_bound():
    chain = random_rnn(30, 6, "sigmoid", "gaussian", 3.0)
    bound = weight_bounds(vanilla(chain).weights.weight_hh, 0.25).per_step
    for lag in (1, 5, 20):
        assert np.linalg.norm(dense_product(chain, 5 + lag, 5), 2) <= bound**lag * (1 + 1e-12)


def test_a_layer_has_bounds_where_slopes_times_one_matrix_are_its_factors():
    layer = vanilla(random_rnn(5, 4, "sigmoid"))
    assert layer_bounds(layer) == weight_bounds(layer.weights.weight_hh, 0.25)
    assert layer_bounds(run(Architecture("lstm")).layers[0]) is layer_bounds(run(Architecture("gru")).layers[0]) is None
