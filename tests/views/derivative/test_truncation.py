"""A truncation in the triangle: what is cut is null, and the whole stays beside it."""

import numpy as np
import pytest

from tests.views.answers import answer, experiment, figure_of, own, result_of
from tests.views.forms import assert_same_cells
from tests.views.truncations import kept_pairs
from unrolled.service.preview.cells import cell_pixels
from unrolled.views.plots.colour import FAINT

ASKED = {"length": 12, "hidden": 3, "window": 4}


@pytest.mark.parametrize(("model", "kind"), [("rnn", "chunked"), ("lstm", "sliding")])
def test_truncated_values_are_null_and_the_full_ones_stand_beside_them(model, kind):
    full = answer("influence", **ASKED, model=model)
    payload = answer("influence", **ASKED, model=model, truncation=kind)
    assert payload["log10_norm_full"] == full["log10_norm"]
    assert payload["kept"] == kept_pairs(kind)
    pairs = zip(payload["log10_norm"], payload["kept"], full["log10_norm"], strict=True)
    assert all(
        row == [size if keep else None for size, keep in zip(all_, keeps, strict=True)] for row, keeps, all_ in pairs
    )
    assert payload["summary"] == full["summary"]
    assert payload["truncation"] == {
        "kind": kind,
        "window": 4,
        "kept_pairs": sum(map(sum, kept_pairs(kind))),
        "all_pairs": 78,
        "share": sum(map(sum, kept_pairs(kind))) / 78,
    }
    assert (full["truncation"]["kind"], full["truncation"]["share"]) == ("none", 1.0)
    assert "log10_norm_full" not in full


def test_the_notes_count_the_pairs_and_answer_both_questions():
    notes = answer("influence", **ASKED, truncation="chunked")["notes"]
    assert any("of 78 pairs (t, k) 30 are kept (38 %)" in note for note in notes)
    assert any("detach() does: the state keeps its value" in note for note in notes)
    assert any("Here they keep 30 and 42 pairs" in note for note in notes)


def test_the_figure_draws_truncated_values_faintly_behind_a_border():
    traces = figure_of("influence", **ASKED, truncation="sliding")["data"]
    faint = next(trace for trace in traces if trace.get("name") == "cut")
    assert faint["opacity"] == FAINT
    assert "cut off by the truncation" in faint["hovertemplate"]
    assert any(trace.get("name") == "border" for trace in traces)
    assert not any(trace.get("name") == "cut" for trace in figure_of("influence", **ASKED)["data"])


def test_a_preview_shows_it_faintly_too():
    pixels = cell_pixels(np.zeros((2, 2)), np.array([[True, False], [False, True]]))
    assert pixels[..., 3].tolist() == [[255, round(255 * FAINT)], [round(255 * FAINT), 255]]


def test_a_model_without_a_state_says_what_is_shown_and_why():
    for model, zeros in {"mlp": 66, "window": 36, "attention": 0}.items():
        payload = answer("influence", **ASKED, model=model)
        assert (payload["of"], payload["wrt"], payload["truncation"]["kind"]) == ("o", "x", "none")
        assert any("carries no state" in note for note in payload["notes"])
        assert payload["exact_zeros"] == zeros


@pytest.mark.parametrize("kind", ["chunked", "sliding"])
def test_files_hold_the_cells_that_are_left_and_the_whole(kind):
    # A nilpotent matrix: beyond two steps everything is exactly zero, cut off or not.
    nilpotent = own([[0, 1], [0, 0]], length=6, truncation=kind, window=3)
    for network in (nilpotent, experiment(**ASKED, truncation=kind)):
        result = result_of("influence", network)
        assert_same_cells(result, ["log10_norm", "log10_norm_full", "kept"])
        kept, left, full = (result.arrays()[name] for name in ("kept", "log10_norm", "log10_norm_full"))
        np.testing.assert_array_equal(left, np.where(kept, full, np.nan))
    assert np.isneginf(result_of("influence", nilpotent).columns()["log10_norm"]).any()
    assert_same_cells(result_of("influence", experiment(**ASKED)), ["log10_norm"])


def test_files_of_a_window_hold_its_rows_and_columns():
    window = {"from": 2, "until": 6, "since": 5, "to": 11}
    result = result_of("influence", experiment(**ASKED, truncation="sliding", **window))
    assert_same_cells(result, ["log10_norm", "log10_norm_full", "kept"])
    assert result.arrays()["kept"].shape == (7, 5)
