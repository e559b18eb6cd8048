"""Credit: it adds up to the gradient, cell by cell what plain products give, at any size."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import SOME_WITH_MATRIX, WITH_MATRIX, Architecture
from unrolled.core.loss.credit import credit, reached_lag
from unrolled.core.loss.gradient import LossGraph, gradient
from unrolled.core.networks.elementwise_vjp import ElementwiseVJP

SUMS = [(architecture, loss) for architecture in WITH_MATRIX for loss in ("sum", "last")]
SOME_SUMS = [
    (Architecture("rnn"), "last"),
    (Architecture("lstm"), "sum"),
    (Architecture("gru"), "sum"),
    (Architecture("gru", 3, "before"), "sum"),
]


@pytest.mark.parametrize(("architecture", "loss"), few(SUMS, SOME_SUMS), ids=str)
def test_credits_add_up_to_the_gradient(architecture, loss):
    for layer in range(1, architecture.layers + 1):
        result = full_credit(graph_of(architecture, layer=layer, loss=loss))
        assert result.sum_error is not None
        assert result.sum_error <= 1e-13
        assert np.nansum(result.share) == pytest.approx(1.0, abs=1e-12)
        assert result.by_lag.sum() == pytest.approx(1.0, abs=1e-12)
        assert np.linalg.norm(result.gradient.weight_hh) > 0


@pytest.mark.parametrize("architecture", [Architecture("lstm"), Architecture("gru")], ids=str)
def test_a_wrong_matrix_does_not_add_up(monkeypatch, architecture):
    right = ElementwiseVJP.fuse

    def wrong(self, steps, out):
        right(self, steps, out)
        out *= 1.01

    monkeypatch.setattr(ElementwiseVJP, "fuse", wrong)
    error = full_credit(graph_of(architecture)).sum_error
    assert error is not None
    assert error > 1e-4


@pytest.mark.parametrize("architecture", [Architecture("gru", 1, "before"), Architecture("rnn", 2)], ids=str)
def test_a_wrong_equation_does_not_add_up(monkeypatch, architecture):
    graph, right = graph_of(architecture, layer=1), LossGraph.vjp

    def wrong(self, step, gradients):
        result, d_h = right(self, step, gradients)
        spoiled = type(result)(1.01 * result.d_state, result.d_preactivation, result.d_recurrent)
        return (spoiled if len(gradients) > 1 else result), d_h

    monkeypatch.setattr(LossGraph, "vjp", wrong)
    error = full_credit(graph).sum_error
    assert error is not None
    assert error > 1e-4


@pytest.mark.parametrize("architecture", SOME_WITH_MATRIX, ids=str)
def test_a_cell_is_the_gradient_of_its_loss_alone(architecture):
    graph = graph_of(architecture, layer=1)
    result = full_credit(graph)
    for row, step in enumerate(graph.steps.tolist()):
        alone, total = gradient(graph.only(np.array([step]))), result.gradient
        share = (np.ldexp(alone.weight_hh, alone.exponent - total.exponent) * total.weight_hh).sum()
        share /= np.square(total.weight_hh).sum()
        assert np.nansum(result.share[row]) == pytest.approx(share, abs=1e-12)


def test_sampled_cells_are_those_of_the_whole_triangle():
    graph = graph_of(Architecture("gru", 1, "before"))
    every_cell, t, k = full_credit(graph), np.array([3, 7, 11]), np.array([2, 6, 12])
    some = credit(graph, t, k)
    for name in ("log10_norm", "log10_contribution", "share"):
        expected = getattr(every_cell, name)[np.ix_(t - 1, k - 1)]
        np.testing.assert_allclose(getattr(some, name), expected, rtol=1e-12, atol=1e-14)
    assert some.sum_error is not None
    assert some.sum_error <= 1e-13


def test_a_number_below_float64_is_a_number():
    result = full_credit(graph_of(length=200, init="gaussian", gain=1e-4))
    assert np.isfinite(result.log10_norm[-1, 0])
    assert result.log10_norm[-1, 0] < -400
    assert np.isfinite(result.log10_contribution[-1, 0])


@pytest.mark.parametrize("architecture", [Architecture("lstm"), Architecture("gru", 1, "before")], ids=str)
def test_the_lengths_of_rank_one_are_those_of_the_matrix(architecture):
    graph = graph_of(architecture, loss="last")
    result, k = full_credit(graph), 5
    row = np.zeros((1, graph.state_size))
    row[0, graph.top_h] = graph.seeds[0]
    for step in range(graph.last_step, k, -1):
        row = graph.vjp(step, row)[0].d_state
    gamma = graph.vjp(k, row)[0].d_recurrent[0]
    outer = np.concatenate([np.outer(gamma[part.rows], part.values[k - 1]) for part in graph.recurrent_inputs])
    assert result.log10_contribution[0, k - 1] == pytest.approx(np.log10(np.linalg.norm(outer)), abs=1e-12)


def test_most_is_reached_at_a_lag_after_which_it_stays():
    assert reached_lag(np.array([0.6, 0.1, 0.3, 0.05, 0.1])) == 3
    assert reached_lag(np.array([0.0, 0.0])) == 0
    assert reached_lag(np.array([0.0, np.nan, 0.0])) == 2
    assert reached_lag(np.empty(0)) is None


def test_without_a_next_value_there_is_no_loss():
    result = full_credit(graph_of(length=1))
    assert result.log10_norm.shape == (0, 1)
    assert result.sum_error is None
    assert result.log10_gradient == -np.inf
