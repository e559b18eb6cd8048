"""The answer, its checks and its columns."""

from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, experiment
from tests.views.memory.answers import MEMO, SMALL, result
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.memory import measure


def test_the_order_that_is_set_does_not_matter_for_all_are_shown(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn", "window"])
    assert answer("facts", order="shuffled", **SMALL) == answer("facts", **SMALL)


def test_the_laws_are_held_to_the_answer():
    checks = {check.name: check for check in VIEWS["facts"].checks(experiment(**SMALL), MEMO)}
    assert checks["held inputs"].passed
    assert checks["held inputs"].value is not None
    assert checks["order of an MLP"].passed
    assert checks["nothing beyond"].passed
    assert abs(checks["nothing beyond"].value or np.inf) < 0.1


def changed(model, lags, change):
    """Change R² at some lags."""
    by_lag = model.capacity.by_lag
    values = by_lag.values.copy()
    values[lags] += change
    return replace(model, capacity=replace(model.capacity, by_lag=replace(by_lag, values=values)))


def test_a_law_that_is_broken_is_said(monkeypatch):
    right = result(length=30)
    network, memo = experiment(**SMALL | {"length": 30}), Memo(2**27)
    broken = [
        changed(model, slice(None), -0.01) if model.name == "window"
        else replace(model, change=model.change + 0.01) if model.name == "mlp" else model
        for model in right.measured.models
    ]  # fmt: skip
    monkeypatch.setattr(
        "unrolled.views.memory.view.compute",
        lambda *_: replace(right, measured=replace(right.measured, models=tuple(broken))),
    )
    checks = {check.name: check for check in VIEWS["facts"].checks(network, memo)}
    assert not checks["held inputs"].passed
    assert checks["held inputs"].value == pytest.approx(0.01, abs=1e-6)
    assert not checks["order of an MLP"].passed
    monkeypatch.setattr(
        "unrolled.views.memory.view.compute", lambda *_: replace(right, measured=replace(right.measured, models=()))
    )
    empty = {check.name: check for check in VIEWS["facts"].checks(network, memo)}
    assert (empty["held inputs"].value, empty["order of an MLP"].value) == (None, None)
    assert empty["held inputs"].passed


@pytest.mark.parametrize(("name", "lag"), [("mlp", 1), ("mlp", 24), ("window", 8), ("window", 24)])
def test_what_is_read_back_beyond_a_window_is_a_fault(monkeypatch, name, lag):
    right = result(length=30)
    broken = [changed(model, lag, 0.4) if model.name == name else model for model in right.measured.models]
    answer_of = replace(right, measured=replace(right.measured, models=tuple(broken)))
    monkeypatch.setattr("unrolled.views.memory.view.compute", lambda *_: answer_of)
    checks = {check.name: check for check in VIEWS["facts"].checks(experiment(**SMALL | {"length": 30}), Memo(2**27))}
    assert not checks["nothing beyond"].passed
    assert checks["held inputs"].passed
