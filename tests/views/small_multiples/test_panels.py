"""Small multiples as data: keys of the API, columns, what a truncation cuts."""

import json

import numpy as np

from tests.models import DIRECT, RECURRENT
from tests.views.answers import answer, figure_of, own, result_of, unpacked
from unrolled.views.contract.view import finite_rows

PANEL_KEYS = {"value", "label", "current", "t", "k", "log10_norm", "summary", "link", "of", "wrt"}


def test_the_payload_has_the_keys_of_the_api():
    for view, field in (("activations", "activation"), ("lengths", "length")):
        payload = answer(view, length=9, hidden=3)
        assert set(payload) == {"field", "panels", "left_out", "scale", "sentence"}
        assert payload["field"] == field
        assert all(set(panel) == PANEL_KEYS for panel in payload["panels"])
        assert [panel["current"] for panel in payload["panels"]].count(True) == 1
        assert payload["scale"] == [-6, 6]
        json.dumps(payload, allow_nan=False)


def test_columns_name_the_field():
    columns = result_of("lengths", own([[0.5]], length=9)).columns()
    assert list(columns) == ["length", "t", "k", "lag", "log10_norm"]
    assert sorted(set(columns["length"])) == [8, 9]
    assert len(columns["t"]) == 8 * 9 // 2 + 9 * 10 // 2


def test_a_truncation_cuts_every_panel_that_has_a_chain_as_it_cuts_the_main_picture():
    fields = {"length": 12, "hidden": 3, "truncation": "chunked", "window": 4}
    panels = {panel["value"]: panel for panel in answer("models", **fields)["panels"]}
    for name in RECURRENT:
        main = answer("influence", **fields, model=name)
        for key in ("log10_norm", "log10_norm_full", "kept", "summary"):
            assert panels[name][key] == main[key]
    for name in DIRECT:
        assert set(panels[name]) == PANEL_KEYS
    assert all(set(panel) == PANEL_KEYS for panel in answer("models", length=12, hidden=3)["panels"])
    assert answer("models", **fields)["sentence"].endswith("faint; rates are those of the derivative itself.")
    faint = [trace for trace in figure_of("models", **fields)["data"] if trace.get("name") == "cut"]
    assert len(faint) == len(RECURRENT)
    assert np.isfinite(unpacked(faint[0]["z"])).sum() == 78 - 30


def test_files_hold_the_cells_of_every_panel_that_are_left():
    result = result_of("models", length=12, hidden=3, truncation="sliding", window=4)
    arrays, columns, panels = result.arrays(), result.columns(), result.payload()["panels"]
    assert arrays["model"].tolist() == [panel["value"] for panel in panels]
    rows = []
    for panel in panels:
        name, matrix = panel["value"], arrays[f"log10_norm_{panel['value']}"]
        assert finite_rows(matrix) == panel["log10_norm"]
        assert (f"log10_norm_full_{name}" in arrays) == ("kept" in panel)
        if "kept" in panel:
            assert finite_rows(arrays[f"log10_norm_full_{name}"]) == panel["log10_norm_full"]
        steps = arrays[f"t_{name}"].tolist()
        assert steps == panel["t"] == panel["k"]
        rows += [(name, t, k, t - k, matrix[i, j]) for i, t in enumerate(steps) for j, k in enumerate(steps[: i + 1])]
    *places, sizes = zip(*rows, strict=True)
    assert [list(columns[name]) for name in ("model", "t", "k", "lag")] == [list(place) for place in places]
    np.testing.assert_array_equal(columns["log10_norm"], sizes)
    assert np.isnan(sizes).any()
    assert np.isneginf(sizes).any()
