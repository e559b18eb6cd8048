"""What holds for every view: keys, fields, figures that survive JSON, equal queries with equal answers."""

import json
from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, own, result_of
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.views import VIEWS

CASES = {
    "default": experiment(),
    "one step, one unit": experiment(length=1, hidden=1),
    "text": experiment(input="text", text="한국어 <b>&", length=12, hidden=3),
    "long": experiment(
        length=300, hidden=3, resolution=30, input="sunspots", activation="sine", gain=2.0, init="gaussian"
    ),
    "dead": own([[0.0, 1.0], [0.0, 0.0]], length=5),
    "zero": own([[0.0]], length=3, norm="frobenius"),
    "beyond float64": own([[1e-90]], length=12),
    "no path": Experiment.of_arrays(
        {"wrt": "x"}, {"weight_ih_l0": [[0.0], [0.0]], "weight_hh_l0": np.eye(2)}, [[1.0]] * 6
    ),
    "no path through gates": experiment(model="lstm", of="c", wrt="h", gain=0, length=9, hidden=2),
    "cell that is not felt yet": experiment(model="lstm", wrt="c", length=2, hidden=1),
}


def test_the_table_has_every_view_under_its_name():
    first = ["influence", "jacobian", "decay", "saturation", "graph", "activations", "lengths"]
    rest = ["models", "paths", "spectrum", "shortcuts", "diagnosis", "facts", "credit", "bias"]
    assert list(VIEWS) == [*first, *rest]
    assert all(view.name == name for name, view in VIEWS.items())


def test_a_view_explains_itself_and_depends_on_fields_that_exist():
    for view in VIEWS.values():
        assert view.question.endswith("?")
        assert view.label
        assert view.formula
        assert view.source
        assert view.fields <= set(Query.names())


# The default and the extremes of every view; of the other cases each view has its turn.
ALWAYS = ("default", "one step, one unit", "dead")
CHOSEN = [
    (view, case)
    for place, (view, case) in enumerate(product(VIEWS, CASES))
    if case in ALWAYS or (place // len(CASES) + place) % 5 == 0
]
SMALL = {"activations": 45_000, "lengths": 45_000, "models": 24_000, "credit": 50_000}


@pytest.mark.parametrize(("view", "case"), few(product(VIEWS, CASES), CHOSEN))
def test_every_answer_is_strict_json_with_a_sentence_a_bare_figure_one_table_and_arrays(view, case):
    result = result_of(view, CASES[case])
    payload = result.payload()
    json.dumps(payload, allow_nan=False)
    sentence = payload["summary"]["sentence"] if view == "influence" else payload["sentence"]
    assert sentence.endswith(".")
    assert "nan" not in sentence
    assert "{" not in sentence
    assert "-" not in sentence.replace("non-", "").replace("h-blocks", "")

    figure = VIEWS[view].figure(result)
    size = len(json.dumps(figure, allow_nan=False))
    assert case != "default" or size < SMALL.get(view, 16_000)
    layout = figure["layout"]
    assert "template" not in layout
    assert "title" not in layout
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["uirevision"] == "unrolled"
    assert layout["meta"]
    assert figure["data"] or layout["annotations"]

    assert len({len(column) for column in result.columns().values()}) == 1
    assert all(isinstance(array, np.ndarray) and array.dtype != object for array in result.arrays().values())


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_no_field_of_a_view_does_not_change_its_answer_and_equal_queries_have_equal_answers(view):
    fields = {"length": 8, "hidden": 2, "t": 8, "k": 2}
    changes = {
        "model": "gru",
        "layers": 2,
        "reset": "before",
        "wrt": "x",
        "from": 2,
        "until": 5,
        "since": 3,
        "to": 7,
        "seed": 5,
        "norm": "frobenius",
        "resolution": 5,
        "t": 7,
        "k": 3,
        "activation": "relu",
        "gain": 0.5,
        "length": 9,
        "loss": "last",
        "tolerance": 0.5,
    }
    others = {field: value for field, value in changes.items() if field not in VIEWS[view].fields}
    assert answer(view, **fields | others) == answer(view, **fields)
