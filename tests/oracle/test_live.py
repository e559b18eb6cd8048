"""Live comparison with PyTorch: forward pass and every ∂h_t/∂h_k, for every activation and every initialisation."""

import numpy as np
import pytest

from app.core.activations import ACTIVATIONS
from app.core.initialisations import INITIALISATIONS, initial_parameters
from app.core.product import product
from app.core.rnn import RNN
from tests.oracle.test_stored import TOLERANCE
from tests.oracle.vectors import STORED, vectors

pytestmark = pytest.mark.oracle


def compare(trace, truth, relative):
    length = len(truth)
    for t in range(1, length + 1):
        for k in range(1, t + 1):
            found, true = product(trace, t, k), truth[t - 1, k - 1]
            scale = np.linalg.norm(true)
            distance = np.linalg.norm(found.matrix * 10.0**found.log10_scale - true)
            assert distance <= relative * scale, (t, k, distance / scale if scale else distance)


@pytest.mark.parametrize("init", INITIALISATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_pair_is_that_of_autograd(activation, init):
    from tests.oracle.reference import pairs, states

    rng = np.random.default_rng(8)
    parameters = initial_parameters(init, 1.1, 3, 8, rng)
    inputs = rng.standard_normal((9, 3))
    trace, found = RNN(3, 8, activation).run(parameters, inputs), states(activation, parameters, inputs)
    truth = np.stack([state.detach().numpy() for state in found])
    np.testing.assert_allclose(trace.h, truth, rtol=1e-10, atol=1e-13)
    compare(trace, pairs(found), TOLERANCE.get(activation, 1e-10))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("amplitude", [1.0, 8.0])
def test_the_largest_case_random_and_saturated(activation, amplitude):
    from tests.oracle.reference import pairs, states

    rng = np.random.default_rng(9)
    parameters = initial_parameters("gaussian", 1.0, 2, 32, rng)
    inputs = amplitude * rng.standard_normal((20, 2))
    found = states(activation, parameters, inputs)
    compare(RNN(2, 32, activation).run(parameters, inputs), pairs(found), TOLERANCE.get(activation, 1e-10))


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_parameters_go_into_the_network_of_pytorch_itself(activation):
    import torch

    rng = np.random.default_rng(10)
    parameters, inputs = initial_parameters("pytorch", 1.0, 4, 16, rng), rng.standard_normal((12, 4))
    network = torch.nn.RNN(4, 16, nonlinearity=activation, dtype=torch.float64)
    network.load_state_dict({name: torch.tensor(array) for name, array in parameters.items()})
    states, _ = network(torch.tensor(inputs))
    trace = RNN(4, 16, activation).run(parameters, inputs)
    np.testing.assert_allclose(trace.h[1:], states.detach().numpy(), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_functions_and_slopes_are_those_of_pytorch(activation):
    import torch

    from tests.oracle.reference import FUNCTIONS

    x = np.concatenate([np.linspace(-8, 8, 4001), [-3.0, -1.0, 0.0, 1.0, 3.0]])
    leaf = torch.tensor(x, requires_grad=True)
    values = FUNCTIONS[activation](leaf)
    (slope,) = torch.autograd.grad(values.sum(), leaf)
    row = ACTIVATIONS[activation]
    np.testing.assert_allclose(row.function(x), values.detach().numpy(), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(row.derivative(x), slope.numpy(), rtol=TOLERANCE.get(activation, 0), atol=2e-14)


def test_the_stored_vectors_are_still_what_pytorch_says():
    made = vectors()
    with np.load(STORED, allow_pickle=False) as stored:
        assert set(stored) == set(made)
        for name, array in made.items():
            np.testing.assert_allclose(array, stored[name], rtol=1e-12, atol=1e-15)
