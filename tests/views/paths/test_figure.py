"""A curve for every model."""

import numpy as np

from tests.models import RECURRENT
from tests.views.answers import answer, figure_of, unpacked
from tests.views.paths.answers import SMALL
from unrolled.core.models import MODELS


def test_the_figure_has_a_curve_for_every_model_and_faint_ones_for_what_is_cut():
    names = [trace["name"] for trace in figure_of("paths", **SMALL)["data"]]
    assert names == [model.label for model in MODELS.values()]
    truncated = figure_of("paths", **SMALL, truncation="sliding")
    assert [trace["name"] for trace in truncated["data"]][len(MODELS) :] == [
        f"{RECURRENT[name].label}, cut off" for name in RECURRENT
    ]
    assert all(trace["opacity"] < 0.5 and not trace["showlegend"] for trace in truncated["data"][len(MODELS) :])
    assert len(truncated["layout"]["meta"]["table"]["models"]) == len(MODELS)


def test_every_curve_is_the_row_of_its_model():
    response, figure = answer("paths", **SMALL), figure_of("paths", **SMALL)
    for trace, curve in zip(figure["data"], response["curves"], strict=True):
        sizes = [np.nan if size is None else size for size in curve["log10_norm"]]
        np.testing.assert_allclose(unpacked(trace["y"]), sizes, rtol=1e-6)
        assert unpacked(trace["x"]).tolist() == response["lag"]
        steps = [-1 if length is None else length for length in curve["path_length"]]
        assert unpacked(trace["customdata"]).tolist() == steps
        assert (trace["opacity"], trace["showlegend"]) == (1.0, True)
        # Of an MLP the one point at its own step would be no line.
        assert (trace["mode"] == "lines+markers") == (np.isfinite(sizes).sum() < 3)
    assert "13" in figure["layout"]["yaxis"]["title"]["text"]
    assert figure["layout"]["showlegend"] is True
    assert not figure["layout"].get("annotations")


def test_what_a_truncation_cuts_off_is_drawn_faintly_and_nowhere_twice():
    fields = SMALL | {"truncation": "sliding"}
    response, figure = answer("paths", **fields), figure_of("paths", **fields)
    for whole, cut, curve in zip(figure["data"], figure["data"][len(MODELS) :], response["curves"], strict=False):
        left, away = unpacked(whole["y"]), unpacked(cut["y"])
        assert not (np.isfinite(left) & np.isfinite(away)).any()
        np.testing.assert_allclose(np.where(np.isfinite(left), left, away), curve["log10_norm_full"], rtol=1e-6)
        assert cut["hovertemplate"] != whole["hovertemplate"]
