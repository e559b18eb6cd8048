"""Both maps of credit."""

import numpy as np
import pytest

from tests.views.answers import figure_of, result_of, unpacked
from unrolled.views.plots.colour import FAINT


def test_both_maps_share_one_scale_and_show_both_sizes():
    figure = figure_of("credit", length=9, hidden=3)
    maps = [trace for trace in figure["data"] if "customdata" in trace]
    assert [trace.get("xaxis", "x") for trace in maps] == ["x", "x2"]
    assert {trace["coloraxis"] for trace in maps} == {"coloraxis"}
    layout, result = figure["layout"], result_of("credit", length=9, hidden=3)
    assert (layout["coloraxis"]["cmin"], layout["coloraxis"]["cmax"]) == (-6, 6)
    assert layout["yaxis"]["range"] == layout["yaxis2"]["range"] == [8.5, 0.5]
    assert layout["xaxis"]["domain"][1] < layout["xaxis2"]["domain"][0]
    norm, contribution = "h<sub>k</sub>‖ = 10<sup>%{{{}:.2f}}</sup>", "contribution 10<sup>%{{{}:.2f}}</sup>"
    for trace, names in zip(maps, (("z", "customdata[0]"), ("customdata[0]", "z")), strict=True):
        assert norm.format(names[0]) in trace["hovertemplate"]
        assert contribution.format(names[1]) in trace["hovertemplate"]
    for trace, other in zip(maps, (result.credit.log10_contribution, result.credit.log10_norm), strict=True):
        beside, share = np.moveaxis(unpacked(trace["customdata"]), 2, 0)
        shown = ~np.isnan(unpacked(trace["z"]))
        assert beside[shown] == pytest.approx(other[shown], rel=2e-4, abs=1e-3)
        assert share[shown] == pytest.approx(result.credit.share[shown], rel=1e-3, abs=1e-6)
    grey = [trace for trace in figure["data"] if trace["hovertemplate"].startswith("t = %{y}, k = %{x}<br>exactly")]
    assert [trace["xaxis"] for trace in grey] == ["x2"]
    assert np.isfinite(unpacked(grey[0]["z"])).sum() == 8


def test_truncated_values_are_faint_in_both_maps():
    truncated = [
        trace for trace in figure_of("credit", length=9, truncation="chunked", window=3)["data"] if "name" in trace
    ]
    # Left, the pairs at k = 1 bring nothing and say so: they are a map of their own.
    assert [trace["name"] for trace in truncated] == ["cut", "cut", "border", "cut", "border"]
    assert "contribution exactly zero" in truncated[1]["hovertemplate"]
    assert {trace["opacity"] for trace in truncated if trace["name"] == "cut"} == {FAINT}
    assert all(trace["hovertemplate"].startswith("cut off") for trace in truncated if trace["name"] == "cut")
