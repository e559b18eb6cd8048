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
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, smallest_window
from unrolled.experiment.loss import loss_of
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.truncation_bias.checks import advice_check, curves_check


@pytest.mark.parametrize(
    "fields", few([{}, {"model": "lstm", "layers": 2, "layer": 1}, {"model": "gru", "loss": "last"}], 3)
)
def test_true_curves_break_no_law(fields, monkeypatch):
    for afforded in (np.inf, 0.0):
        monkeypatch.setattr(chunk_sums, "_AFFORDED", afforded)
        checks = VIEWS["bias"].checks(experiment(length=30, hidden=5, **fields), Memo(2**24))
        names = ["whole", "one step", "kept pairs", "advice", "curves", "told", "losses", "difference"]
        assert [check.name for check in checks] == names
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
    assert failed("bias", length=40, hidden=16) == {"kept pairs", "curves"}


def test_advice_by_the_mean_of_the_first_cuts_is_noticed(monkeypatch):
    monkeypatch.setattr(
        TruncationBias,
        "needed",
        lambda bias, kind, tolerance: smallest_window(bias.windows, bias.curves[kind].mean.relative, tolerance),
    )
    assert failed("bias", length=100, hidden=16, tolerance=0.2) == {"advice", "told"}


def answer(**fields):
    """Compute an answer of the bias, with its graph."""
    network, memo = (
        experiment(**{"length": 30, "hidden": 5, "truncation": "chunked", "window": 7} | fields),
        Memo(2**24),
    )
    return loss_of(network, memo), VIEWS["bias"].compute(network, memo)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, 11, -3, -2, -1])
@pytest.mark.parametrize("name", ["relative", "cosine", "ratio"])
def test_every_k_is_looked_at(kind, place, name):
    graph, right = answer()
    curve = right.bias.curves[kind]
    changed = getattr(curve.from_start, name).copy()
    changed[place] += 0.1 if name == "relative" else -0.1
    both = replace(curve.from_start, **{name: changed})
    wrong = replace(curve, from_start=both, mean=both) if kind == "sliding" else replace(curve, from_start=both)
    last = graph.last_step
    assert curves_check(right.bias, last).passed
    assert not curves_check(replace(right.bias, curves={**right.bias.curves, kind: wrong}), last).passed


def test_curves_that_are_no_curves_are_noticed():
    graph, right = answer()
    last, bias, chunked = graph.last_step, right.bias, right.bias.curves["chunked"]
    for wrong in (
        {"windows": bias.windows[::-1]},
        {"windows": bias.windows + 1},
        {"sliding": bias.sliding + 1e-6},
        {"curves": {**bias.curves, "chunked": replace(chunked, highest=chunked.lowest - 1e-6)}},
        {"curves": {**bias.curves, "chunked": replace(chunked, lowest=chunked.lowest * np.nan)}},
    ):
        assert not curves_check(replace(bias, **wrong), last).passed, wrong


@pytest.mark.parametrize("kind", KINDS)
def test_an_advice_is_held_to_its_curve(kind):
    graph, right = answer()
    advice, saving = right.advice, right.advice.savings[kind]
    assert saving is not None
    assert advice_check(graph, right.bias, right.flops, advice).passed
    changes = [
        {name: getattr(saving, name) + 1}
        for name in ("window", "bias", "mean_bias", "cosine", "cuts", "bytes", "flops", "whole_flops")
    ]
    for wrong in (
        *(replace(saving, **change) for change in changes),
        replace(saving, is_whole=not saving.is_whole),
        None,
    ):
        changed = replace(advice, savings={**advice.savings, kind: wrong})
        assert not advice_check(graph, right.bias, right.flops, changed).passed, wrong


def test_bytes_flops_and_the_set_truncation_are_looked_at():
    graph, right = answer()
    advice = right.advice
    for wrong in ({"bytes": advice.bytes + 8}, {"current": {**advice.current, "bias": 0.3}}):
        assert not advice_check(graph, right.bias, right.flops, replace(advice, **wrong)).passed
    assert not advice_check(graph, right.bias, {**right.flops, "chunked": 2.0 * right.flops["chunked"]}, advice).passed


@pytest.mark.parametrize("fields", [{"loss": "last"}, {"gain": 0.0}, {"length": 2}, {"length": 1}], ids=str)
def test_work_is_counted_step_by_step_of_any_loss(fields):
    graph, right = answer(**{"length": 40} | fields)
    assert advice_check(graph, right.bias, right.flops, right.advice).passed
    assert curves_check(right.bias, graph.last_step).passed
