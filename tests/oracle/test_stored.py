"""The network against the stored PyTorch vectors; needs no PyTorch."""

import numpy as np
import pytest

from app.core.activations import ACTIVATIONS
from app.core.product import product
from app.core.rnn import RNN
from app.core.triangle import sample_steps, triangle
from tests.oracle.vectors import FEATURES, HIDDEN, LENGTH, STORED, case

# PyTorch differentiates its hard sigmoid with a float32 one sixth, 4e-8 off a step.
TOLERANCE = {"hardsigmoid": 2e-6}


@pytest.fixture(scope="module")
def stored():
    with np.load(STORED, allow_pickle=False) as file:
        return dict(file)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_states_and_every_jacobian_are_those_of_pytorch(activation, stored):
    parameters, inputs = case(activation)
    trace = RNN(FEATURES, HIDDEN, activation).run(parameters, inputs)
    np.testing.assert_allclose(trace.h, stored[f"{activation}.h"], rtol=1e-10, atol=1e-13)
    truth, relative = stored[f"{activation}.jacobians"], TOLERANCE.get(activation, 1e-10)
    sizes = triangle(trace, sample_steps(LENGTH, 256), "spectral")
    assert truth.any()
    for t in range(1, LENGTH + 1):
        for k in range(1, t + 1):
            found, true = product(trace, t, k), truth[t - 1, k - 1]
            values = found.matrix * 10.0**found.log10_scale
            np.testing.assert_allclose(values, true, rtol=relative, atol=relative * max(np.abs(true).max(), 1e-300))
            assert 10 ** sizes[t - 1, k - 1] == pytest.approx(np.linalg.norm(true, 2), rel=relative * LENGTH)
