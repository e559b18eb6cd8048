"""The backward sweep at extreme scales: each cell is that of one gradient by the equations, rescaled every step."""

from typing import Any

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import Architecture
from unrolled.core.loss import credit_sweep
from unrolled.core.networks.cells.gru import GRUTrace
from unrolled.core.networks.cells.lstm import LSTMTrace

LENGTH = 210
RNN, LSTM, GRU, BEFORE = (
    Architecture("rnn"),
    Architecture("lstm"),
    Architecture("gru"),
    Architecture("gru", 1, "before"),
)
WILD: dict[str, tuple[Architecture, dict[str, Any]]] = {
    "faint": (RNN, {"gain": 0.01}),
    "gain 30": (RNN, {"gain": 30.0}),
    "growing": (Architecture("rnn", activation="sine"), {"gain": 1e4}),
    "dead units": (Architecture("rnn", activation="relu"), {"gain": 1.2, "shift": 2.0}),
    "all die": (Architecture("rnn", activation="hardtanh"), {"gain": 1.0, "shift": 1.0, "amplitude": 3.0}),
    "slopes near nothing": (RNN, {"shift": 60.0}),
    "slopes of 10^-231": (RNN, {"shift": 1100.0, "seed": 1}),
    "lstm, gain 30": (LSTM, {"gain": 30.0}),
    "lstm, saturated": (LSTM, {"shift": 40.0}),
    "lstm, faint": (LSTM, {"gain": 0.01, "loss": "last"}),
    "gru, gain 30": (GRU, {"gain": 30.0}),
    "gru, saturated": (GRU, {"shift": 40.0}),
    "gru, reset before": (BEFORE, {"gain": 30.0}),
    "two layers": (Architecture("rnn", 2), {"gain": 4.0, "layer": 1}),
    "two layers, upper": (Architecture("lstm", 2), {"gain": 8.0, "layer": 2}),
    "two layers, lower": (Architecture("lstm", 2), {"gain": 8.0, "layer": 1}),
    "two layers, gru": (Architecture("gru", 2), {"gain": 0.01, "layer": 1}),
    "last loss": (RNN, {"gain": 0.01, "loss": "last"}),
}
SOME = [
    "growing", "dead units", "all die", "slopes near nothing", "lstm, saturated", "gru, gain 30",
    "gru, reset before", "two layers, lower", "last loss",
]  # fmt: skip


def extreme(name):
    architecture, drawn = WILD[name]
    settings: dict[str, Any] = {"init": "gaussian", "length": LENGTH} | drawn
    return graph_of(architecture, **settings)


def vjp(layer, step, g):
    """Give ∂L/∂s_{k−1} by the equations of the layer, and those to what W_hh and what W_ih give."""
    if isinstance(layer, LSTMTrace):
        return lstm_vjp(layer, layer.gates(np.array([step])), g)
    if isinstance(layer, GRUTrace):
        return gru_vjp(layer, layer.gates(np.array([step])), g)
    gamma = g * layer.slope[step - 1]
    return layer.weights.weight_hh.T @ gamma, gamma, gamma


def lstm_vjp(layer, gates, g):
    size, (dc_di, dc_df, dc_dg) = layer.hidden_size, gates.dc_dgates
    d_c = g[size:] + g[:size] * gates.dh_dc[0]
    gamma = np.concatenate([d_c * dc_di[0], d_c * dc_df[0], d_c * dc_dg[0], g[:size] * gates.dh_do[0]])
    return np.concatenate([layer.weights.weight_hh.T @ gamma, d_c * gates.keep[0]]), gamma, gamma


def gru_vjp(layer, gates, g):
    size, weight = layer.hidden_size, layer.weights.weight_hh
    d_z, d_n = g * gates.dh_dz[0], g * gates.dh_dn[0]
    if layer.reset == "after":
        gamma = np.concatenate([d_n * gates.drq_dr[0], d_z, d_n * gates.r[0]])
        return weight.T @ gamma + g * gates.keep[0], gamma, np.concatenate([gamma[: 2 * size], d_n])
    d_reset_h = weight[2 * size :].T @ d_n
    gamma = np.concatenate([d_reset_h * gates.drq_dr[0], d_z, d_n])
    before = weight[: 2 * size].T @ gamma[: 2 * size] + d_reset_h * gates.r[0] + g * gates.keep[0]
    return before, gamma, gamma


def log10_length(values):
    top = np.abs(values).max(initial=0.0)
    return np.log10(top) + np.log10(np.linalg.norm(values / top)) if top else -np.inf


def backpropagated(graph, place):
    """Yield step, ∂L_t/∂h_k and γ of one loss, and the power of two of both, from its own step to the first."""
    layers = graph.trace.layers[graph.layer - 1 :]
    gradients = [np.zeros(layer.state_size) for layer in layers]
    gradients[-1][: graph.hidden_size], power = graph.seeds[place], 0
    for step in range(int(graph.steps[place]), 0, -1):
        before = [np.zeros(0)] * len(layers)
        gamma = np.zeros(0)
        for index in reversed(range(len(layers))):
            before[index], gamma, d_preactivation = vjp(layers[index], step, gradients[index])
            if index:
                gradients[index - 1][: graph.hidden_size] += layers[index].weights.weight_ih.T @ d_preactivation
        yield step, gradients[0][: graph.hidden_size], gamma, power
        more = int(np.frexp(max(np.abs(part).max() for part in before))[1])
        gradients, power = [np.ldexp(part, -more) for part in before], power + more


def reference(graph, total, rows):
    """Compute some rows of the three triangles of `Credit` cell by cell."""
    norm, outer, share = (np.full((len(rows), graph.trace.length), np.nan) for _ in range(3))
    g = total.weight_hh
    for row, place in enumerate(rows):
        for step, d_h, gamma, power in backpropagated(graph, place):
            cell, digits = (row, step - 1), power * np.log10(2.0)
            parts = [(part.rows, part.values[step - 1]) for part in graph.recurrent_inputs]
            lengths = np.array([log10_length(gamma[rows]) + log10_length(values) for rows, values in parts])
            norm[cell] = log10_length(d_h) + digits
            top = lengths.max()
            outer[cell] = top + digits + log10_length(10.0 ** (lengths - top)) if top > -np.inf else -np.inf
            scaled = np.ldexp(gamma, max(power - total.exponent, -2200))
            share[cell] = sum(scaled[rows] @ g[rows] @ values for rows, values in parts) / np.square(g).sum()
    return norm, outer, share


@pytest.mark.parametrize("name", few(WILD, SOME))
def test_every_cell_is_that_of_one_loss_alone(name):
    graph = extreme(name)
    result, rows = full_credit(graph), np.unique(np.linspace(0, len(graph.steps) - 1, 7).astype(int))
    norm, outer, share = reference(graph, result.gradient, rows)
    np.testing.assert_allclose(result.log10_norm[rows], norm, rtol=0, atol=1e-10)
    np.testing.assert_allclose(result.log10_contribution[rows], outer, rtol=0, atol=1e-10)
    np.testing.assert_allclose(result.share[rows], share, rtol=1e-8, atol=1e-10)
    by_lag = np.zeros(graph.last_step)
    np.add.at(by_lag, np.maximum(graph.steps[:, None] - np.arange(1, LENGTH + 1), 0), np.nan_to_num(result.share))
    np.testing.assert_allclose(result.by_lag, by_lag, rtol=1e-9, atol=1e-12)
    assert result.sum_error is None or result.sum_error <= 1e-12


def test_extreme_networks_leave_float64():
    sizes = {name: full_credit(extreme(name)).log10_norm for name in ("growing", "slopes near nothing", "all die")}
    assert np.nanmax(sizes["growing"]) > 700
    assert np.nanmin(sizes["slopes near nothing"]) < -1000
    assert np.isneginf(sizes["all die"]).sum() > 1000


@pytest.mark.parametrize("name", ["growing", "all die", "two layers, lower"])
def test_segments_are_what_single_steps_are(monkeypatch, name):
    segments, right = [], credit_sweep.BackwardSweep._advance

    def watched(sweep, steps):
        segments.append((len(steps), right(sweep, steps)))
        return segments[-1][1]

    monkeypatch.setattr(credit_sweep.BackwardSweep, "_advance", watched)
    result = full_credit(extreme(name))
    assert any(count > 1 and succeeded for count, succeeded in segments)
    assert all(succeeded for _, succeeded in segments) == (name != "growing")
    for bound in ("_FEWEST", "_MOST"):
        monkeypatch.setattr(credit_sweep, bound, 1)
    segments.clear()
    single = full_credit(extreme(name))
    assert segments == [(1, True)] * (LENGTH - 1)
    np.testing.assert_allclose(result.log10_norm, single.log10_norm, rtol=0, atol=1e-10)
    np.testing.assert_allclose(result.share, single.share, rtol=1e-8, atol=1e-12)
