"""The checks of credit pass on a true gradient, and notice a wrong one."""

from dataclasses import replace

import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.test_checks import failed
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.networks.cells.rnn import RNNTrace
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "lstm", "layers": 2, "layer": 1},
        {"model": "gru", "loss": "last", "truncation": "chunked", "window": 7},
        {"truncation": "sliding", "window": 40},
    ],
)
def test_a_true_gradient_breaks_no_law(fields):
    checks = VIEWS["credit"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
    names = ["cells", "rows", "lags", "sum", "summary", "truncation", "losses", "difference"]
    assert [check.name for check in checks] == names
    assert all(check.passed for check in checks)
    without = [] if fields.get("truncation") else ["truncation"]
    assert [check.name for check in checks if check.value is None] == without


@pytest.mark.parametrize(
    "fields", few([{}, {"model": "lstm"}, {"model": "gru"}, {"layers": 2, "layer": 1}], 2), ids=str
)
def test_wrong_vector_jacobian_products_break_the_sum(monkeypatch, fields):
    fuse, vjp = ElementwiseVJP.fuse, LossGraph.vjp

    def wrongly_fused(self, steps, maps):
        fuse(self, steps, maps)
        maps *= 1.001

    def wrong_vjp(self, step, rows):
        result, onto_h = vjp(self, step, rows)
        return (
            type(result)(1.001 * result.d_state, result.d_preactivation, result.d_recurrent)
            if len(rows) > 1
            else result
        ), onto_h

    monkeypatch.setattr(ElementwiseVJP, "fuse", wrongly_fused)
    monkeypatch.setattr(LossGraph, "vjp", wrong_vjp)
    assert failed("credit", **fields) >= {"sum", "cells"}


def test_a_wrong_slope_is_noticed_by_the_loss_itself(monkeypatch):
    """The slope is wrong wherever it is used: all gradients agree with each other, and not with the loss."""
    original = RNNTrace.__init__

    def wrong(self, *arguments):
        original(self, *arguments)
        object.__setattr__(self, "slope", (1 + 1e-4) * self.slope)

    monkeypatch.setattr(RNNTrace, "__init__", wrong)
    assert failed("credit") == failed("bias") == {"difference"}


def changed(result, **fields):
    """Give another summary."""
    return replace(result, summary=replace(result.summary, **fields))


@pytest.mark.parametrize(
    "wrong",
    [
        *({"reached": 3}, {"reached": None}, {"left": 0.2}, {"own": 0.1}, {"share": 0.9}, {"log10_gradient": 0.1}),
        *({"losses": 1}, {"shown": 1}, {"last_step": 3}, {"loss_sum": 0.3}),
    ],
    ids=str,
)
def test_a_summary_is_held_to_what_it_is_told_beside(wrong, monkeypatch):
    network, memo = experiment(length=30, hidden=5), Memo(2**24)
    right = VIEWS["credit"].compute(network, memo)
    monkeypatch.setattr("unrolled.views.credit.view.compute", lambda *_: changed(right, **wrong))
    assert {check.name for check in VIEWS["credit"].checks(network, memo) if not check.passed} == {"summary"}


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
def test_what_a_truncation_leaves_is_held_to_the_pairs_it_keeps(kind, monkeypatch):
    monkeypatch.setattr(
        "unrolled.core.jacobians.truncation.Truncation.keeps", lambda cut, t, k: (t - k < cut.window) & (k != 9)
    )
    assert failed("credit", length=30, truncation=kind, window=5) == {"truncation"}
    assert failed("credit", length=30, truncation=kind, window=30) == set()
