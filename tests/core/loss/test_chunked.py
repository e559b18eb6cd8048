"""Truncated gradients are sums of the kept pairs: chunked ones from any first cut, sliding ones lag by lag."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import graph_of, sliding_gradient
from tests.core.nets import WITH_MATRIX, Architecture
from unrolled.core.loss.chunked import chunked_distances, chunked_gradients
from unrolled.core.loss.gradient import gradient
from unrolled.core.loss.relative_bias import distances, first_cuts

WINDOWS, CUTS = np.array([1, 2, 5, 5, 5, 10, 10, 30]), np.array([0, 1, 0, 3, 4, 0, 7, 0])
CASES = [(architecture, loss) for architecture in WITH_MATRIX for loss in ("sum", "last")]
SOME_CASES = [
    (Architecture("rnn"), "last"),
    (Architecture("lstm"), "sum"),
    (Architecture("gru"), "sum"),
    (Architecture("gru", 1, "before"), "sum"),
    (Architecture("lstm", 2), "last"),
]


def masked(graph, keeps):
    """Add up the pairs that are kept, one loss and one step at a time."""
    total = np.zeros(graph.trace.layers[graph.layer - 1].weights.weight_hh.shape)
    for place, t in enumerate(graph.steps.tolist()):
        row = np.zeros((1, graph.state_size))
        row[0, graph.top_h] = graph.seeds[place]
        for k in range(t, 0, -1):
            result, _ = graph.vjp(k, row)
            if keeps(t, k):
                total += np.concatenate(
                    [np.outer(result.d_recurrent[0, part.rows], part.values[k - 1]) for part in graph.recurrent_inputs]
                )
            row = result.d_state
    return total


@pytest.mark.parametrize(("architecture", "loss"), few(CASES, SOME_CASES), ids=str)
def test_a_truncated_gradient_is_the_sum_of_the_pairs_it_keeps(architecture, loss):
    graph = graph_of(architecture, layer=1, loss=loss)
    sums = chunked_gradients(graph, WINDOWS, CUTS)
    for place, (window, cut) in enumerate(zip(WINDOWS.tolist(), CUTS.tolist(), strict=True)):
        truncated = np.ldexp(sums.arrays[place], sums.powers[place])
        together = masked(
            graph, lambda t, k, window=window, cut=cut: (k - 1 - cut) // window == (t - 1 - cut) // window
        )
        np.testing.assert_allclose(truncated, together, rtol=1e-10, atol=1e-14)
        near = masked(graph, lambda t, k, window=window: t - k < window)
        np.testing.assert_allclose(sliding_gradient(graph, window), near, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("loss", ["sum", "last", "two"])
@pytest.mark.parametrize("gain", [1e-4, 0.5, 8.0])
def test_sums_of_any_size_are_those_of_a_linear_net(gain, loss):
    # Over 150 steps the long windows alone leave float64: their sums carry powers of two, those of short ones do not.
    linear = Architecture("rnn", activation="identity")
    graph = graph_of(linear, length=150, init="gaussian", gain=gain, loss="last" if loss == "last" else "sum")
    # What the later of two losses has left after so many steps is far from 1 where the earlier one joins it.
    graph = graph.only(np.array([5, 148])) if loss == "two" else graph
    (layer,) = graph.trace.layers
    weight, h = layer.weights.weight_hh.astype(np.longdouble), layer.h.astype(np.longdouble)
    rows = {window: np.zeros_like(weight) for window in (1, 2, 7, 40, 149, 150)}
    sums = {kind: {window: np.zeros_like(weight) for window in rows} for kind in ("chunked", "sliding")}
    for t, seed in zip(graph.steps.tolist(), graph.seeds.astype(np.longdouble), strict=True):
        delta = seed
        for k in range(t, 0, -1):
            brings = np.outer(delta, h[k - 1])
            for window in rows:
                if (k - 1) // window == (t - 1) // window:
                    sums["chunked"][window] += brings
                if t - k < window:
                    sums["sliding"][window] += brings
            delta = delta @ weight
    windows = np.array(list(rows))
    measured = chunked_gradients(graph, windows, np.zeros_like(windows))
    for place, window in enumerate(rows):
        truth = sums["chunked"][window]
        mine = np.ldexp(measured.arrays[place].astype(np.longdouble), int(measured.powers[place]))
        assert np.abs(mine - truth).max() <= 1e-10 * np.abs(truth).max(), window
        truth = sums["sliding"][window]
        mine = np.ldexp(sliding_gradient(graph, window, exponent := gradient(graph).exponent), exponent)
        assert np.abs(mine - truth).max() <= 1e-10 * np.abs(truth).max(), window


def test_few_gradients_at_once_are_measured_like_all(monkeypatch):
    graph = graph_of(length=30)
    whole, windows = gradient(graph), [3, 9, 17, 28]
    together = list(chunked_distances(graph, whole, windows))
    monkeypatch.setattr("unrolled.core.loss.chunked._ENTRIES", 0)
    monkeypatch.setattr("unrolled.core.loss.chunked._FEWEST", 5)
    for window, one, other in zip(windows, together, chunked_distances(graph, whole, windows), strict=True):
        cuts = first_cuts(window, graph.last_step)
        alone = chunked_gradients(graph, np.full(len(cuts), window), cuts)
        for name in ("relative", "cosine", "ratio"):
            expected = getattr(distances(alone.scaled(whole.exponent), whole.weight_hh), name)
            np.testing.assert_allclose(getattr(one, name), expected, rtol=1e-12)
            np.testing.assert_allclose(getattr(other, name), expected, rtol=1e-12)
