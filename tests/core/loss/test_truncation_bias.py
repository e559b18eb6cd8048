"""The bias of truncated gradients: sums of the kept pairs, exact where everything is kept."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import graph_of
from tests.core.nets import ARCHITECTURES, Architecture
from unrolled.core.loss.truncation_bias import (
    choose_windows,
    chunked_gradients,
    sliding_gradients,
    smallest_window,
    truncation_bias,
)

WINDOWS = np.array([1, 2, 5, 11, 12, 30])
CASES = [(architecture, loss) for architecture in ARCHITECTURES for loss in ("sum", "last")]
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
    chunks, slides = chunked_gradients(graph, WINDOWS), sliding_gradients(graph, WINDOWS)
    for place, window in enumerate(WINDOWS.tolist()):
        for sums, keeps in (
            (chunks, lambda t, k, window=window: (k - 1) // window == (t - 1) // window),
            (slides, lambda t, k, window=window: t - k < window),
        ):
            truncated = np.ldexp(sums.arrays[place], sums.powers[place])
            np.testing.assert_allclose(truncated, masked(graph, keeps), rtol=1e-10, atol=1e-14)


def test_a_window_over_everything_is_exact_and_one_step_is_one_step():
    result = truncation_bias(graph_of(Architecture("gru")), WINDOWS)
    for architecture in ("chunked", "sliding"):
        assert result.cosine[architecture][-3:].tolist() == result.ratio[architecture][-3:].tolist() == [1.0, 1.0, 1.0]
        assert result.relative[architecture][-3:].tolist() == [0.0, 0.0, 0.0]
        assert result.relative[architecture][0] > 0.01
    assert result.relative["chunked"][0] == pytest.approx(result.relative["sliding"][0], rel=1e-12)
    assert result.full_window_error is not None
    assert result.full_window_error <= 1e-13


def test_a_silent_gradient_has_no_bias():
    result = truncation_bias(graph_of(length=1), np.array([1]))
    assert np.isnan(result.relative["chunked"]).all()
    assert result.full_window_error is None
    assert smallest_window(result.windows, result.relative["chunked"], 0.1) is None


def test_the_smallest_window_holds_for_every_larger_one():
    assert smallest_window(np.array([1, 2, 3, 4]), np.array([0.05, 0.3, 0.05, 0.0]), 0.1) == 3


def test_all_windows_of_a_short_sequence_and_the_chosen_one_of_a_long_one():
    assert choose_windows(7, 3).tolist() == [1, 2, 3, 4, 5, 6, 7]
    windows = choose_windows(1000, 123)
    assert {1, 123, 1000} <= set(windows.tolist())
    assert len(windows) <= 48
    assert (np.diff(windows) > 0).all()


def test_far_faded_and_far_grown_gradients_are_truncated_without_overflow():
    for gain in (1e-4, 8.0):
        result = truncation_bias(
            graph_of(Architecture("rnn", activation="identity"), length=150, init="gaussian", gain=gain), WINDOWS
        )
        assert np.isfinite(result.relative["sliding"]).all()
        assert result.relative["chunked"].max() <= 1.5


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
    for kind, measured in (
        ("chunked", chunked_gradients(graph, windows)),
        ("sliding", sliding_gradients(graph, windows)),
    ):
        for place, window in enumerate(rows):
            truth = sums[kind][window]
            mine = np.ldexp(measured.arrays[place].astype(np.longdouble), int(measured.powers[place]))
            assert np.abs(mine - truth).max() <= 1e-10 * np.abs(truth).max(), (kind, window)
