"""The curves of the bias."""

import pytest

from tests.views.answers import answer, figure_of, unpacked


def test_the_figure_has_curves_tolerance_and_advice():
    figure, response = figure_of("bias", tolerance=0.2, truncation="chunked"), answer("bias", tolerance=0.2)
    named = {trace["name"]: trace for trace in figure["data"] if trace["name"] != "advised"}
    assert list(named)[:3] == ["chunked", "sliding", "tolerated: 0.2"]
    assert unpacked(named["sliding"]["y"])[:5] == pytest.approx(response["sliding"]["bias"][:5], rel=1e-6)
    assert unpacked(named["chunked, length ratio"]["y"]) == pytest.approx(response["chunked"]["ratio"], rel=1e-6)
    marked = [trace for trace in figure["data"] if trace["name"] == "advised"]
    assert [trace["x"] for trace in marked] == [[response["advice"][kind]["window"]] for kind in ("chunked", "sliding")]
    assert [trace["y"] for trace in marked] == [[response["advice"][kind]["bias"]] for kind in ("chunked", "sliding")]
    layout = figure["layout"]
    assert layout["xaxis"]["type"] == layout["xaxis2"]["type"] == layout["yaxis"]["type"] == "log"
    assert [shape["x0"] for shape in layout["shapes"]] == [8, 8]
    assert not figure_of("bias")["layout"].get("shapes")
