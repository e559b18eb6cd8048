"""The LSTM against closed forms and against one step written out here."""

import numpy as np
import pytest

from tests.core.jacobians.dense import unscaled
from tests.core.nets import Architecture, Derivative, lstm, run
from tests.core.networks.cells.gates import gate_inputs, sigma
from unrolled.core.arrays.grid import sample_steps, square_grid
from unrolled.core.behaviour.lstm_shortcuts import shortcuts
from unrolled.core.networks.initialisations import MemoryBias
from unrolled.core.norms.triangle import triangle
from unrolled.core.spectra.singular_values import log10_singular_values

LENGTH, HIDDEN = 14, 4


def test_an_lstm_without_recurrent_weights_is_its_forget_gates():
    trace = run(Architecture("lstm"), LENGTH, HIDDEN, gain=0.0, amplitude=2.0)
    f = sigma(gate_inputs(trace.layers[0], trace.inputs)[:, HIDDEN : 2 * HIDDEN])
    o = sigma(gate_inputs(trace.layers[0], trace.inputs)[:, 3 * HIDDEN :])
    slope = 1 - np.tanh(lstm(Derivative().chain(trace)).c) ** 2
    for t, k in ((14, 1), (14, 13), (9, 0), (5, 5)):
        retained = np.prod(f[k:t], axis=0)
        np.testing.assert_allclose(
            unscaled(Derivative("c", "c").chain(trace), t, k), np.diag(retained), rtol=1e-12, atol=0
        )
        outward = np.diag(o[t - 1] * slope[t] * retained)
        np.testing.assert_allclose(unscaled(Derivative("h", "c").chain(trace), t, k), outward, rtol=1e-11, atol=0)
        np.testing.assert_array_equal(unscaled(Derivative("c", "h").chain(trace), t, k), 0)
        np.testing.assert_array_equal(
            unscaled(Derivative("h", "h").chain(trace), t, k), np.eye(HIDDEN) if t == k else 0
        )
    for norm in ("spectral", "frobenius"):
        log10_norms = triangle(Derivative("h", "h").chain(trace), square_grid(sample_steps(LENGTH, LENGTH)), norm)
        assert np.isneginf(log10_norms[np.tril_indices(LENGTH, -1)]).all()
    values = log10_singular_values(Derivative("c", "c").chain(trace), 14, 1)
    np.testing.assert_allclose(values, np.sort(np.log10(np.prod(f[1:14], axis=0)))[::-1], atol=1e-12)


def test_an_lstm_that_remembers_is_not_the_product_of_its_output_blocks():
    trace = run(Architecture("lstm"), 40, 16, memory=MemoryBias(forget_bias=6.0))
    layer = lstm(Derivative().chain(trace))
    curves = shortcuts(layer, trace.inputs, "spectral", np.array([2]), np.array([0, 10, 30]))
    truth = unscaled(Derivative("h", "h").chain(trace), 32, 2)
    assert 10 ** curves.truth_h[2] == pytest.approx(np.linalg.norm(truth, 2), rel=1e-10)
    assert 0.1 < np.linalg.norm(truth, 2) < 1
    blocks = np.eye(16)
    for step in range(3, 33):
        blocks = layer.jacobians(np.array([step]))[0, :16, :16] @ blocks
    assert 10 ** curves.blocks[2] == pytest.approx(np.linalg.norm(blocks, 2), rel=1e-9)
    assert 1e-28 < np.linalg.norm(blocks, 2) < 1e-24
    assert np.linalg.norm(truth, 2) / np.linalg.norm(blocks, 2) > 1e20


# Primes are the state before; U are blocks of weight_hh, W of weight_ih.
def test_one_step_of_an_lstm():
    trace = run(Architecture("lstm"), 6, HIDDEN, gain=2.0)
    chain = Derivative("s", "s").chain(trace)
    layer = lstm(chain)
    u, w = np.split(layer.weights.weight_hh, 4), np.split(layer.weights.weight_ih, 4)
    for t in range(1, 7):
        h, c = layer.h[t - 1], layer.c[t - 1]
        drive = layer.weights.weight_ih @ trace.inputs[t - 1] + layer.weights.bias_ih + layer.weights.bias_hh
        i, f, g, o = np.split(drive + layer.weights.weight_hh @ h, 4)
        i, f, g, o = sigma(i), sigma(f), np.tanh(g), sigma(o)
        cell = f * c + i * g
        np.testing.assert_allclose(layer.states[t], np.concatenate([o * np.tanh(cell), cell]), rtol=1e-12)
        factors = layer.unit_factors(np.array([t]))
        assert list(factors) == ["f", "i", "o"], "the decisive one first"
        np.testing.assert_allclose(np.concatenate(list(factors.values())), [f, i, o], rtol=1e-12)

        def cell_rows(m, c=c, i=i, f=f, g=g):
            return np.diag(c * f * (1 - f)) @ m[1] + np.diag(g * i * (1 - i)) @ m[0] + np.diag(i * (1 - g**2)) @ m[2]

        def output_rows(m, o=o, cell=cell):
            out = np.diag(np.tanh(cell) * o * (1 - o)) @ m[3]
            return out + np.diag(o * (1 - np.tanh(cell) ** 2)) @ cell_rows(m)

        truth = np.block([
            [output_rows(u), np.diag(o * (1 - np.tanh(cell) ** 2) * f)],
            [cell_rows(u), np.diag(f)],
        ])  # fmt: skip
        np.testing.assert_allclose(layer.jacobians(np.array([t]))[0], truth, rtol=1e-10, atol=1e-14)
        entering = np.concatenate([output_rows(w), cell_rows(w)])
        np.testing.assert_allclose(layer.input_jacobians(np.array([t]))[0], entering, rtol=1e-10, atol=1e-14)
