"""The MLP over a window of inputs: its outputs and Jacobians by autograd, and its reach."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.cases import few
from tests.core.feedforward.nets import all_jacobians, network, random_run, random_trace
from tests.core.jacobians.test_autograd import FORWARD
from unrolled.core.arrays.grid import square_grid
from unrolled.core.feedforward.mlp import input_windows
from unrolled.core.feedforward.trace import direct_triangle

CASES = [
    (activation, model, window, layers)
    for activation in FORWARD
    for model, window in (("mlp", 4), ("window", 4), ("window", 1), ("window", 20))
    for layers in (1, 3)
]
SOME_CASES = [
    ("tanh", "window", 4, 3),
    ("relu", "window", 4, 1),
    ("sine", "mlp", 4, 3),
    ("softsign", "window", 20, 1),
    ("silu", "window", 1, 3),
]


def mlp_outputs(net, parameters, x):
    past = [x] + [anp.concatenate([anp.zeros((lag, x.shape[1])), x])[: len(x)] for lag in range(1, net.window)]
    h = anp.concatenate(past, axis=1)
    for layer in range(net.layers):
        h = FORWARD[net.architecture.activation](
            anp.dot(h, parameters[f"weight_l{layer}"].T) + parameters[f"bias_l{layer}"]
        )
    return anp.dot(h, parameters["weight_o"].T) + parameters["bias_o"]


@pytest.mark.parametrize(("activation", "model", "window", "layers"), few(CASES, SOME_CASES))
def test_outputs_and_jacobians_equal_autograd(activation, model, window, layers):
    net = network(model, 2, activation, layers, window=window)
    parameters, inputs, trace = random_run(net, 9, large=1.5)
    np.testing.assert_allclose(trace.outputs, mlp_outputs(net, parameters, inputs), rtol=1e-12, atol=1e-14)
    truth = jacobian(lambda x: mlp_outputs(net, parameters, x))(inputs).swapaxes(1, 2)
    np.testing.assert_allclose(all_jacobians(trace), truth, rtol=1e-10, atol=1e-15)


def test_windows_laid_side_by_side_in_parts_are_the_same(monkeypatch):
    net = network("window", 2)
    parameters, inputs, trace = random_run(net, 40)
    monkeypatch.setattr("unrolled.core.feedforward.mlp._CHUNK_ENTRIES", 20)
    np.testing.assert_allclose(net.run(parameters, inputs).outputs, trace.outputs, rtol=1e-14)


def test_the_last_inputs_lie_side_by_side():
    windows = input_windows(np.arange(1.0, 9.0).reshape(4, 2), 3)
    assert windows[0].tolist() == [1, 2, 0, 0, 0, 0]
    assert windows[3].tolist() == [7, 8, 5, 6, 3, 4]
    parameters, inputs, trace = random_run(network("window", 2, layers=1))
    a = input_windows(inputs, 4) @ parameters["weight_l0"].T + parameters["bias_l0"]
    np.testing.assert_allclose(np.tanh(a), trace.hidden(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("model", "reach", "norm"), [("mlp", 0, "spectral"), ("window", 3, "frobenius")])
def test_beyond_the_reach_is_exactly_nothing_and_within_is_something(model, reach, norm):
    trace = random_trace(model, 20)
    assert trace.reach == reach
    sizes = direct_triangle(trace, square_grid(np.arange(1, 21)), norm)
    lag = np.arange(20)[:, None] - np.arange(20)
    assert np.isnan(sizes[lag < 0]).all()
    assert (sizes[lag > reach] == -np.inf).all()
    assert np.isfinite(sizes[(lag >= 0) & (lag <= reach)]).all()
    assert not all_jacobians(trace)[lag > reach].any()


def test_slopes_whose_product_is_no_float64_still_have_a_size():
    net = network("mlp", 1, layers=5, hidden=1)
    parameters = {name: np.ones(shape) for name, shape in net.parameter_shapes().items()}
    parameters |= {f"bias_l{layer}": np.full(1, 100.0) for layer in range(5)}
    sizes = direct_triangle(net.run(parameters, np.zeros((2, 1))), square_grid(np.arange(1, 3)), "spectral")
    # φ′ = 4 e^−2a, and a is 100 in the first layer and 101 above it, five times.
    expected = (5 * np.log(4.0) - 2.0 * (100 + 4 * 101)) / np.log(10.0)
    np.testing.assert_allclose(np.diagonal(sizes), expected, rtol=1e-12)
    assert expected < -400
