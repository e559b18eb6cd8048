"""The laws of a credit: a right one passes, and each wrong number fails the law that looks at it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.core.cost.sizes import counted, size
from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import WITH_MATRIX, Architecture
from unrolled.core.checks.credit import credit_checks
from unrolled.core.cost.loss import pairs_cost
from unrolled.core.loss.credit import credit

SOME = [Architecture("rnn"), Architecture("lstm", 2), Architecture("gru", 1, "before")]


def failed(graph, result):
    """Name the laws that are broken."""
    return {check.name for check in credit_checks(graph, result) if not check.passed}


@pytest.mark.parametrize("architecture", few(WITH_MATRIX, SOME), ids=str)
@pytest.mark.parametrize("loss", ["sum", "last"])
def test_a_true_credit_breaks_no_law(architecture, loss):
    for layer in range(1, architecture.layers + 1):
        graph = graph_of(architecture, layer=layer, loss=loss, length=70)
        checks = credit_checks(graph, full_credit(graph))
        assert [check.name for check in checks] == ["cells", "rows", "lags", "sum"]
        assert all(check.passed and check.value is not None for check in checks)


@pytest.mark.parametrize(("gain", "length"), [(1e-3, 150), (0.0, 30), (1.0, 1), (1.0, 2), (5.0, 150)])
def test_of_any_size_and_length(gain, length):
    graph = graph_of(Architecture("rnn", activation="identity"), length=length, init="gaussian", gain=gain)
    assert failed(graph, full_credit(graph)) == set()


def test_of_some_losses_at_some_steps():
    graph = graph_of(length=90)
    chosen = np.arange(5, 90, 6)
    result = credit(graph, chosen, np.arange(1, 90, 4))
    assert failed(graph.only(chosen), result) == set()
    assert failed(graph.only(chosen), replace(result, share=1.001 * result.share)) == {"rows"}


@pytest.mark.parametrize("name", ["log10_norm", "log10_contribution", "share"])
@pytest.mark.parametrize("place", [(-1, -1), (0, 0), (-1, -66), (-65, -66), (-64, 3)])
def test_cells_at_the_ends_of_stretches_are_looked_at(name, place):
    graph = graph_of(length=100, seed=1)
    result = credit(graph, graph.steps, graph.steps)
    wrong = getattr(result, name).copy()
    assert np.isfinite(wrong[place])
    wrong[place] += 1e-6 * abs(wrong[place])
    assert "rows" in failed(graph, replace(result, **{name: wrong}))


def test_what_is_nan_is_looked_at():
    graph = graph_of(length=30)
    result = credit(graph, graph.steps, graph.steps)
    assert failed(graph, replace(result, log10_norm=result.log10_norm * np.nan)) >= {"cells", "rows"}
    assert failed(graph, replace(result, share=np.nan_to_num(result.share))) == {"rows"}
    assert failed(graph, replace(result, sum_error=np.nan)) == failed(graph, replace(result, sum_error=None)) == {"sum"}


@pytest.mark.parametrize("lag", [0, 3, -1])
@pytest.mark.parametrize("name", ["by_lag", "residual"])
def test_every_lag_that_is_told_is_looked_at(name, lag):
    graph = graph_of(length=40)
    result = credit(graph, graph.steps, graph.steps)
    wrong = getattr(result, name).copy()
    wrong[lag] += 1e-6
    assert failed(graph, replace(result, **{name: wrong})) == {"lags"}


def test_residuals_that_end_too_early_are_noticed():
    graph = graph_of(length=40)
    result = credit(graph, graph.steps, graph.steps)
    early = replace(result, residual=result.residual[: np.flatnonzero(result.residual > 0.1)[-1]])
    assert failed(graph, early) == {"lags"}
    assert failed(graph, replace(result, residual=result.residual[:0])) == {"lags"}


def test_residuals_that_go_on_for_no_reason_are_noticed():
    graph = graph_of(length=60, gain=0.2)
    result = credit(graph, graph.steps, graph.steps)
    assert len(result.residual) < 20
    longer = np.append(result.residual, np.zeros(59 - len(result.residual)))
    assert failed(graph, replace(result, residual=longer)) == {"lags"}


@pytest.mark.parametrize(("gates", "states", "model"), [(1, 1, "rnn"), (3, 1, "gru"), (4, 2, "lstm")])
def test_the_loop_reports_what_was_counted(gates, states, model):
    graph = graph_of(Architecture(model), length=150, hidden=24)
    result, sizes = full_credit(graph), size(24, gates, states=states, input_size=2, length=150)
    assert 0.5 < counted(pairs_cost(sizes, 1, 149), lambda: credit_checks(graph, result)) < 2.0
