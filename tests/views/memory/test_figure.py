"""Three orders, and a line for every model."""

import numpy as np
import pytest

from tests.views.answers import unpacked
from tests.views.memory.answers import result
from unrolled.core.models import MODELS
from unrolled.views import VIEWS


def test_the_figure_has_three_orders_and_a_line_for_every_model():
    figure, response = VIEWS["facts"].figure(result()), result().payload()
    names = [trace["name"] for trace in figure["data"]]
    assert names[:3] == ["original", "shuffled", "reversed"]
    assert len(names) == 3 + len(MODELS)
    assert figure["layout"]["meta"] == {"sentence": response["sentence"], "notes": response["notes"]}


def test_every_point_is_a_number_of_the_answer():
    figure, response = VIEWS["facts"].figure(result()), result().payload()
    rows, traces, layout = response["models"], figure["data"], figure["layout"]
    for trace, order in zip(traces, response["orders"], strict=False):
        errors = [row["unexplained"][order] for row in rows]
        # As bad as twice the mean is the end of the axis.
        assert unpacked(trace["x"]).tolist() == pytest.approx([min(error, 2.0) for error in errors], rel=1e-6)
        names = ("unexplained", "unexplained_error", "log_likelihood")
        told = [[row[name][order] for name in names] for row in rows]
        np.testing.assert_allclose(unpacked(trace["error_x"]["array"]), [row[1] for row in told], rtol=1e-6)
        np.testing.assert_allclose(unpacked(trace["customdata"]), told, rtol=1e-6)
        assert list(trace["y"]) == [row["label"] for row in rows]
        assert (trace["mode"], trace["xaxis"], trace["yaxis"]) == ("markers", "x", "y")
        assert order in trace["hovertemplate"]
    for trace, row in zip(traces[3:], rows, strict=True):
        assert unpacked(trace["x"]).tolist() == response["lag"]
        np.testing.assert_allclose(unpacked(trace["y"]), row["memory"], rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(unpacked(trace["error_y"]["array"]), row["memory_error"], rtol=1e-6)
        assert trace["error_y"]["color"] == trace["line"]["color"]
        assert (trace["name"], trace["mode"], trace["xaxis"], trace["yaxis"]) == (row["label"], "lines", "x2", "y2")
        assert trace["legend"] == "legend2"
        assert row["label"] in trace["hovertemplate"]
    # The first model stands at the top; errors above, memory below, each with its legend.
    assert list(layout["yaxis"]["categoryarray"]) == [row["label"] for row in rows][::-1]
    assert layout["xaxis"]["range"] == pytest.approx([-0.04, 2.04])
    assert layout["yaxis2"]["range"] == pytest.approx([-0.08, 1.08])
    assert layout["yaxis2"]["domain"][1] < layout["yaxis"]["domain"][0] < layout["yaxis"]["domain"][1] == 1.0
    assert (layout["xaxis2"]["anchor"], layout["yaxis2"]["anchor"]) == ("y2", "x2")
    assert layout["legend"]["y"] > 1 > 0 >= layout["legend2"]["y"]
    assert layout["showlegend"] is True
    assert not layout.get("annotations")


def test_a_sequence_that_is_too_short_is_an_empty_figure_that_says_why():
    figure = VIEWS["facts"].figure(result(input="text", text="abc"))
    assert figure["data"] == []
    assert figure["layout"]["showlegend"] is False
    (note,) = figure["layout"]["annotations"]
    assert note["text"]
    still = VIEWS["facts"].figure(result(input="constant"))
    assert [each["text"] for each in still["layout"]["annotations"]] != [note["text"]]
    assert not [trace for trace in still["data"] if trace["name"] in ("original", "shuffled", "reversed")]
