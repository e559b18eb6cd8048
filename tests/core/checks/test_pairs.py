"""Pairs taken back alone are those of the credit's sweep; twins tell where rounding is multiplied on."""

import numpy as np
import pytest

from tests.core.loss.graphs import full_credit, graph_of
from tests.core.nets import SOME_ARCHITECTURES, Architecture
from unrolled.core.checks.pairs import pairs_back


def taken_back(graph, near, far, chosen=None):
    """Give all pairs at once."""
    chosen = np.zeros(len(graph.steps), dtype=bool) if chosen is None else chosen
    return list(pairs_back(graph, chosen, near, far, np.random.default_rng(0)))


@pytest.mark.parametrize("architecture", SOME_ARCHITECTURES, ids=str)
def test_every_pair_is_that_of_the_sweep(architecture: Architecture):
    graph = graph_of(architecture, length=20, layer=1)
    result, count = full_credit(graph), 0
    for pairs in taken_back(graph, 20, 0):
        cells, count = (np.searchsorted(graph.steps, pairs.t), pairs.k - 1), count + len(pairs.t)
        assert np.allclose(pairs.d_h, result.log10_norm[cells], rtol=0, atol=1e-12)
        assert np.allclose(pairs.outer, result.log10_contribution[cells], rtol=0, atol=1e-12)
        assert pairs.d_h_doubt.max() < 1e-11
    assert count == 19 * 20 / 2


def test_only_the_chosen_losses_go_far():
    graph = graph_of(length=30)
    chosen = np.isin(graph.steps, [5, 20])
    lags = [(t, t - k) for pairs in taken_back(graph, 3, 12, chosen) for t, k in zip(pairs.t, pairs.k, strict=True)]
    near = [(t, lag) for t in range(1, 30) for lag in range(min(3, t))]
    far = [(t, lag) for t in (5, 20) for lag in range(3, min(12, t))]
    assert sorted(lags) == sorted(near + far)


def test_what_cancels_is_in_doubt():
    graph = graph_of(Architecture("rnn", activation="identity"), length=20)
    weight = graph.weights.weight_hh
    # Of a rank-one matrix (u − u′)(w + w′)ᵀ nothing passes twice but rounding.
    ones = np.ones(len(weight))
    weight[:] = np.outer(ones, np.where(np.arange(len(weight)) % 2, -1.0, 1.0) * np.where(ones, 0.1, 0.0))
    weight[:] -= np.outer(ones, ones) * weight.sum() / len(weight) ** 2
    pairs = taken_back(graph, 5, 0)[0]
    assert pairs.d_h_doubt[pairs.lags == 0].max() < 1e-13
    assert pairs.d_h_doubt[pairs.lags == 3].min() > 1e-11
