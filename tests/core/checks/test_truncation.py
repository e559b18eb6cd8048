"""Sampled truncated gradients are held to the pairs they keep, of every model and from faded to exploding."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.core.cost.sizes import counted, size
from tests.core.loss.graphs import graph_of
from tests.core.nets import WITH_MATRIX, Architecture
from unrolled.core.checks.truncation import truncation_errors
from unrolled.core.cost.loss import kept_pairs_cost
from unrolled.core.loss import chunk_sums
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, truncation_bias

SOME = [Architecture("rnn"), Architecture("lstm", 2), Architecture("gru", 1, "before")]


@pytest.mark.parametrize("architecture", few(WITH_MATRIX, SOME), ids=str)
@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("afforded", [np.inf, 0.0])
def test_true_curves_are_those_of_the_kept_pairs(architecture, loss, afforded, monkeypatch):
    monkeypatch.setattr(chunk_sums, "_AFFORDED", afforded)
    graph = graph_of(architecture, length=45, layer=1, loss=loss)
    error, excess = truncation_errors(graph, truncation_bias(graph, 0.1, 20), 0.1, np.random.default_rng(1))
    assert error is not None
    assert error < 1e-12
    assert excess == 0.0


@pytest.mark.parametrize("gain", [1e-4, 0.5, 8.0])
def test_of_any_size(gain):
    graph = graph_of(Architecture("rnn", activation="identity"), length=150, init="gaussian", gain=gain)
    error, excess = truncation_errors(graph, truncation_bias(graph), 0.1, np.random.default_rng(0))
    assert error is not None
    assert error < 1e-10
    assert excess == 0.0


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_of_the_shortest_sequences(length):
    graph = graph_of(length=length)
    error, excess = truncation_errors(graph, truncation_bias(graph), 0.1, np.random.default_rng(0))
    assert (error is None) == (excess is None)
    assert error is None if length < 3 else error is not None and error < 1e-14


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["lowest", "highest", "relative", "cosine", "ratio"])
def test_each_told_number_is_compared(kind, name):
    graph = graph_of(length=30)
    bias = truncation_bias(graph)
    curve = bias.curves[kind]
    if name in ("lowest", "highest"):
        wrong = [replace(curve, **{name: getattr(curve, name) + 1e-4})]
    else:
        mean, start = (replace(old, **{name: getattr(old, name) + 1e-4}) for old in (curve.mean, curve.from_start))
        wrong = [replace(curve, mean=mean), replace(curve, from_start=start)]
    for one in wrong:
        wrong_bias = replace(bias, curves={**bias.curves, kind: one})
        error, _ = truncation_errors(graph, wrong_bias, 0.1, np.random.default_rng(0))
        assert error is not None
        assert error > 1e-5
    unknown = replace(bias, curves={**bias.curves, kind: replace(curve, lowest=np.full(30, np.nan))})
    error, _ = truncation_errors(graph, unknown, 0.1, np.random.default_rng(0))
    assert error is not None
    assert np.isnan(error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", [-1, 1])
def test_an_advised_k_that_is_one_too_small_or_too_large_is_noticed(kind, by, monkeypatch):
    graph = graph_of(length=45, gain=1.0, seed=0)
    bias = truncation_bias(graph)
    told = {each: (bias.needed(each, 0.3) or 0) + (by if each == kind else 0) for each in KINDS}
    assert min(told.values()) > 1
    monkeypatch.setattr(TruncationBias, "needed", lambda self, each, tolerance: told[each])
    error, excess = truncation_errors(graph, bias, 0.3, np.random.default_rng(0))
    assert error is not None
    assert error < 1e-12
    assert excess is not None
    assert excess > 1e-3


@pytest.mark.parametrize(("gates", "states", "model"), [(1, 1, "rnn"), (3, 1, "gru"), (4, 2, "lstm")])
def test_the_loop_reports_what_was_counted(gates, states, model):
    graph = graph_of(Architecture(model), length=150, hidden=24)
    cost, bias = kept_pairs_cost(size(24, gates, states=states, input_size=2, length=150), 1), truncation_bias(graph)
    assert 0.5 < counted(cost, lambda: truncation_errors(graph, bias, 0.1, np.random.default_rng(0))) < 2.0
