"""The answer: a row a model, its table, columns and arrays."""

import numpy as np

from tests.models import RECURRENT
from tests.views.answers import answer, result_of
from tests.views.paths.answers import SMALL, rows
from unrolled.core.models import MODELS
from unrolled.views.contract.view import finite_list


def test_every_model_has_a_row_and_one_is_the_current():
    response = rows(model="gru")
    assert list(response) == list(MODELS)
    assert [name for name, row in response.items() if row["current"]] == ["gru"]


def test_the_table_has_some_distances_of_the_curves():
    response = answer("paths", length=32, hidden=3)
    assert response["told"] == [1, 8, 16, 31]
    for row, curve in zip(response["models"], response["curves"], strict=True):
        for cell in row["cells"]:
            place = response["lag"].index(cell["lag"])
            assert cell["k"] == 32 - cell["lag"]
            assert cell["path_length"] == curve["path_length"][place]
            assert cell["log10_norm"] == curve["log10_norm"][place]


def test_columns_and_arrays_have_every_distance_of_every_model():
    result = result_of("paths", **SMALL, truncation="sliding")
    columns, arrays = result.columns(), result.arrays()
    assert {len(column) for column in columns.values()} == {len(MODELS) * 13}
    assert columns["path_length"][-1] == "1"
    assert columns["max_path_length"][len(RECURRENT) * 13] == ""
    assert arrays["path_length"].shape == arrays["log10_norm"].shape == (len(MODELS), 13)
    assert np.isnan(arrays["log10_norm"][: len(RECURRENT), 5:]).all()
    assert (arrays["log10_norm"][len(RECURRENT), 1:] == -np.inf).all()
    assert arrays["max_path_length"].tolist() == [4] * len(RECURRENT) + [-1, 1, 1]


def test_files_hold_the_numbers_of_the_curves():
    result = result_of("paths", **SMALL, truncation="chunked")
    columns, arrays, payload = result.columns(), result.arrays(), result.payload()
    for name in ("log10_norm", "log10_norm_full", "path_length"):
        np.testing.assert_array_equal(
            arrays[name].ravel(), [-1 if cell == "" else int(cell) for cell in columns[name]]
            if name == "path_length" else columns[name],
        )  # fmt: skip
        for row, curve in zip(arrays[name], payload["curves"], strict=True):
            told = [None if length < 0 else length for length in row] if name == "path_length" else finite_list(row)
            assert told == curve[name]
    assert np.isnan(columns["log10_norm"]).sum() > np.isnan(columns["log10_norm_full"]).sum() == 0
    assert columns["k"].tolist() == [payload["t"] - lag for lag in payload["lag"]] * len(MODELS)
    assert columns["lag"].tolist() == payload["lag"] * len(MODELS)
    for name in ("multiply_adds", "sequential_operations", "reach", "parameters", "max_path_length"):
        told = [row[name] for row in payload["models"]]
        assert arrays[name].tolist() == [-1 if each is None else each for each in told]
        assert [columns[name][13 * row] for row in range(len(MODELS))] == (
            ["" if each is None else str(each) for each in told] if name == "max_path_length" else told
        )
