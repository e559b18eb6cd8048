"""The curves of the bias."""

import numpy as np
import pytest

from tests.views.answers import answer, figure_of, unpacked


def test_the_figure_has_curves_tolerance_and_advice():
    fields = {"length": 60, "hidden": 4, "tolerance": 0.2}
    figure, response = figure_of("bias", truncation="chunked", **fields), answer("bias", **fields)
    named = {trace["name"]: trace for trace in figure["data"] if trace["name"] != "advised"}
    assert list(named)[:4] == ["chunked, by first cut", "chunked", "sliding", "tolerated: 0.2"]
    lower, upper = (trace for trace in figure["data"] if trace["name"] == "chunked, by first cut")
    assert upper["fill"] == "tonexty"
    # What keeps everything has no place on a logarithmic axis.
    assert unpacked(upper["y"]) == pytest.approx(response["chunked"]["bias_highest"][:-2], rel=1e-6)
    assert unpacked(lower["y"]) == pytest.approx(np.maximum(response["chunked"]["bias_lowest"][:-2], 1e-3), rel=1e-6)
    for edge in (lower, upper):
        assert unpacked(edge["x"]).tolist() == response["windows"][:-2]
    assert unpacked(named["sliding"]["y"])[:5] == pytest.approx(response["sliding"]["bias"][:5], rel=1e-6)
    assert unpacked(named["chunked, length ratio"]["y"]) == pytest.approx(response["chunked"]["ratio"], rel=1e-6)
    marked = [trace for trace in figure["data"] if trace["name"] == "advised"]
    assert [trace["x"] for trace in marked] == [[response["advice"][kind]["window"]] for kind in ("chunked", "sliding")]
    assert [trace["y"] for trace in marked] == [
        [max(response["advice"][kind]["bias"], 1e-3)] for kind in ("chunked", "sliding")
    ]
    layout = figure["layout"]
    assert layout["xaxis"]["type"] == layout["xaxis2"]["type"] == layout["yaxis"]["type"] == "log"
    assert [shape["x0"] for shape in layout["shapes"]] == [8, 8]
    assert not figure_of("bias")["layout"].get("shapes")
