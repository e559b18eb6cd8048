"""Every edge of a model without recurrence has the size of its local derivative: compared with HIPS autograd."""

from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import jacobian

from tests.cases import few
from tests.views.answers import answer, experiment, result_of, size
from unrolled.core.feedforward.diagram import InputDiagram
from unrolled.core.feedforward.mlp import MLPTrace
from unrolled.experiment.run import run
from unrolled.runtime.memo import Memo

SIZES: dict[str, Any] = {"length": 5, "hidden": 3, "input": "text", "text": "abca"}
NORMS = ("spectral", "frobenius")


def measured(function, place, arguments, norm):
    return size(np.atleast_2d(jacobian(function, place)(*arguments)), norm)


def edges_of(network):
    return {(edge["source"], edge["target"]): edge for edge in answer("graph", network)["edges"]}


def forward(network) -> Any:
    return run(network, Memo(2**26)).trace


@pytest.mark.parametrize(
    ("positions", "norm"),
    few(product(("none", "sinusoidal"), NORMS), [("none", "spectral"), ("sinusoidal", "frobenius")]),
)
def test_every_edge_of_attention(positions, norm):
    network = experiment(**SIZES, model="attention", key=2, positions=positions, norm=norm)
    trace, edges = forward(network), edges_of(network)
    parameters = trace.parameters
    places = np.arange(5)[:, None] / 10000.0 ** (np.array([0, 0, 2]) / 3)
    shift = np.stack([np.sin(places[:, 0]), np.cos(places[:, 1]), np.sin(places[:, 2])], 1) * (positions != "none")
    embedded = trace.inputs @ parameters["weight_e"].T + parameters["bias_e"] + shift

    def mixture(*rows):
        rows = anp.stack(rows)
        query = anp.dot(parameters["weight_q"], rows[-1]) + parameters["bias_q"]
        scores = anp.dot(anp.dot(rows, parameters["weight_k"].T) + parameters["bias_k"], query) / anp.sqrt(2.0)
        weights = anp.exp(scores) / anp.sum(anp.exp(scores))
        return anp.dot(weights, anp.dot(rows, parameters["weight_v"].T) + parameters["bias_v"])

    for t in (1, 4, 5):
        rows = list(embedded[:t])
        for j in range(t):
            edge = edges[f"e{j + 1}", f"m{t}"]
            assert 10 ** edge["log10_norm"] == pytest.approx(measured(mixture, j, rows, norm), rel=1e-9)
        assert sum(edges[f"e{j}", f"m{t}"]["weight"] for j in range(1, t + 1)) == pytest.approx(1.0)
    assert ("e5", "m4") not in edges


@pytest.mark.parametrize(
    ("model", "norm"),
    few(product(("attention", "window"), NORMS), [("attention", "frobenius"), ("window", "spectral")]),
)
def test_a_fold_stands_for_all_its_steps_side_by_side(model, norm):
    network = experiment(length=40, hidden=3, model=model, window=30, t=40, k=1, norm=norm)
    trace, response = forward(network), answer("graph", network)
    (fold,) = [node for node in response["nodes"] if node["kind"] == "fold"]
    edges = {(edge["source"], edge["target"]): edge for edge in response["edges"]}
    parameters = trace.parameters
    if model == "window":
        lags = [40 - step for step in range(max(fold["t"], 11), fold["t_last"] + 1)]
        block = np.concatenate([parameters["weight_l0"][:, lag : lag + 1] for lag in lags], axis=1)
        expected = size(trace.slopes[0][39][:, None] * block, norm)
        assert 10 ** edges[fold["id"], "h40"]["log10_norm"] == pytest.approx(expected)
        assert ("x10", "h40") not in edges
        return
    weights = np.exp(trace.log_weights(40))
    embedded = trace.inputs @ parameters["weight_e"].T + parameters["bias_e"]
    values = embedded @ parameters["weight_v"].T
    apart, turned = values - weights @ values, trace.queries[39] @ parameters["weight_k"]
    hidden = range(fold["t"] - 1, fold["t_last"])
    blocks = [weights[j] * (parameters["weight_v"] + np.outer(apart[j], turned)) for j in hidden]
    edge = edges[fold["id"], "m40"]
    assert 10 ** edge["log10_norm"] == pytest.approx(size(np.concatenate(blocks, axis=1), norm))
    assert edge["weight"] == pytest.approx(weights[list(hidden)].sum())


@pytest.mark.parametrize("norm", few(NORMS, ["spectral"]))
def test_every_edge_of_an_mlp(norm):
    network = experiment(**SIZES, model="window", window=2, layers=2, activation="sine", norm=norm)
    trace, edges = forward(network), edges_of(network)
    parameters, step = trace.parameters, 4
    first = trace.inputs[step - 1], trace.inputs[step - 2]

    def hidden(now, before):
        return anp.sin(anp.dot(parameters["weight_l0"], anp.concatenate([now, before])) + parameters["bias_l0"])

    def deeper(h):
        return anp.sin(anp.dot(parameters["weight_l1"], h) + parameters["bias_l1"])

    for place, name in enumerate(("x4", "x3")):
        assert 10 ** edges[name, "h4.l0"]["log10_norm"] == pytest.approx(measured(hidden, place, first, norm))
    log10_norm = edges["h4.l0", "h4.l1"]["log10_norm"]
    assert 10**log10_norm == pytest.approx(measured(deeper, 0, [hidden(*first)], norm))
    assert 10 ** edges["h4.l1", "out4"]["log10_norm"] == pytest.approx(size(parameters["weight_o"], norm))
    assert ("x2", "h4.l0") not in edges


def test_a_model_known_by_its_jacobians_alone_is_drawn_from_inputs_to_outputs(monkeypatch):
    def diagram(trace):
        return InputDiagram(trace)

    monkeypatch.setattr(MLPTrace, "diagram", diagram)
    fields = {"model": "window", "window": 30, "length": 40, "hidden": 3, "t": 40, "k": 38}
    response, trace = answer("graph", **fields), forward(experiment(**fields))
    assert {node["kind"] for node in response["nodes"]} == {"input", "output", "fold"}
    edges = {(edge["source"], edge["target"]): edge for edge in response["edges"]}
    assert [ends for ends, edge in edges.items() if edge["on_path"]] == [("x38", "out40")]
    assert edges["x38", "out40"]["formula"] == "∂o_40/∂x_38"
    jacobians = trace.jacobians(40, np.arange(1, 41))
    assert 10 ** edges["x38", "out40"]["log10_norm"] == pytest.approx(size(jacobians[37], "spectral"))
    (fold,) = [node for node in response["nodes"] if node["kind"] == "fold"]
    joint = np.concatenate(list(jacobians[fold["t"] - 1 : fold["t_last"]]), axis=1)
    assert 10 ** edges[fold["id"], "out40"]["log10_norm"] == pytest.approx(size(joint, "spectral"))


def test_lines_are_thin_where_steps_read_others():
    fields = {"length": 6, "hidden": 3}
    thickness = {
        model: result_of("graph", model=model, **fields).diagram.thickness
        for model in ("mlp", "window", "attention", "rnn", "lstm", "gru")
    }
    assert thickness == {"mlp": 1.0, "window": 0.5, "attention": 0.5, "rnn": 1.0, "lstm": 0.5, "gru": 0.5}
