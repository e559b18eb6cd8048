"""A truncation in the triangle: what is cut is null, and the whole stays beside it."""

import numpy as np
import pytest

from tests.views.asking import answer, drawn
from tests.views.truncations import kept
from unrolled.service.preview.cells import cell_pixels
from unrolled.views.plots.colour import FAINT

ASKED = {"length": 12, "hidden": 3, "window": 4}


@pytest.mark.parametrize(("model", "kind"), [("rnn", "chunked"), ("lstm", "sliding")])
def test_what_is_cut_is_null_and_the_whole_is_kept_beside_it(model, kind):
    whole = answer("influence", **ASKED, model=model)
    found = answer("influence", **ASKED, model=model, truncation=kind)
    assert found["log10_norm_full"] == whole["log10_norm"]
    assert found["kept"] == kept(kind)
    pairs = zip(found["log10_norm"], found["kept"], whole["log10_norm"], strict=True)
    assert all(
        row == [size if keep else None for size, keep in zip(all_, keeps, strict=True)] for row, keeps, all_ in pairs
    )
    assert found["summary"] == whole["summary"]
    assert found["truncation"] == {
        "kind": kind,
        "window": 4,
        "kept_pairs": sum(map(sum, kept(kind))),
        "all_pairs": 78,
        "share": sum(map(sum, kept(kind))) / 78,
    }
    assert (whole["truncation"]["kind"], whole["truncation"]["share"]) == ("none", 1.0)
    assert "log10_norm_full" not in whole


def test_the_notes_count_the_pairs_and_answer_both_questions():
    told = answer("influence", **ASKED, truncation="chunked")["notes"]
    assert any("of 78 pairs (t, k) 30 are kept (38 %)" in note for note in told)
    assert any("detach() does: the state keeps its value" in note for note in told)
    assert any("Here they keep 30 and 42 pairs" in note for note in told)


def test_the_figure_draws_what_is_cut_faintly_behind_a_border():
    found = drawn("influence", **ASKED, truncation="sliding")["data"]
    cut = next(trace for trace in found if trace.get("name") == "cut")
    assert cut["opacity"] == FAINT
    assert "cut off by the truncation" in cut["hovertemplate"]
    assert any(trace.get("name") == "border" for trace in found)
    assert not any(trace.get("name") == "cut" for trace in drawn("influence", **ASKED)["data"])


def test_a_preview_shows_it_faintly_too():
    pixels = cell_pixels(np.zeros((2, 2)), np.array([[True, False], [False, True]]))
    assert pixels[..., 3].tolist() == [[255, round(255 * FAINT)], [round(255 * FAINT), 255]]


def test_a_model_without_a_state_says_what_is_shown_and_why():
    for model, zeros in {"mlp": 66, "window": 36, "attention": 0}.items():
        found = answer("influence", **ASKED, model=model)
        assert (found["of"], found["wrt"], found["truncation"]["kind"]) == ("o", "x", "none")
        assert any("carries no state" in note for note in found["notes"])
        assert found["exact_zeros"] == zeros
