"""Credit at wild scales: each cell is that of one gradient taken back by the equations and rescaled every step."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import Kind
from unrolled.core.loss import credit_sweep
from unrolled.core.loss.segment import Workspace, segment
from unrolled.core.networks.gru import GRUTrace
from unrolled.core.networks.lstm import LSTMTrace

LENGTH = 210
RNN, LSTM, GRU, BEFORE = Kind("rnn"), Kind("lstm"), Kind("gru"), Kind("gru", 1, "before")
WILD: dict[str, tuple[Kind, dict[str, Any]]] = {
    "faint": (RNN, {"gain": 0.01}),
    "gain 30": (RNN, {"gain": 30.0}),
    "growing": (Kind("rnn", activation="sine"), {"gain": 1e4}),
    "dead units": (Kind("rnn", activation="relu"), {"gain": 1.2, "shift": 2.0}),
    "all die": (Kind("rnn", activation="hardtanh"), {"gain": 1.0, "shift": 1.0, "amplitude": 3.0}),
    "slopes near nothing": (RNN, {"shift": 60.0}),
    "slopes of 10^-231": (RNN, {"shift": 1100.0, "seed": 1}),
    "lstm, gain 30": (LSTM, {"gain": 30.0}),
    "lstm, saturated": (LSTM, {"shift": 40.0}),
    "lstm, faint": (LSTM, {"gain": 0.01, "loss": "last"}),
    "gru, gain 30": (GRU, {"gain": 30.0}),
    "gru, saturated": (GRU, {"shift": 40.0}),
    "gru, reset before": (BEFORE, {"gain": 30.0}),
    "two layers": (Kind("rnn", 2), {"gain": 4.0, "layer": 1}),
    "two layers, upper": (Kind("lstm", 2), {"gain": 8.0, "layer": 2}),
    "two layers, lower": (Kind("lstm", 2), {"gain": 8.0, "layer": 1}),
    "two layers, gru": (Kind("gru", 2), {"gain": 0.01, "layer": 1}),
    "last loss": (RNN, {"gain": 0.01, "loss": "last"}),
}


def wild(name):
    kind, drawn = WILD[name]
    return graph_of(kind, **({"init": "gaussian", "length": LENGTH} | drawn))


def back(layer, step, g):
    """Take ∂L/∂s_k one step back by the equations of the layer: to s_{k−1}, and to both matrices' pre-activations."""
    if isinstance(layer, LSTMTrace):
        return back_lstm(layer, layer.gates(np.array([step])), g)
    if isinstance(layer, GRUTrace):
        return back_gru(layer, layer.gates(np.array([step])), g)
    gamma = g * layer.slope[step - 1]
    return layer.weights.weight_hh.T @ gamma, gamma, gamma


def back_lstm(layer, gates, g):
    size, (onto_i, onto_f, onto_g) = layer.hidden_size, gates.dc_dgates
    cell = g[size:] + g[:size] * gates.dh_dc[0]
    gamma = np.concatenate([cell * onto_i[0], cell * onto_f[0], cell * onto_g[0], g[:size] * gates.dh_do[0]])
    return np.concatenate([layer.weights.weight_hh.T @ gamma, cell * gates.keep[0]]), gamma, gamma


def back_gru(layer, gates, g):
    size, weight = layer.hidden_size, layer.weights.weight_hh
    on_z, on_n = g * gates.dh_dz[0], g * gates.dh_dn[0]
    if layer.reset == "after":
        gamma = np.concatenate([on_n * gates.drq_dr[0], on_z, on_n * gates.r[0]])
        return weight.T @ gamma + g * gates.keep[0], gamma, np.concatenate([gamma[: 2 * size], on_n])
    through = weight[2 * size :].T @ on_n
    gamma = np.concatenate([through * gates.drq_dr[0], on_z, on_n])
    before = weight[: 2 * size].T @ gamma[: 2 * size] + through * gates.r[0] + g * gates.keep[0]
    return before, gamma, gamma


def log10_length(values):
    top = np.abs(values).max(initial=0.0)
    return np.log10(top) + np.log10(np.linalg.norm(values / top)) if top else -np.inf


def taken_back(graph, place):
    """Yield step, ∂L_t/∂h_k and γ of one loss, and the power of two of both, from its own step to the first."""
    layers = graph.trace.layers[graph.layer - 1 :]
    gradients = [np.zeros(layer.state_size) for layer in layers]
    gradients[-1][: graph.hidden_size], power = graph.seeds[place], 0
    for step in range(int(graph.steps[place]), 0, -1):
        before = [np.zeros(0)] * len(layers)
        gamma = np.zeros(0)
        for index in reversed(range(len(layers))):
            before[index], gamma, inner = back(layers[index], step, gradients[index])
            if index:
                gradients[index - 1][: graph.hidden_size] += layers[index].weights.weight_ih.T @ inner
        yield step, gradients[0][: graph.hidden_size], gamma, power
        more = int(np.frexp(max(np.abs(each).max() for each in before))[1])
        gradients, power = [np.ldexp(each, -more) for each in before], power + more


def plain(graph, whole, rows):
    """Compute some rows of the three triangles of `Credit` cell by cell."""
    norm, outer, share = (np.full((len(rows), graph.trace.length), np.nan) for _ in range(3))
    g = whole.weight_hh
    for row, place in enumerate(rows):
        for step, onto_h, gamma, power in taken_back(graph, place):
            cell, digits = (row, step - 1), power * np.log10(2.0)
            parts = [(met.rows, met.values[step - 1]) for met in graph.recurrent_inputs]
            lengths = np.array([log10_length(gamma[rows]) + log10_length(onto) for rows, onto in parts])
            norm[cell] = log10_length(onto_h) + digits
            top = lengths.max()
            outer[cell] = top + digits + log10_length(10.0 ** (lengths - top)) if top > -np.inf else -np.inf
            scaled = np.ldexp(gamma, max(power - whole.exponent, -2200))
            share[cell] = sum(scaled[rows] @ g[rows] @ onto for rows, onto in parts) / np.square(g).sum()
    return norm, outer, share


@pytest.mark.parametrize("name", WILD)
def test_every_cell_is_that_of_one_loss_taken_back_alone(name):
    graph = wild(name)
    found, rows = full_credit(graph), np.unique(np.linspace(0, len(graph.steps) - 1, 7).astype(int))
    norm, outer, share = plain(graph, found.gradient, rows)
    np.testing.assert_allclose(found.log10_norm[rows], norm, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.log10_contribution[rows], outer, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.share[rows], share, rtol=1e-8, atol=1e-10)
    by_lag = np.zeros(graph.last_step)
    np.add.at(by_lag, np.maximum(graph.steps[:, None] - np.arange(1, LENGTH + 1), 0), np.nan_to_num(found.share))
    np.testing.assert_allclose(found.by_lag, by_lag, rtol=1e-9, atol=1e-12)
    assert found.sum_error is None or found.sum_error <= 1e-12


def test_the_wild_ones_leave_float64():
    sizes = {name: full_credit(wild(name)).log10_norm for name in ("growing", "slopes near nothing", "all die")}
    assert np.nanmax(sizes["growing"]) > 700
    assert np.nanmin(sizes["slopes near nothing"]) < -1000
    assert np.isneginf(sizes["all die"]).sum() > 1000


@pytest.mark.parametrize("name", ["growing", "slopes near nothing", "all die", "two layers, lower"])
def test_stretches_are_what_single_steps_are(monkeypatch, name):
    taken, true = [], credit_sweep.BackwardSweep._advance

    def watched(walk, steps):
        taken.append((len(steps), true(walk, steps)))
        return taken[-1][1]

    monkeypatch.setattr(credit_sweep.BackwardSweep, "_advance", watched)
    found = full_credit(wild(name))
    assert any(count > 1 and went for count, went in taken)
    assert all(went for _, went in taken) == (name in {"all die", "two layers, lower"})
    for bound in ("_FEWEST", "_MOST"):
        monkeypatch.setattr(credit_sweep, bound, 1)
    taken.clear()
    single = full_credit(wild(name))
    assert taken == [(1, True)] * (LENGTH - 1)
    np.testing.assert_allclose(found.log10_norm, single.log10_norm, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.share, single.share, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU], ids=str)
def test_a_gradient_dies_where_nothing_passes(kind):
    graph, steps, first = graph_of(kind), np.array([5, 4]), np.array([0])
    layer = graph.elementwise
    beside = next((name for name in ("h_keep", "c_keep") if getattr(layer, name) is not None), None)
    closed = replace(layer, slopes=np.zeros_like(layer.slopes))

    def dies(layer, passing):
        path: Any = SimpleNamespace(elementwise=layer)
        ahead = segment(path, steps, Workspace(*(np.empty(4096) for _ in range(3))))
        states = np.zeros((3, len(layer.gates_of_part), 1, layer.hidden_size))
        states[0, -1, 0, 1] = passing
        ahead.run(states, [0, 0])
        return ahead.is_blocked(first, first)

    assert dies(layer, 0.0)
    assert not dies(layer, 1e-300)
    if beside is not None:
        assert not dies(closed, 1.0)
        closed = replace(closed, **{beside: np.zeros_like(getattr(layer, beside))})
    assert dies(closed, 1.0)
