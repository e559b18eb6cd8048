"""A window of the triangle: the same cells, finer; the verdict stays that of the whole sequence."""

from itertools import product

import numpy as np
import pytest

from tests.cases import few
from tests.views.answers import answer, figure_of, unpacked
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.memo import Memo
from unrolled.views import VIEWS

LONG = {"length": 60, "hidden": 3, "resolution": 60}
MODELS = [{"model": "rnn"}, {"model": "lstm", "of": "c", "wrt": "h"}, {"model": "gru", "layers": 2, "origin": 1}]
WINDOWS = [
    {"from": 1, "to": 60, "since": 2},
    {"from": 5, "to": 25},
    {"from": 10, "until": 20, "since": 25, "to": 33},
    {"from": 10, "until": 30, "since": 20, "to": 31},
    {"since": 40},
    {"until": 7},
    {"from": 9, "until": 9, "since": 9, "to": 9},
    {"from": 9, "until": 9, "since": 50, "to": 50},
    {"from": 60},
    {"to": 1},
]


def cells(payload):
    """Return every cell by its steps."""
    return {
        (t, k): value
        for t, row in zip(payload["t"], payload["log10_norm"], strict=True)
        for k, value in zip(payload["k"], row, strict=True)
    }


CHOSEN = [(MODELS[place % 3], window, ("spectral", "frobenius")[place % 2]) for place, window in enumerate(WINDOWS)]


@pytest.mark.parametrize(("fields", "window", "norm"), few(product(MODELS, WINDOWS, ["spectral", "frobenius"]), CHOSEN))
def test_a_window_shows_the_cells_of_the_whole(fields, window, norm):
    full = cells(answer("influence", **LONG | fields, norm=norm))
    payload = answer("influence", **LONG | fields | window, norm=norm)
    first, last = window.get("from", 1), window.get("to", 60)
    assert payload["k"] == list(range(first, window.get("until", last) + 1))
    assert payload["t"] == list(range(window.get("since", first), last + 1))
    for place, value in cells(payload).items():
        expected = full[place]
        assert (value is None) == (expected is None), place
        if value is not None:
            assert value == pytest.approx(expected, abs=1e-9), place


def test_a_coarse_window_is_exact_at_its_steps():
    full = cells(answer("influence", **LONG))
    payload = answer("influence", **LONG | {"resolution": 4, "from": 11, "until": 35, "since": 20, "to": 57})
    assert len(payload["t"]) <= 4
    assert len(payload["k"]) <= 4
    assert (payload["t"][-1], payload["k"][-1]) == (57, 35)
    for place, value in cells(payload).items():
        assert value == (None if place[0] < place[1] else pytest.approx(full[place], abs=1e-9))


@pytest.mark.parametrize("fields", few(MODELS, [MODELS[1]]))
def test_the_verdict_stays_that_of_the_whole(fields):
    full = answer("influence", **LONG | fields)
    for window in few(WINDOWS, [WINDOWS[2], WINDOWS[6], WINDOWS[9]]):
        payload = answer("influence", **LONG | fields | window)
        assert payload["summary"] == full["summary"]
        assert payload["notes"][-1].endswith("the verdict is that of the whole sequence.")


def test_a_window_of_everything_is_no_zoom():
    window = {"from": 1, "until": 60, "since": 1, "to": 60}
    assert answer("influence", **LONG | window) == answer("influence", **LONG)


def test_single_steps_of_a_very_long_sequence_can_be_seen():
    fields = {"length": 8_000, "hidden": 2, "model": "gru", "resolution": 8, "norm": "frobenius"}
    payload = answer("influence", **fields, **{"from": 7_990, "to": 7_995})
    assert payload["t"] == payload["k"] == list(range(7_990, 7_996))
    assert payload["stride"] == 1
    assert "every single step" in payload["notes"][-1]
    assert [row[index] for index, row in enumerate(payload["log10_norm"])] == pytest.approx([0.5 * np.log10(2)] * 6)


def test_rows_and_columns_have_labels_of_their_own():
    payload = answer("influence", length=8, hidden=2, input="text", text="abcdefgh", until=3, since=6)
    assert payload["labels"] == ["f", "g", "h"]
    assert payload["column_labels"] == ["a", "b", "c"]


def test_the_figure_is_the_window():
    figure = figure_of("influence", **LONG, **{"from": 10, "until": 14, "since": 20, "to": 27})
    heat = figure["data"][0]
    assert unpacked(heat["z"]).shape == (8, 5)
    assert unpacked(heat["x"]).tolist() == list(range(10, 15))
    assert unpacked(heat["y"]).tolist() == list(range(20, 28))
    assert np.array_equal(unpacked(heat["customdata"])[0], [10, 9, 8, 7, 6])
    assert figure["layout"]["xaxis"]["range"] == [9.5, 14.5]
    assert figure["layout"]["yaxis"]["range"] == [27.5, 19.5]


@pytest.mark.parametrize("fields", few(MODELS, [MODELS[1]]))
def test_the_cell_of_a_window_is_its_corner(fields):
    window = {"from": 10, "until": 20, "since": 25, "to": 33}
    for view in ("jacobian", "graph", "spectrum"):
        assert answer(view, **LONG | fields | window) == answer(view, **LONG | fields, t=33, k=10)
        assert answer(view, **LONG | fields) == answer(view, **LONG | fields, t=60, k=1)
    payload = answer("influence", **LONG | fields | window)
    corner = answer("jacobian", **LONG | fields | window)
    assert (corner["t"], corner["k"]) == (payload["t"][-1], payload["k"][0]) == (33, 10)
    assert corner["log10_norm"] == pytest.approx(payload["log10_norm"][-1][0], abs=1e-9)


def test_a_cell_is_remembered_by_what_it_is():
    memo = Memo(2**24)
    view = VIEWS["spectrum"]

    def network_of(**more):
        return view.compute(Experiment(Query.build(LONG | more)), memo)

    full, window = network_of(), network_of(**{"from": 10, "to": 33})
    assert (full.k, window.k) == (1, 10)
    assert network_of(**{"from": 10, "to": 33, "until": 12}) is window
    assert network_of(t=33, k=10) is window
    assert network_of(k=1) is full
