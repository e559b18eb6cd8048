"""Order and memory that are told as they are pass; each number that is not is noticed."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.core.cost.sizes import counted
from tests.views.answers import experiment
from unrolled.core.behaviour import blocks, probe
from unrolled.runtime.memo import Memo
from unrolled.views.memory import measure
from unrolled.views.memory.checks import memory_checks, memory_checks_cost
from unrolled.views.memory.view import compute

TEXT = {"input": "text", "text": "to be or not to be, that is the question: " * 3}
FIELDS = [{"hidden": 5}, {"model": "gru", "hidden": 6} | TEXT, {"model": "window", "hidden": 4, "input": "sine"}]


@pytest.fixture(autouse=True)
def few_models(monkeypatch):
    """Measure the model that is set and one more."""
    for place in (measure, __import__("unrolled.views.memory.checks", fromlist=["checks"])):
        monkeypatch.setattr(place, "comparable_models", lambda asked: list(dict.fromkeys([asked.query.model, "mlp"])))


def asked(fields):
    """Compute an answer."""
    network, memo = experiment(**{"length": 20} | fields), Memo(2**27)
    return network, memo, compute(network, memo)


def failed(network, memo, result):
    """Name the checks that do not pass."""
    return {check.name for check in memory_checks(network, memo, result) if not check.passed}


def with_own(result, **changes):
    """Change what is told of the model that is set."""
    own, *others = result.measured.models
    return replace(result, measured=replace(result.measured, models=(replace(own, **changes), *others)))


@pytest.mark.parametrize("fields", FIELDS, ids=str)
def test_a_true_answer_passes(fields):
    network, memo, result = asked(fields)
    checks = memory_checks(network, memo, result)
    assert [check.name for check in checks] == ["fits", "memory", "triangles"]
    assert all(check.passed and check.value is not None and check.value < 1e-6 for check in checks)
    assert 0.5 < counted(memory_checks_cost(network), lambda: memory_checks(network, memo, result)) < 2.0


def test_without_an_answer_there_is_nothing_to_check():
    network, memo, result = asked({"input": "text", "text": "abc"})
    assert not result.measured.models
    assert [check.value for check in memory_checks(network, memo, result)] == [None] * 3


@pytest.mark.parametrize(
    ("part", "order"), few(product(["values", "errors"], [0, 1, 2]), [("values", 0), ("values", 2), ("errors", 1)])
)
def test_every_estimate_is_looked_at(order, part):
    network, memo, result = asked(FIELDS[1])
    own = result.measured.models[0]

    def wrong(estimates):
        changed = getattr(estimates, part).copy()
        changed[order] += 1e-3
        return replace(estimates, **{part: changed})

    for name in ("unexplained", "hits", "lead"):
        assert failed(network, memo, with_own(result, **{name: wrong(getattr(own, name))})) == {"fits"}
    changed = replace(result, measured=replace(result.measured, majority=wrong(result.measured.majority)))
    assert failed(network, memo, changed) == {"fits"}


def test_memory_capacity_and_reach_are_looked_at():
    network, memo, result = asked(FIELDS[0])
    told = result.measured.models[0].capacity
    off = replace(told.by_lag, values=told.by_lag.values + 1e-3 * (np.arange(len(told.by_lag.values)) == 7))
    for wrong in ({"total": told.total + 0.01}, {"error": 1.01 * told.error}, {"by_lag": off}):
        assert failed(network, memo, with_own(result, capacity=replace(told, **wrong))) == {"memory"}


def test_changes_of_triangles_are_looked_at():
    network, memo, result = asked(FIELDS[0])
    own = result.measured.models[0]
    assert failed(network, memo, with_own(result, change=own.change + 1e-6)) == {"triangles"}
    assert failed(network, memo, with_own(result, shuffles=own.shuffles + 1e-6)) == {"triangles"}


@pytest.mark.parametrize(
    ("place", "name", "wrong"),
    [
        (blocks, "BLOCKS", 7),
        (blocks, "FOLDS", 4),
        (probe, "STRENGTHS", (1e-12, 1e2)),
        (probe, "_log_density", lambda squares, variance: -squares / (2.0 * variance)),
    ],
)
def test_faults_of_the_fit_are_noticed(place, name, wrong, monkeypatch):
    monkeypatch.setattr(place, name, wrong)
    assert failed(*asked(FIELDS[0])) & {"fits"}
