"""JSON, rows and arrays hold the same numbers."""

import numpy as np
import pytest

from tests.views.memory.answers import result
from unrolled.core.models import MODELS
from unrolled.views.contract.view import finite, finite_list

BY_ORDER = ("unexplained", "log_likelihood", "hits", "hits_over_majority")
FIELDS = [{}, {"input": "text", "text": "abc" * 60}]


def test_columns_and_arrays_have_every_number():
    columns, arrays = result().columns(), result().arrays()
    assert len(columns["value"]) == 3 + len(MODELS) * (5 * 3 + 25 + 2)
    assert arrays["memory"].shape == arrays["memory_error"].shape == (len(MODELS), 25)
    assert arrays["unexplained"].tolist()[0] == list(result().payload()["models"][0]["unexplained"].values())


@pytest.mark.parametrize("fields", FIELDS, ids=str)
def test_files_hold_what_json_holds(fields):
    answer = result(**fields)
    columns, arrays, response = answer.columns(), answer.arrays(), answer.payload()
    assert arrays["model"].tolist() == [row["name"] for row in response["models"]]
    assert arrays["order"].tolist() == response["orders"] == ["original", "shuffled", "reversed"]
    assert arrays["lag"].tolist() == response["lag"]
    rows = list(zip(*(columns[name] for name in ("model", "quantity", "order", "lag", "value", "error")), strict=True))
    cells = {tuple(row[:4]): row[4:] for row in rows}
    assert len(cells) == len(rows)

    def held(key, value, error=np.nan):
        np.testing.assert_array_equal(cells[key], (value, error))

    for place, row in enumerate(response["models"]):
        own = {name: values[place] for name, values in arrays.items() if len(values) == len(response["models"])}
        for name in ("memory", "memory_error"):
            assert finite_list(own[name]) == row[name]
        for lag in response["lag"]:
            held((row["name"], "memory", "", str(lag)), own["memory"][lag], own["memory_error"][lag])
        for name in BY_ORDER:
            for key in (name, f"{name}_error"):
                assert dict(zip(response["orders"], finite_list(own[key]), strict=True)) == row[key]
            for at, order in enumerate(response["orders"]):
                held((row["name"], name, order, ""), own[name][at], own[f"{name}_error"][at])
        for at, order in enumerate(response["orders"]):
            held((row["name"], "change", order, ""), own["change"][at])
        assert finite_list(own["change"]) == list(row["change"].values())
        for name in ("capacity", "capacity_error", "change_between_shuffles"):
            assert finite(own[name]) == row[name]
        held((row["name"], "capacity", "", ""), own["capacity"], own["capacity_error"])
        held((row["name"], "change_between_shuffles", "", ""), own["change_between_shuffles"])


@pytest.mark.parametrize("fields", FIELDS, ids=str)
def test_files_hold_the_most_frequent_character(fields):
    answer = result(**fields)
    columns, arrays, response = answer.columns(), answer.arrays(), answer.payload()
    assert set(columns["quantity"][:3]) == {"majority"}
    for at, order in enumerate(response["orders"]):
        pair = arrays["majority"][at], arrays["majority_error"][at]
        assert (response["majority"][order], response["majority_error"][order]) == tuple(map(finite, pair))
        np.testing.assert_array_equal((columns["value"][at], columns["error"][at]), pair)
        assert columns["order"][at] == order


def test_a_sequence_that_is_too_short_has_columns_without_rows():
    short = result(input="text", text="abc")
    assert set(map(len, short.columns().values())) == {0}
    assert short.arrays()["memory"].shape == (0, 0)
    assert short.payload()["models"] == []


def test_what_was_discarded_fitted_and_tested_is_told():
    told = result().payload()
    assert [told[name] for name in ("steps", "washout", "fitted", "gap", "tested")] == [600, 60, 343, 24, 172]
    assert told["independent"] == {"steps": 724, "washout": 100, "fitted": 400, "gap": 24, "tested": 200}
