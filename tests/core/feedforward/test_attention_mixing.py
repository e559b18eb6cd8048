"""One step of attention by itself: mixtures of embeddings, and their derivatives by autograd."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.core.feedforward.nets import network, random_run
from unrolled.core.arrays.types import Norm
from unrolled.core.feedforward.attention import AttentionTrace

LENGTH = 7


def mixtures(net, name, e):
    q, k, v = (anp.dot(e, name[f"weight_{part}"].T) + name[f"bias_{part}"] for part in "qkv")
    scores = anp.dot(q, k.T) / anp.sqrt(net.key_size) + anp.where(anp.tri(len(e)) > 0, 0.0, -1e300)
    weights = anp.exp(scores - anp.max(scores, axis=1, keepdims=True))
    return anp.dot(weights / anp.sum(weights, axis=1, keepdims=True), v)


@pytest.mark.parametrize(("norm", "positions", "large"), [("spectral", True, 1.0), ("frobenius", False, 3.0)])
def test_mixtures_and_norms_equal_autograd(norm: Norm, positions, large):
    net = network("attention", positions=positions)
    parameters, _, trace = random_run(net, LENGTH, large=large)
    assert isinstance(trace, AttentionTrace)
    mixing, steps = trace.diagram().mixing, np.arange(1, LENGTH + 1)
    expected = mixtures(net, parameters, mixing.embeddings)
    truth = jacobian(lambda e: mixtures(net, parameters, e))(mixing.embeddings).swapaxes(1, 2)
    order = 2 if norm == "spectral" else None
    for t in steps.tolist():
        np.testing.assert_allclose(mixing.mixture(t), expected[t - 1], rtol=1e-11, atol=1e-13)
        sizes = np.linalg.norm(truth[t - 1, :t], order, axis=(1, 2))
        np.testing.assert_allclose(10.0 ** mixing.norms(t, steps[:t], norm), sizes, rtol=1e-9)
        matrix, log_factor = mixing.own_jacobian(t)
        np.testing.assert_allclose(matrix * np.exp(log_factor), truth[t - 1, t - 1], rtol=1e-8, atol=1e-12)
        if t > 2:
            side_by_side = np.linalg.norm(np.concatenate(list(truth[t - 1, : t - 1]), axis=1), order, axis=(0, 1))
            assert 10.0 ** mixing.joint_norm(t, steps[: t - 1], norm) == pytest.approx(side_by_side, rel=1e-9)


def test_a_weight_far_below_float64_has_a_norm():
    net = network("attention", 1, hidden=1, key_size=1)
    parameters = {
        name: np.full(shape, float("weight" in name and name != "weight_q"))
        for name, shape in net.parameter_shapes().items()
    }
    parameters["bias_q"][:] = 1.0
    trace = net.run(parameters, np.array([0.0, 3000.0, 100.0])[:, None])
    assert isinstance(trace, AttentionTrace)
    # α_1 (1 + x_1 − mean) with the mean at 3000.
    expected = (-3000.0 + np.log(2999.0)) / np.log(10.0)
    for size in (
        trace.diagram().mixing.norms(3, np.array([1]), "spectral")[0],
        trace.diagram().mixing.joint_norm(3, np.array([1]), "spectral"),
    ):
        assert size == pytest.approx(expected, rel=1e-13)


def test_weights_that_lie_far_apart_are_taken_together():
    net = network("attention", 1, hidden=1, key_size=1)
    parameters = {
        name: np.full(shape, float("weight" in name and name != "weight_q"))
        for name, shape in net.parameter_shapes().items()
    }
    parameters["bias_q"][:] = 1.0
    trace = net.run(parameters, np.array([1500.0, 0.0, 1499.0, 100.0])[:, None])
    assert isinstance(trace, AttentionTrace)
    mixing = trace.diagram().mixing
    # Beside the weights of the first and the third, that of the second is e⁻¹⁵⁰⁰.
    for steps, norms in ((np.array([1, 2, 3]), np.array([1, 3])), (np.array([2, 3]), np.array([3]))):
        together = 0.5 * np.log10(np.square(10.0 ** mixing.norms(4, norms, "spectral")).sum())
        assert mixing.joint_norm(4, steps, "spectral") == pytest.approx(together, rel=1e-12)
