"""Live against PyTorch in float64: functions, slopes, the forward pass and every ∂h_t/∂h_k."""

import importlib
from types import ModuleType

import numpy as np
import pytest

from app.core.activations import ACTIVATIONS
from app.core.initialisations import INITIALISATIONS
from tests.oracle import vectors
from tests.oracle.cases import drawn, pairs
from tests.oracle.comparison import SLIP, compare

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    return importlib.import_module("tests.oracle.reference")  # PyTorch is not everywhere


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_functions_and_slopes_are_those_of_pytorch(reference, activation):
    import torch

    x = np.concatenate([np.linspace(-8, 8, 4001), [-3.0, -1.0, 0.0, 1.0, 3.0]])
    leaf = torch.tensor(x, requires_grad=True)
    values = reference.FUNCTIONS[activation](leaf)
    (slope,) = torch.autograd.grad(values.sum(), leaf)
    row = ACTIVATIONS[activation]
    np.testing.assert_allclose(row.function(x), values.detach().numpy(), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(row.derivative(x), slope.numpy() / SLIP.get(activation, 1.0), rtol=0, atol=1e-14)


@pytest.mark.parametrize("init", INITIALISATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("length", "hidden"), [(20, 32), (9, 1)])
def test_every_pair_is_that_of_autograd(reference, activation, init, length, hidden):
    case = drawn(activation, init, length=length, hidden=hidden)
    states, jacobians = reference.differentiated(case)
    assert set(jacobians) == set(pairs(length))
    compare(case, states, jacobians)


@pytest.mark.parametrize(("gain", "amplitude"), [(0.3, 1.0), (2.5, 1.0), (1.0, 8.0)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_weak_strong_and_saturated(reference, activation, gain, amplitude):
    case = drawn(activation, "gaussian", length=12, hidden=16, seed=1, gain=gain, amplitude=amplitude)
    compare(case, *reference.differentiated(case))


@pytest.mark.parametrize("init", INITIALISATIONS)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_module_itself_takes_the_parameters_and_agrees(reference, activation, init):
    case = drawn(activation, init, length=20, hidden=32)
    compare(case, *reference.module(case))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_stored_vectors_are_still_what_pytorch_says(reference, activation):
    stored = vectors.stored()
    for init in INITIALISATIONS:
        case, states, jacobians = stored[activation, init]
        again, anew = reference.differentiated(case)
        np.testing.assert_allclose(again, states, rtol=1e-12, atol=1e-14)
        assert set(anew) == set(jacobians)
        for pair, matrix in jacobians.items():
            np.testing.assert_allclose(anew[pair], matrix, rtol=1e-12, atol=1e-13 * max(1.0, np.abs(matrix).max()))
