"""The answer, its checks and its columns."""

from tests.views.answers import answer, experiment
from tests.views.memory.answers import MEMO, SMALL, result
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


def test_columns_and_arrays_have_every_number():
    columns, arrays = result().columns(), result().arrays()
    assert len(columns["value"]) == 6 * (4 * 3 + 25)
    assert arrays["memory"].shape == (6, 25)
    assert arrays["unexplained"].tolist()[0] == list(result().payload()["models"][0]["unexplained"].values())
