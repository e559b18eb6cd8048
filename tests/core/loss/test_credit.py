"""Credit: it adds up to the gradient, cell by cell what plain products give, at any size."""

import numpy as np
import pytest

from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import KINDS, Kind, run
from unrolled.core.loss.credit import credit, lag_of_share
from unrolled.core.loss.elementwise_vjp import ElementwiseVJP
from unrolled.core.loss.gradient import gradient
from unrolled.core.loss.vjp import batched_vjp


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_many_gradients_go_back_as_one_does(kind):
    for layer in run(kind).layers:
        rows = np.random.default_rng(3).standard_normal((5, layer.state_size))
        pulled = batched_vjp(layer).vjp(4, rows)
        for row, state, inner in zip(rows, pulled.d_state, pulled.d_preactivation, strict=True):
            before, entering = layer.vjp(4, row)
            np.testing.assert_allclose(state, before, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(inner @ layer.weights.weight_ih, entering, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("loss", ["sum", "last"])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_credits_add_up_to_the_gradient(kind, loss):
    for layer in range(1, kind.layers + 1):
        found = full_credit(graph_of(kind, layer=layer, loss=loss))
        assert found.sum_error <= 1e-13
        assert np.nansum(found.share) == pytest.approx(1.0, abs=1e-12)
        assert found.by_lag.sum() == pytest.approx(1.0, abs=1e-12)
        assert np.linalg.norm(found.gradient.weight_hh) > 0


@pytest.mark.parametrize("kind", [Kind("rnn"), Kind("lstm"), Kind("gru")], ids=str)
def test_a_wrong_matrix_does_not_add_up(monkeypatch, kind):
    true = ElementwiseVJP.fuse

    def wrong(self, steps, made):
        true(self, steps, made)
        made *= 1.01

    monkeypatch.setattr(ElementwiseVJP, "fuse", wrong)
    assert full_credit(graph_of(kind)).sum_error > 1e-4


@pytest.mark.parametrize("kind", [Kind("gru", 1, "before"), Kind("rnn", 2)], ids=str)
def test_a_wrong_equation_does_not_add_up(monkeypatch, kind):
    graph = graph_of(kind, layer=1)
    true = type(graph).vjp

    def wrong(self, step, rows):
        pulled, onto_h = true(self, step, rows)
        return (
            type(pulled)(1.01 * pulled.d_state, pulled.d_preactivation, pulled.d_recurrent) if len(rows) > 1 else pulled
        ), onto_h

    monkeypatch.setattr(type(graph), "vjp", wrong)
    assert full_credit(graph).sum_error > 1e-4


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_cell_is_the_gradient_of_its_loss_alone(kind):
    graph = graph_of(kind, layer=1)
    found = full_credit(graph)
    for row, step in enumerate(graph.steps.tolist()):
        alone = gradient(graph.only(np.array([step])))
        share = (np.ldexp(alone.weight_hh, alone.exponent - found.gradient.exponent) * found.gradient.weight_hh).sum()
        share /= np.square(found.gradient.weight_hh).sum()
        assert np.nansum(found.share[row]) == pytest.approx(share, abs=1e-12)


def test_sampled_cells_are_those_of_the_whole_picture():
    graph = graph_of(Kind("gru", 1, "before"))
    whole, t, k = full_credit(graph), np.array([3, 7, 11]), np.array([2, 6, 12])
    some = credit(graph, t, k)
    for name in ("log10_norm", "log10_contribution", "share"):
        expected = getattr(whole, name)[np.ix_(t - 1, k - 1)]
        np.testing.assert_allclose(getattr(some, name), expected, rtol=1e-12, atol=1e-14)
    assert some.sum_error is not None
    assert some.sum_error <= 1e-13


def test_a_number_below_float64_is_a_number():
    found = full_credit(graph_of(length=200, init="gaussian", gain=1e-4))
    assert np.isfinite(found.log10_norm[-1, 0])
    assert found.log10_norm[-1, 0] < -400
    assert np.isfinite(found.log10_contribution[-1, 0])


def test_the_lengths_of_rank_one_are_those_of_the_matrix():
    for kind in (Kind("lstm"), Kind("gru", 1, "before")):
        graph = graph_of(kind, loss="last")
        found, k = full_credit(graph), 5
        row = np.zeros((1, graph.state_size))
        row[0, : graph.hidden_size] = graph.seeds[0]
        for step in range(graph.last_step, k, -1):
            row = graph.vjp(step, row)[0].d_state
        pulled, _ = graph.vjp(k, row)
        outer = np.concatenate(
            [np.outer(pulled.d_recurrent[0, m.rows], m.values[k - 1]) for m in graph.recurrent_inputs]
        )
        assert found.log10_contribution[0, k - 1] == pytest.approx(np.log10(np.linalg.norm(outer)), abs=1e-12)


def test_half_is_reached_at_a_lag_after_which_it_stays():
    assert lag_of_share(np.array([0.6, -0.2, 0.3, 0.3]), 0.5) == 2
    assert lag_of_share(np.array([1.0, 0.0]), 0.5) == 0


def test_without_a_next_value_there_is_no_loss():
    found = full_credit(graph_of(length=1))
    assert found.log10_norm.shape == (0, 1)
    assert found.sum_error is None
    assert found.log10_gradient == -np.inf
