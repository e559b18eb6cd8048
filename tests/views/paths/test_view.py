"""The answer: a row a model, its table, columns and arrays."""

import numpy as np

from tests.views.answers import answer, result_of
from tests.views.paths.answers import SMALL, rows
from unrolled.core.networks.registry import EVERY_MODEL


def test_every_model_has_a_row_and_one_is_the_current():
    response = rows(model="gru")
    assert list(response) == list(EVERY_MODEL)
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
    assert {len(column) for column in columns.values()} == {6 * 13}
    assert columns["path_length"][-1] == "1"
    assert columns["max_path_length"][3 * 13] == ""
    assert arrays["path_length"].shape == arrays["log10_norm"].shape == (6, 13)
    assert np.isnan(arrays["log10_norm"][:3, 5:]).all()
    assert (arrays["log10_norm"][3, 1:] == -np.inf).all()
    assert arrays["max_path_length"].tolist() == [4, 4, 4, -1, 1, 1]
