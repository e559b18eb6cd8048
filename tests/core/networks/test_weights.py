"""The parameters of a layer, some of which a cell may not have."""

import numpy as np

from unrolled.core.networks.weights import Weights


def test_the_parameters_of_a_layer_are_taken_by_name():
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    parameters = {
        f"{name}_l{layer}": np.full((2, 2), 10.0 * layer + i) for layer in (0, 1) for i, name in enumerate(names)
    }
    weights = Weights.of(parameters, 1)
    assert [getattr(weights, name)[0, 0] for name in names] == [10.0, 11.0, 12.0, 13.0]


def test_what_a_cell_has_not_multiplies_nothing_and_adds_nothing():
    weights = Weights.of({"weight_ih_l0": np.ones((6, 2))}, 0)
    assert weights.weight_hh.shape == (6, 0)
    assert weights.rows == len(weights.weight_hh) == 6
    np.testing.assert_array_equal([weights.bias_ih, weights.bias_hh], np.zeros((2, 6)))
