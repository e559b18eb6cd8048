"""Causal attention: its Jacobians by autograd, its laws, and weights that are no float64."""

from decimal import Decimal, localcontext

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import examples, few
from tests.core.feedforward.nets import all_jacobians, network, random_run
from unrolled.core.arrays.grid import square_grid
from unrolled.core.feedforward.attention import sinusoids
from unrolled.core.feedforward.trace import direct_triangle
from unrolled.errors import Overflow


def outputs(net, name, x):
    e = anp.dot(x, name["weight_e"].T) + name["bias_e"]
    if net.architecture.positions:
        e = e + sinusoids(len(x), net.hidden_size)
    q, k, v = (anp.dot(e, name[f"weight_{part}"].T) + name[f"bias_{part}"] for part in "qkv")
    scores = anp.dot(q, k.T) / anp.sqrt(net.key_size) + anp.where(anp.tri(len(x)) > 0, 0.0, -1e300)
    weights = anp.exp(scores - anp.max(scores, axis=1, keepdims=True))
    mean = anp.dot(weights / anp.sum(weights, axis=1, keepdims=True), v)
    return anp.dot(mean, name["weight_o"].T) + name["bias_o"]


CASES = [
    (size, positions, key, large)
    for size in (1, 2, 5)
    for positions in (False, True)
    for key in (1, 3, 6, 9)
    for large in (0.1, 1.0, 4.0)
]
SOME_CASES = [(1, False, 1, 1.0), (2, True, 6, 4.0), (5, False, 3, 4.0), (5, True, 9, 0.1)]


@pytest.mark.parametrize(("size", "positions", "key", "large"), few(CASES, SOME_CASES))
def test_outputs_and_jacobians_equal_autograd(size, positions, key, large):
    net = network("attention", size, key_size=key, positions=positions)
    parameters, inputs, trace = random_run(net, 9, large=large)
    np.testing.assert_allclose(trace.outputs, outputs(net, parameters, inputs), rtol=1e-11, atol=1e-13)
    truth = jacobian(lambda x: outputs(net, parameters, x))(inputs).swapaxes(1, 2)
    np.testing.assert_allclose(all_jacobians(trace), truth, rtol=1e-9, atol=1e-12 * np.abs(truth).max())


@pytest.mark.parametrize("positions", [False, True])
def test_without_queries_every_input_is_seen_alike(positions):
    net = network("attention", positions=positions)
    parameters, inputs, _ = random_run(net)
    for name in ("weight_q", "bias_q"):
        parameters[name][:] = 0.0
    jacobians = all_jacobians(net.run(parameters, inputs))
    value_inputs = parameters["weight_o"] @ parameters["weight_v"] @ parameters["weight_e"]
    for t in range(1, 13):
        np.testing.assert_allclose(
            jacobians[t - 1, :t], np.broadcast_to(value_inputs / t, (t, 3, 3)), rtol=1e-12, atol=1e-17
        )


def test_a_first_output_sees_its_own_input_through_the_values_alone():
    parameters, _, trace = random_run(network("attention"))
    value_inputs = parameters["weight_o"] @ parameters["weight_v"] @ parameters["weight_e"]
    np.testing.assert_allclose(trace.jacobians(1, np.array([1]))[0], value_inputs, rtol=1e-12)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(1, 40), st.floats(0.0, 50.0), st.integers(0, 2**32 - 1))
def test_weights_are_a_softmax_whatever_the_scores(length, large, seed):
    _, _, trace = random_run(network("attention"), length, large=large, seed=seed)
    for t in {1, length}:
        logs = trace.log_weights(t)
        assert logs.shape == (t,)
        assert np.isfinite(logs).all()
        assert abs(np.exp(logs).sum() - 1.0) < 1e-12


def scalar(scores):
    """Give a network of one unit whose step k is scored x_k at every query and valued x_k."""
    net = network("attention", 1, hidden=1, key_size=1)
    parameters = {
        name: np.full(shape, float("weight" in name and name != "weight_q"))
        for name, shape in net.parameter_shapes().items()
    }
    parameters["bias_q"][:] = 1.0
    return net.run(parameters, np.array(scores, dtype=float)[:, None])


def test_a_weight_far_below_float64_is_a_number_like_any_other():
    x = np.array([0.0, 3000.0, 100.0, 50.0])
    trace = scalar(x)
    sizes = direct_triangle(trace, square_grid(np.arange(1, 5)), "spectral")
    # α_k (1 + x_k − mean) with the mean at 3000.
    expected = (x[[0, 2]] - 3000.0 + np.log(np.abs(1.0 + x[[0, 2]] - 3000.0))) / np.log(10.0)
    np.testing.assert_allclose(sizes[3, [0, 2]], expected, rtol=1e-13)
    assert expected.max() < -1000
    # At its own step the query moves too, but W_q is nothing here.
    np.testing.assert_allclose(sizes[3, 3], (50.0 - 3000.0 + np.log(2949.0)) / np.log(10.0), rtol=1e-13)
    np.testing.assert_allclose(sizes[3, 1], 0.0, atol=1e-13)
    assert not trace.jacobians(4, np.array([1])).any()


def test_what_moves_with_the_query_is_a_number_where_it_is_no_float64():
    net = network("attention", 1, hidden=1, key_size=1)
    parameters = {name: np.full(shape, float("weight" in name)) for name, shape in net.parameter_shapes().items()}
    x = np.array([50.0, 10.0, 30.0])
    matrices, exponents = net.run(parameters, x[:, None]).scaled_jacobians(3, np.array([3]))
    # Scores 1500, 300 and 900: step 1 leads, by e^600 before step 3 and by e^1200 before step 2.
    weights = np.exp(30.0 * (x - 30.0))[[2, 1]]
    own = weights[0] * (1.0 + 30.0 * (30.0 - 50.0)) + weights @ ((x[[2, 1]] - 50.0) * (x[[2, 1]] - 50.0))
    size = np.log(abs(matrices[0, 0, 0])) + exponents[0] * np.log(2.0)
    np.testing.assert_allclose(size, np.log(abs(own)) - 600.0, rtol=1e-13)
    assert np.sign(matrices[0, 0, 0]) == np.sign(own)


def test_one_leading_step_leaves_every_digit_of_the_small_rest():
    net = network("attention", 1, hidden=1, key_size=1)
    parameters = {name: np.full(shape, float("weight" in name)) for name, shape in net.parameter_shapes().items()}
    parameters["weight_v"][:] = -1.0
    x = np.array([5.0, 12.0, 9.0])
    result = net.run(parameters, x[:, None]).jacobians(3, np.array([3]))[0, 0, 0]
    scores = [9 * 5, 9 * 12, 9 * 9]
    with localcontext(prec=60):
        alpha = [Decimal(score).exp() for score in scores]
        alpha = [weight / sum(alpha) for weight in alpha]
        values = [Decimal(value) for value in (5, 12, 9)]
        mean = sum(a * v for a, v in zip(alpha, values, strict=True))
        own = alpha[2] * (1 + (9 - mean) * 9)
        by_query = sum(a * (v - mean) * v for a, v in zip(alpha, values, strict=True))
        truth = float(-(own + by_query))
    np.testing.assert_allclose(result, truth, rtol=1e-13)


def test_rows_computed_in_parts_are_the_same(monkeypatch):
    net = network("attention")
    parameters, inputs, trace = random_run(net, 40)
    monkeypatch.setattr("unrolled.core.feedforward.attention.MIXED_ENTRIES", 100)
    np.testing.assert_allclose(net.run(parameters, inputs).outputs, trace.outputs, rtol=1e-12, atol=1e-13)


def test_positions_are_those_of_the_paper():
    positions = sinusoids(50, 7)
    for t, entry in ((1, 0), (1, 1), (8, 2), (8, 3), (50, 6)):
        angle = (t - 1) / 10000 ** ((entry - entry % 2) / 7)
        assert positions[t - 1, entry] == pytest.approx(np.cos(angle) if entry % 2 else np.sin(angle), abs=1e-14)


def test_a_score_that_is_no_number_is_refused_with_its_step():
    net = network("attention")
    parameters, inputs, _ = random_run(net)
    # A score of two large numbers, and an embedding that is none.
    for large in (1.0, 1e200):
        inputs[6] = 1e200
        with pytest.raises(Overflow, match="step 7") as caught:
            net.run(parameters | {"weight_e": large * parameters["weight_e"]}, inputs)
        # No activation would keep it bounded: there is none.
        assert "activation" not in caught.value.detail
