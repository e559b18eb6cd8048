"""Backpropagation of many gradients at once: row by row the equations of each layer."""

import numpy as np
import pytest

from tests.core.nets import SOME_ARCHITECTURES, SOME_WITH_MATRIX, preactivations, run


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_many_gradients_go_back_as_one_does(architecture):
    for layer in run(architecture).layers:
        gradients = np.random.default_rng(3).standard_normal((5, layer.state_size))
        result = layer.batched_vjp().vjp(4, gradients)
        for row, d_state, d_preactivation in zip(gradients, result.d_state, result.d_preactivation, strict=True):
            before, entering = layer.vjp(4, row)
            np.testing.assert_allclose(d_state, before, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(d_preactivation @ layer.weights.weight_ih, entering, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("architecture", SOME_WITH_MATRIX, ids=str)
def test_what_the_recurrent_matrix_multiplies_makes_the_preactivations(architecture):
    """W_hh times its inputs and W_ih times x are a, up to biases and the reset gate: so with the reset before it."""
    layer = run(architecture).layers[0]
    inputs = layer.recurrent_inputs
    assert [part.rows.start for part in inputs] == [0, *(part.rows.stop for part in inputs[:-1])]
    assert inputs[-1].rows.stop == len(layer.weights.weight_hh)
    if architecture.model == "gru" and architecture.reset == "after":
        return
    weights = layer.weights
    a = np.concatenate([part.values @ weights.weight_hh[part.rows].T for part in inputs], axis=1)
    a += run(architecture).inputs @ weights.weight_ih.T + weights.bias_ih + weights.bias_hh
    np.testing.assert_allclose(a, preactivations(layer), rtol=1e-12, atol=1e-13)
