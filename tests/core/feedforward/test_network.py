"""How the parameters of models without recurrence are drawn."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.feedforward.nets import network
from tests.models import DIRECT, initial_parameters
from unrolled.core.networks.initialisations import INITIALISATIONS

CASES = [(model, init) for model in DIRECT for init in INITIALISATIONS]
SOME_CASES = [("mlp", "pytorch"), ("window", "orthogonal"), ("attention", "gaussian"), ("attention", "he")]


@pytest.mark.parametrize(("model", "init"), few(CASES, SOME_CASES))
def test_only_square_matrices_follow_init_and_gain(model, init):
    net = network(model, layers=3)
    one, two, other = (
        initial_parameters(name, gain, net, np.random.default_rng(3))
        for name, gain in ((init, 1.0), (init, 2.0), ("gaussian", 1.0))
    )
    square = {"weight_v"} if model == "attention" else {"weight_l1", "weight_l2"}
    assert {name: array.shape for name, array in one.items()} == net.parameter_shapes()
    for name, array in one.items():
        np.testing.assert_array_equal(two[name], 2.0 * array if name in square else array)
        if name.startswith("bias"):
            assert array.any() == (init == "pytorch")
    first = sorted(square)[0]
    np.testing.assert_array_equal(one[first], INITIALISATIONS[init].draw(np.random.default_rng(3), 6))
    assert (init in ("gaussian", "glorot_normal")) == np.array_equal(one[first], other[first])


@pytest.mark.parametrize("model", DIRECT)
def test_all_else_is_drawn_as_a_linear_layer_of_pytorch(model):
    net = network(model, size=4, hidden=400, layers=1, key_size=300, window=5)
    for name, array in initial_parameters("pytorch", 1.0, net, np.random.default_rng(0)).items():
        entering = net.parameter_shapes()[name.replace("bias", "weight")][1]
        assert np.abs(array).max() <= 1 / np.sqrt(entering)
        if array.size > 300:
            assert np.abs(array).max() > 0.97 / np.sqrt(entering)
            assert abs(array.std() * np.sqrt(3.0 * entering) - 1.0) < 0.1
