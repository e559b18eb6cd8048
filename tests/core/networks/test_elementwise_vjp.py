"""Gate slopes by which a gradient goes back unit by unit: the same gradients as by the equations of the layer."""

import numpy as np
import pytest

from tests.core.nets import Architecture, run

STEP = 7
ARCHITECTURES = pytest.mark.parametrize(
    "architecture", [Architecture("rnn"), Architecture("lstm"), Architecture("gru")], ids=str
)


def state_gradients(layer, d_h):
    """Put gradients that start at h into rows over the whole state."""
    return np.concatenate([d_h, np.zeros((len(d_h), layer.state_size - layer.hidden_size))], axis=1)


@ARCHITECTURES
def test_gamma_and_the_fused_matrix_are_those_of_the_equations(architecture):
    layer = run(architecture).layers[0]
    vjp, steps = layer.elementwise_vjp(), np.array([STEP])
    assert vjp is not None
    d_h = np.random.default_rng(0).standard_normal((1, layer.hidden_size))
    expected, parts = layer.batched_vjp().vjp(STEP, state_gradients(layer, d_h)), vjp.parts(steps, d_h)
    np.testing.assert_allclose(vjp.delta(steps, parts), expected.d_recurrent, rtol=1e-12)
    np.testing.assert_allclose(vjp.delta(steps, parts, of_inputs=True), expected.d_preactivation, rtol=1e-12)
    matrices = np.empty((len(parts), layer.hidden_size, 1, layer.hidden_size))
    vjp.fuse(steps, matrices)
    before = sum(part @ matrix[:, 0] for part, matrix in zip(parts, matrices, strict=True))
    np.testing.assert_allclose(before, expected.d_state[:, : layer.hidden_size], rtol=1e-12, atol=1e-15)


@ARCHITECTURES
def test_one_gradient_goes_back_with_what_joins_it(architecture):
    layer = run(architecture).layers[0]
    vjp, count = layer.elementwise_vjp(), 4
    assert vjp is not None
    entering = np.random.default_rng(1).standard_normal((count, layer.hidden_size))
    parts = np.empty((len(vjp.gates_of_part), count + 1, layer.hidden_size))
    parts[:, 0] = vjp.parts(np.array([STEP]), entering[:1])[:, 0]
    vjp.backpropagate(STEP, parts, entering)
    row = state_gradients(layer, entering[:1])
    for place in range(1, count + 1):
        row = layer.batched_vjp().vjp(STEP - place + 1, row).d_state
        if place < count:
            row[:, : layer.hidden_size] += entering[place]
        np.testing.assert_allclose(parts[0, place], row[0, : layer.hidden_size], rtol=1e-11, atol=1e-14)


def test_a_reset_gate_before_the_matrix_mixes_units():
    assert run(Architecture("gru", 1, "before")).layers[0].elementwise_vjp() is None
