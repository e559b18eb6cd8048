"""The checks of credit pass on a true gradient, and notice a wrong one."""

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
    "fields", few([{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}], 2)
)
def test_a_true_gradient_breaks_no_law(fields):
    checks = VIEWS["credit"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
    assert [check.name for check in checks] == ["cells", "sum", "difference"]
    assert all(check.passed and check.value is not None for check in checks)


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
