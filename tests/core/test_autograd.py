"""Live comparison with HIPS autograd, which knows nothing of our Jacobians."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from app.core.initialisations import initial_parameters
from app.core.product import product
from app.core.rnn import RNN

FORWARD = {
    "tanh": anp.tanh,
    "sigmoid": lambda x: 1 / (1 + anp.exp(-x)),
    "relu": lambda x: anp.maximum(x, 0),
    "softplus": lambda x: anp.log1p(anp.exp(x)),
    "silu": lambda x: x / (1 + anp.exp(-x)),
    "mish": lambda x: x * anp.tanh(anp.log1p(anp.exp(x))),
    "sine": anp.sin,
    "elu": lambda x: anp.where(x > 0, x, anp.exp(x) - 1),
    "softsign": lambda x: x / (1 + anp.abs(x)),
}


@pytest.mark.parametrize("activation", FORWARD)
@pytest.mark.parametrize("init", ["pytorch", "orthogonal", "he"])
def test_every_pair_equals_autograd(activation, init):
    length, hidden = 7, 5
    rng = np.random.default_rng(11)
    parameters = initial_parameters(init, 1.2, 2, hidden, rng)
    inputs = rng.standard_normal((length, 2))
    trace = RNN(2, hidden, activation).run(parameters, inputs)

    def onward(state, k, t):
        for step in range(k, t):
            drive = parameters["weight_ih_l0"] @ inputs[step] + parameters["bias_ih_l0"] + parameters["bias_hh_l0"]
            state = FORWARD[activation](anp.dot(parameters["weight_hh_l0"], state) + drive)
        return state

    np.testing.assert_allclose(onward(np.zeros(hidden), 0, length), trace.h[-1], rtol=1e-12)
    for t in range(1, length + 1):
        for k in range(1, t + 1):
            truth = jacobian(lambda state, k=k, t=t: onward(state, k, t))(trace.h[k])
            found = product(trace, t, k)
            np.testing.assert_allclose(found.matrix * 10.0**found.log10_scale, truth, rtol=1e-10, atol=1e-15)
