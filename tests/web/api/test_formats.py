"""The forms of an answer: where they lie, and what a cell without a number looks like."""

import io
from typing import Any

import numpy as np

from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.web.api.views import formats_of, links, path_of, to_csv, to_npz


def test_a_cell_without_a_number_is_empty_and_zero_is_not() -> None:
    columns: dict[str, Any] = {
        "t": [1, 2, 3],
        "log10_norm": np.array([np.nan, 0.0, -np.inf]),
        "note": [None, "", "a, b"],
    }
    assert to_csv(columns).decode().split("\r\n") == ["t,log10_norm,note", "1,,", "2,0.0,", '3,-inf,"a, b"', ""]


def test_arrays_keep_their_names_and_numbers() -> None:
    arrays = {"t": np.arange(3), "matrix": np.eye(2)}
    read = np.load(io.BytesIO(to_npz(arrays)))
    assert {name: read[name].tolist() for name in read.files} == {name: a.tolist() for name, a in arrays.items()}


def test_own_arrays_have_paths_and_no_page() -> None:
    own = Experiment.of_arrays(None, {"weight_ih_l0": [[1.0]], "weight_hh_l0": [[0.5]]}, [[1.0]], None)
    assert links("graph", own) == {"page": None} | {name: path_of("graph", name) for name in formats_of("graph")}
    linked = links("graph", Experiment(Query(length=5)))
    assert linked["page"] == "/?v=1&length=5"
    assert linked["csv"] == "/api/v1/graph.csv?v=1&length=5"
