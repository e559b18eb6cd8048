"""The answer, its checks and its columns."""

from dataclasses import replace

import numpy as np
import pytest

from tests.views.answers import answer, experiment
from tests.views.memory.answers import MEMO, SMALL, result
from unrolled.core.models import MODELS
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS
from unrolled.views.contract.view import finite_list
from unrolled.views.memory import measure


def test_the_order_that_is_set_does_not_matter_for_all_are_shown(monkeypatch):
    monkeypatch.setattr(measure, "comparable_models", lambda experiment: ["rnn", "window"])
    assert answer("facts", order="shuffled", **SMALL) == answer("facts", **SMALL)


def test_the_laws_are_held_to_the_answer():
    checks = {check.name: check for check in VIEWS["facts"].checks(experiment(**SMALL), MEMO)}
    assert checks["held inputs"].passed
    assert checks["held inputs"].value is not None
    assert checks["order of an MLP"].passed


def test_columns_and_arrays_have_every_number():
    columns, arrays = result().columns(), result().arrays()
    assert len(columns["value"]) == len(MODELS) * (4 * 3 + 25)
    assert arrays["memory"].shape == (len(MODELS), 25)
    assert arrays["unexplained"].tolist()[0] == list(result().payload()["models"][0]["unexplained"].values())


def test_files_hold_what_json_holds():
    columns, arrays, response = result().columns(), result().arrays(), result().payload()
    assert arrays["model"].tolist() == [row["name"] for row in response["models"]]
    assert arrays["order"].tolist() == response["orders"] == ["original", "shuffled", "reversed"]
    assert arrays["lag"].tolist() == response["lag"]
    rows = zip(*(columns[name] for name in ("model", "quantity", "order", "lag", "value")), strict=True)
    cells = {tuple(row[:-1]): row[-1] for row in rows}
    assert len(cells) == len(columns["value"])
    for place, row in enumerate(response["models"]):
        assert finite_list(arrays["memory"][place]) == row["memory"]
        for lag, value in zip(response["lag"], arrays["memory"][place], strict=True):
            np.testing.assert_array_equal(cells[row["name"], "memory", "original", str(lag)], value)
        for name in ("unexplained", "log_likelihood", "hits", "change"):
            assert finite_list(arrays[name][place]) == list(row[name].values())
            assert list(row[name]) == response["orders"]
            for order, value in zip(response["orders"], arrays[name][place], strict=True):
                np.testing.assert_array_equal(cells[row["name"], name, order, ""], value)


def test_a_law_that_is_broken_is_said(monkeypatch):
    right = result(length=30)
    network, memo = experiment(**SMALL | {"length": 30}), Memo(2**27)
    broken = [
        replace(model, memory=model.memory - 0.01) if model.name == "window"
        else replace(model, change=model.change + 0.01) if model.name == "mlp" else model
        for model in right.models
    ]  # fmt: skip
    monkeypatch.setattr("unrolled.views.memory.view.compute", lambda *_: replace(right, models=tuple(broken)))
    checks = {check.name: check for check in VIEWS["facts"].checks(network, memo)}
    assert not checks["held inputs"].passed
    assert checks["held inputs"].value == pytest.approx(0.01, abs=1e-6)
    assert not checks["order of an MLP"].passed
    monkeypatch.setattr("unrolled.views.memory.view.compute", lambda *_: replace(right, models=()))
    empty = {check.name: check for check in VIEWS["facts"].checks(network, memo)}
    assert (empty["held inputs"].value, empty["order of an MLP"].value) == (None, None)
    assert empty["held inputs"].passed
