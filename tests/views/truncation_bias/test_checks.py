"""The checks of the bias pass on true curves, and notice wrong ones."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import experiment
from tests.views.test_checks import failed
from unrolled.core.loss import chunk_sums, chunked, relative_bias
from unrolled.core.loss import truncation_bias as core
from unrolled.core.loss.chunk_sums import ChunkSums
from unrolled.core.loss.lag_sums import deltas
from unrolled.core.loss.truncation_bias import TruncationBias, smallest_window
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS


@pytest.mark.parametrize(
    "fields", few([{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}], 3)
)
def test_true_curves_break_no_law(fields, monkeypatch):
    for afforded in (np.inf, 0.0):
        monkeypatch.setattr(chunk_sums, "_AFFORDED", afforded)
        checks = VIEWS["bias"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
        assert [check.name for check in checks] == ["whole", "one step", "kept pairs", "advice", "difference"]
        assert all(check.passed and check.value is not None for check in checks)


def test_chunks_that_begin_one_step_late_are_noticed(monkeypatch):
    true = ChunkSums.grow
    monkeypatch.setattr(ChunkSums, "grow", lambda sums, steps, delta: true(sums, steps, np.roll(delta, 1, axis=0)))
    assert "kept pairs" in failed("bias")


def test_a_loss_that_is_forgotten_is_noticed(monkeypatch):
    def forgetful(graph, exponent):
        return deltas(
            replace(graph, seeds=np.where(graph.steps[:, None] == graph.last_step, 0.0, graph.seeds)), exponent
        )

    monkeypatch.setattr(core, "deltas", forgetful)
    assert {"whole", "kept pairs"} <= failed("bias")


def test_an_edge_that_is_off_by_one_is_noticed_where_some_k_are_measured(monkeypatch):
    monkeypatch.setattr(chunk_sums, "_AFFORDED", 0.0)
    true = chunked.chunked_gradients
    monkeypatch.setattr(
        chunked, "chunked_gradients", lambda graph, windows, cuts: true(graph, windows, cuts + (windows > 4))
    )
    assert "kept pairs" in failed("bias", length=40)


@pytest.mark.parametrize("name", ["cosine", "ratio"])
def test_a_curve_that_is_wrong_away_from_its_ends_is_noticed(name, monkeypatch):
    true = relative_bias.distances

    def wrong(truncated, whole):
        result = true(truncated, whole)
        return replace(
            result, **{name: np.where(result.relative < 0.3, 0.999 * getattr(result, name), getattr(result, name))}
        )

    for place in (core, chunk_sums):
        monkeypatch.setattr(place, "distances", wrong)
    assert failed("bias", length=40, hidden=16) == {"kept pairs"}


def test_advice_by_the_mean_of_the_first_cuts_is_noticed(monkeypatch):
    monkeypatch.setattr(
        TruncationBias,
        "needed",
        lambda bias, kind, tolerance: smallest_window(bias.windows, bias.curves[kind].mean.relative, tolerance),
    )
    assert failed("bias", length=100, hidden=16, tolerance=0.2) == {"advice"}
