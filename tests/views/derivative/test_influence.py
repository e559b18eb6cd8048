"""The influence view: keys of the API, numbers against plain loops, sentences, notes, checks."""

import json
from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, experiment, figure_of, own, products, result_of, size, unpacked
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

KEYS = {
    "of", "wrt", "layer", "origin", "norm", "t", "k", "log10_norm", "truncation", "exact_zeros", "labels",
    "column_labels", "stride", "scale", "summary", "notes",
}  # fmt: skip


def test_the_payload_has_the_keys_of_the_api():
    payload = answer("influence", length=5, hidden=3)
    assert set(payload) == KEYS
    assert set(payload["summary"]) == {
        "verdict", "horizon", "rate", "zero_from", "reference_lag", "reach", "far_share", "label", "sentence",
    }  # fmt: skip
    assert payload["t"] == payload["k"] == [1, 2, 3, 4, 5]
    assert (payload["of"], payload["wrt"], payload["norm"], payload["stride"]) == ("h", "h", "spectral", 1)
    json.dumps(payload, allow_nan=False)


PAIRS = [("spectral", "tanh"), ("frobenius", "selu"), ("spectral", "sine")]


@pytest.mark.parametrize(
    ("norm", "activation"), few(product(["spectral", "frobenius"], ["tanh", "selu", "sine"]), PAIRS)
)
def test_every_cell_is_the_norm_of_the_product(norm, activation):
    network = experiment(length=7, hidden=4, norm=norm, activation=activation, init="gaussian", gain=1.3)
    rows, expected = answer("influence", network)["log10_norm"], products(network)
    for t in range(1, 8):
        for k in range(1, 8):
            if k > t:
                assert rows[t - 1][k - 1] is None
            else:
                assert rows[t - 1][k - 1] == pytest.approx(np.log10(size(expected[t, k], norm)), abs=1e-11)


def test_a_linear_net_gives_the_powers_of_its_matrix():
    rows = answer("influence", own([[0.1, 0], [0, 0.1]]))["log10_norm"]
    assert rows[5] == pytest.approx([-5, -4, -3, -2, -1, 0], abs=1e-12)


def test_an_exact_zero_is_null_and_counted():
    payload = answer("influence", own([[0, 1], [0, 0]], length=4))
    assert payload["log10_norm"] == [[0, None, None, None], [0, 0, None, None], [None, 0, 0, None], [None, None, 0, 0]]
    assert payload["exact_zeros"] == 3
    assert payload["summary"]["rate"] is None
    assert payload["summary"]["sentence"] == "The gradient is exactly zero from lag 2 on (median over t)."


def test_the_csv_has_one_row_a_cell_and_says_minus_infinity_for_zero():
    columns = result_of("influence", own([[0, 1], [0, 0]], length=3)).columns()
    assert list(columns) == ["t", "k", "lag", "log10_norm"]
    assert [list(map(int, columns[name])) for name in ("t", "k", "lag")] == [
        [1, 2, 2, 3, 3, 3],
        [1, 1, 2, 1, 2, 3],
        [0, 1, 0, 2, 1, 0],
    ]
    assert list(columns["log10_norm"]) == [0, 0, 0, -np.inf, 0, 0]


def test_the_arrays_keep_no_path_and_zero_apart():
    arrays = result_of("influence", own([[0, 1], [0, 0]], length=3)).arrays()
    assert np.isnan(arrays["log10_norm"][0, 1])
    assert arrays["log10_norm"][2, 0] == -np.inf


def test_a_long_sequence_is_sampled_and_says_so():
    payload = answer("influence", length=100, hidden=2, resolution=20)
    assert payload["stride"] == 5
    assert payload["t"] == list(range(5, 101, 5))
    assert (
        payload["notes"][-1]
        == "Of the 100 steps every 5th step is shown, 20 in all; their values are exact, not averages."
    )


def test_a_sampled_cell_equals_the_whole_picture():
    coarse = answer("influence", length=60, hidden=3, resolution=6)
    fine = answer("influence", length=60, hidden=3)
    assert coarse["log10_norm"][4][1] == pytest.approx(fine["log10_norm"][49][19], abs=1e-11)


def test_text_labels_are_characters_that_can_be_seen():
    payload = answer("influence", input="text", text="한 글\ne\u0301", length=7, hidden=2)
    assert payload["labels"] == ["한", "␣", "글", "⏎", "é", "·", "·"]
    assert any("no input" in note for note in payload["notes"])


def test_every_self_check_passes():
    checks = VIEWS["influence"].checks(experiment(length=20, hidden=6), Memo(2**26))
    laws = {"composition", "adjoint", "derivative", "bound", "norm order"}
    picture = {"cells", "diagonal", "submultiplicative"}
    assert {check.name for check in checks} == laws | picture | {"horizon", "rate", "verdict", "chain"}
    assert all(check.passed for check in checks)


def test_the_figure_has_one_fixed_scale_and_time_runs_down():
    figure = figure_of("influence", length=9, hidden=3)
    heat, layout = figure["data"][0], figure["layout"]
    assert heat["type"] == "heatmap"
    assert (heat["zmin"], heat["zmax"]) == (-6, 6)
    assert layout["xaxis"]["range"] == [0.5, 9.5]
    assert layout["yaxis"]["range"] == [9.5, 0.5]
    assert layout["uirevision"] == "unrolled"
    assert set(layout["meta"]) == {"summary", "reading", "notes", "stride", "labels", "derivative"}


def test_the_figure_carries_the_true_numbers_also_beyond_the_scale():
    result = result_of("influence", length=60, hidden=4, activation="sigmoid")
    heat = figure_of("influence", length=60, hidden=4, activation="sigmoid")["data"][0]
    z = unpacked(heat["z"])
    assert z.dtype == np.float32
    assert np.nanmin(z) < -20
    assert z == pytest.approx(result.measured.log10_norm, rel=1e-6, nan_ok=True)
    assert np.array_equal(unpacked(heat["customdata"])[5, :6], [5, 4, 3, 2, 1, 0])
    assert unpacked(heat["y"]).tolist() == list(range(1, 61))


@pytest.mark.parametrize("resolution", [16, 60])
def test_what_begins_as_nothing_says_what_it_is_compared_with(resolution):
    size = {"length": 60, "hidden": 3, "resolution": resolution}
    payload = answer("influence", **size, model="lstm", of="c", wrt="h")
    assert payload["summary"]["reference_lag"] == 1
    assert payload["notes"][0] == (
        "At lag 0 no path leads from h to c: horizon and rate are measured from lag 1, the first with one."
    )
    stack = answer("influence", **size, model="lstm", layers=2, of="c", wrt="h")
    assert "from h of layer 2 to c of layer 2" in stack["notes"][0]
    for fields in ({}, {"model": "lstm", "wrt": "c"}, {"model": "gru", "layers": 2, "origin": 1}):
        plain = answer("influence", **size, **fields)
        assert plain["summary"]["reference_lag"] == 0
        assert not any("lag 0" in note for note in plain["notes"])
