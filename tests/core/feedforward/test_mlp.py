"""Models without recurrence: their Jacobians by autograd, their laws and their triangle."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.feedforward.nets import drawn, every, made, network
from tests.core.jacobians.test_autograd import FORWARD
from unrolled.core.arrays.grid import Grid, sample_steps, square_grid
from unrolled.core.feedforward.network import direct_parameters
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.core.networks.initialisations import INITIALISATIONS
from unrolled.core.networks.registry import DIRECT
from unrolled.errors import Overflow

EVERY_MODEL = pytest.mark.parametrize("model", DIRECT)
EVERY_NORM = pytest.mark.parametrize("norm", ["spectral", "frobenius"])


def mlp_outputs(net, parameters, x):
    past = [x] + [anp.concatenate([anp.zeros((lag, x.shape[1])), x])[: len(x)] for lag in range(1, net.input_window)]
    h = anp.concatenate(past, axis=1)
    for layer in range(net.layers):
        h = FORWARD[net.activation](anp.dot(h, parameters[f"weight_l{layer}"].T) + parameters[f"bias_l{layer}"])
    return anp.dot(h, parameters["weight_o"].T) + parameters["bias_o"]


@pytest.mark.parametrize("activation", FORWARD)
@pytest.mark.parametrize(("model", "window"), [("mlp", 4), ("window", 4), ("window", 1), ("window", 20)])
@pytest.mark.parametrize("layers", [1, 3])
def test_outputs_and_jacobians_of_an_mlp_equal_autograd(activation, model, window, layers):
    net = network(model, 2, activation, layers, window=window)
    parameters, inputs, trace = drawn(net, 9, large=1.5)
    np.testing.assert_allclose(trace.outputs, mlp_outputs(net, parameters, inputs), rtol=1e-12, atol=1e-14)
    truth = jacobian(lambda x: mlp_outputs(net, parameters, x))(inputs).swapaxes(1, 2)
    np.testing.assert_allclose(every(trace), truth, rtol=1e-10, atol=1e-15)


def test_windows_laid_side_by_side_in_parts_are_the_same(monkeypatch):
    net = network("window", 2)
    parameters, inputs, trace = drawn(net, 40)
    monkeypatch.setattr("unrolled.core.feedforward.mlp._CHUNK_ENTRIES", 20)
    np.testing.assert_allclose(net.run(parameters, inputs).outputs, trace.outputs, rtol=1e-14)


@EVERY_NORM
@pytest.mark.parametrize(("model", "reach"), [("mlp", 0), ("window", 3)])
def test_beyond_the_reach_is_exactly_nothing_and_within_is_something(model, reach, norm):
    trace = made(model, 20)
    assert trace.reach == reach
    sizes = direct_triangle(trace, square_grid(np.arange(1, 21)), norm)
    lag = np.arange(20)[:, None] - np.arange(20)
    assert np.isnan(sizes[lag < 0]).all()
    assert (sizes[lag > reach] == -np.inf).all()
    assert np.isfinite(sizes[(lag >= 0) & (lag <= reach)]).all()
    assert not every(trace)[lag > reach].any()


@EVERY_NORM
@EVERY_MODEL
@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("grid", [square_grid(sample_steps(30, 7)), Grid(np.array([30]), np.arange(1, 31))])
def test_a_triangle_holds_the_norms_of_the_jacobians(model, norm, size, grid):
    trace = made(model, 30, size=size)
    sizes = direct_triangle(trace, grid, norm)
    whole = np.linalg.norm(every(trace), 2 if norm == "spectral" else None, axis=(2, 3))
    wanted = np.where(grid.t[:, None] >= grid.k, whole[np.ix_(grid.t - 1, grid.k - 1)], np.nan)
    np.testing.assert_allclose(10.0**sizes, wanted, rtol=1e-12)


@EVERY_MODEL
def test_no_jacobian_leads_from_a_later_input(model):
    matrices, _ = made(model, 8).scaled_jacobians(3, np.arange(4, 9))
    assert not matrices.any()


def test_slopes_whose_product_is_no_float64_still_have_a_size():
    net = network("mlp", 1, layers=5, hidden=1)
    parameters = {name: np.ones(shape) for name, shape in net.parameter_shapes().items()}
    parameters |= {f"bias_l{layer}": np.full(1, 100.0) for layer in range(5)}
    sizes = direct_triangle(net.run(parameters, np.zeros((2, 1))), square_grid(np.arange(1, 3)), "spectral")
    # φ′ = 4 e^−2a, and a is 100 in the first layer and 101 above it, five times.
    expected = (5 * np.log(4.0) - 2.0 * (100 + 4 * 101)) / np.log(10.0)
    np.testing.assert_allclose(np.diagonal(sizes), expected, rtol=1e-12)
    assert expected < -400


@EVERY_MODEL
def test_what_leaves_float64_is_refused_with_its_step(model):
    net = network(model, activation="identity")
    parameters, inputs, _ = drawn(net)
    inputs[4] = 1e308
    with pytest.raises(Overflow, match="step 5"):
        net.run({name: 100.0 * each for name, each in parameters.items()}, inputs)


# How they are drawn.


@EVERY_MODEL
@pytest.mark.parametrize("init", INITIALISATIONS)
def test_only_square_matrices_follow_init_and_gain(model, init):
    net = network(model, layers=3)
    one, two, other = (
        direct_parameters(name, gain, net, np.random.default_rng(3))
        for name, gain in ((init, 1.0), (init, 2.0), ("gaussian", 1.0))
    )
    square_ones = {"weight_v"} if model == "attention" else {"weight_l1", "weight_l2"}
    assert {name: each.shape for name, each in one.items()} == net.parameter_shapes()
    for name, each in one.items():
        np.testing.assert_array_equal(two[name], 2.0 * each if name in square_ones else each)
        if name.startswith("bias"):
            assert each.any() == (init == "pytorch")
    first = sorted(square_ones)[0]
    np.testing.assert_array_equal(one[first], INITIALISATIONS[init].draw(np.random.default_rng(3), 6))
    assert (init in ("gaussian", "glorot_normal")) == np.array_equal(one[first], other[first])


@EVERY_MODEL
def test_all_else_is_drawn_as_a_linear_layer_of_pytorch(model):
    net = network(model, size=4, hidden=400, layers=1, key_size=300, window=5)
    for name, each in direct_parameters("pytorch", 1.0, net, np.random.default_rng(0)).items():
        entering = net.parameter_shapes()[name.replace("bias", "weight")][1]
        assert np.abs(each).max() <= 1 / np.sqrt(entering)
        if each.size > 300:
            assert np.abs(each).max() > 0.97 / np.sqrt(entering)
            assert abs(each.std() * np.sqrt(3.0 * entering) - 1.0) < 0.1


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(DIRECT)), st.integers(1, 14), st.integers(1, 4), st.integers(1, 6), st.booleans(),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_an_output_is_that_of_the_prefix_and_its_row_too(model, length, size, window, positions, seed):
    net = network(model, size, window=window, positions=positions)
    _, inputs, trace = drawn(net, length, seed=seed)
    t = 1 + seed % length
    short = trace.rerun(inputs[:t])
    np.testing.assert_allclose(short.outputs, trace.outputs[:t], rtol=1e-10, atol=1e-13)
    steps = np.arange(1, t + 1)
    np.testing.assert_allclose(short.jacobians(t, steps), trace.jacobians(t, steps), rtol=1e-8, atol=1e-13)
