"""The bias of truncated gradients at every K, or at some and around the advised one."""

import numpy as np
import pytest

from tests.cases import few
from tests.core.loss.graphs import graph_of
from tests.core.nets import WITH_MATRIX, Architecture
from unrolled.core.loss import chunk_sums
from unrolled.core.loss.truncation_bias import KINDS, is_every_measured, smallest_window, truncation_bias


def test_a_window_over_everything_is_exact_and_one_step_is_one_step():
    result = truncation_bias(graph_of(Architecture("gru")))
    assert result.windows.tolist() == list(range(1, 13))
    for kind in KINDS:
        curve = result.curves[kind]
        assert curve.mean.cosine[-2:].tolist() == curve.mean.ratio[-2:].tolist() == [1.0, 1.0]
        assert curve.highest[-2:].tolist() == curve.lowest[-2:].tolist() == [0.0, 0.0]
        assert curve.highest[0] > 0.01
    chunked, sliding = (result.curves[kind].mean.relative for kind in KINDS)
    assert chunked[0] == pytest.approx(sliding[0], rel=1e-12)
    assert result.full_window_error is not None
    assert result.full_window_error <= 1e-13


def test_a_silent_gradient_has_no_bias():
    result = truncation_bias(graph_of(length=1))
    assert result.windows.tolist() == [1]
    assert np.isnan(result.curves["chunked"].highest).all()
    assert result.full_window_error is None
    assert result.needed("chunked", 0.1) is result.needed("sliding", 0.1) is None


def test_the_smallest_window_holds_for_every_larger_one():
    assert smallest_window(np.array([1, 2, 3, 4]), np.array([0.05, 0.3, 0.05, 0.0]), 0.1) == 3
    assert smallest_window(np.array([1, 2]), np.array([0.1, 0.0]), 0.1) == 1


@pytest.mark.parametrize("architecture", few(WITH_MATRIX, [Architecture("lstm", 2), Architecture("gru")]), ids=str)
@pytest.mark.parametrize("loss", ["sum", "last"])
def test_some_k_are_measured_as_every_one_is(architecture, loss, monkeypatch):
    graph = graph_of(architecture, length=50, layer=1, loss=loss)
    every = truncation_bias(graph)
    monkeypatch.setattr(chunk_sums, "_AFFORDED", 0.0)
    assert not is_every_measured(graph)
    some = truncation_bias(graph, 0.2, 33)
    places = some.windows - 1
    assert {1, 2, 33, 48, 49, 50} <= set(some.windows.tolist())
    assert len(places) < 50
    for kind in KINDS:
        one, other = some.curves[kind], every.curves[kind]
        for name in ("lowest", "highest"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name)[places], rtol=1e-10, atol=1e-14)
        for name in ("relative", "cosine", "ratio"):
            for which in ("mean", "from_start"):
                expected = getattr(getattr(other, which), name)[places]
                np.testing.assert_allclose(getattr(getattr(one, which), name), expected, rtol=1e-10, atol=1e-14)
    assert some.needed("sliding", 0.2) == every.needed("sliding", 0.2)
    assert some.needed("sliding", 0.2) in some.windows


def test_what_lies_about_the_advised_k_is_measured(monkeypatch):
    graph = graph_of(length=400, gain=0.9)
    every = truncation_bias(graph)
    monkeypatch.setattr(chunk_sums, "_AFFORDED", 0.0)
    for tolerance in (0.5, 0.25, 0.12):
        result = truncation_bias(graph, tolerance, 1)
        needed, right = result.needed("chunked", tolerance), every.needed("chunked", tolerance)
        assert needed is not None
        assert right is not None
        assert needed <= right
        # The bias just below is above the tolerance, and of those above a good part is known.
        assert result.windows[result.curves["chunked"].highest > tolerance].max() == needed - 1
        reach = min(int(1.6 * needed) + 8, 399)
        near = result.windows[(result.windows > needed) & (result.windows < reach)]
        assert len(near) >= min(30, reach - 1 - needed)


def test_far_faded_and_far_grown_gradients_are_truncated_without_overflow():
    for gain in (1e-4, 8.0):
        graph = graph_of(Architecture("rnn", activation="identity"), length=150, init="gaussian", gain=gain)
        result = truncation_bias(graph)
        assert np.isfinite(result.sliding).all()
        assert result.curves["chunked"].highest.max() <= 1.5
        assert np.isfinite(result.curves["chunked"].mean.cosine).all()


def test_the_advised_sliding_k_is_among_those_of_the_curves(monkeypatch):
    monkeypatch.setattr(chunk_sums, "_AFFORDED", 0.0)
    graph = graph_of(length=100, gain=2.0)
    results = [(truncation_bias(graph, tolerance, 1), tolerance) for tolerance in (0.5, 0.2, 0.1, 0.03, 0.01)]
    needed = [result.needed("sliding", tolerance) for result, tolerance in results]
    assert max(window for window in needed if window is not None) > 20
    assert all(window in result.windows for window, (result, _) in zip(needed, results, strict=True))
