"""All panels on one scale."""

import numpy as np

from tests.views.answers import answer, figure_of, own, unpacked
from unrolled.core.networks.activations import ACTIVATIONS
from unrolled.views.text.numbers import pace


def test_exact_zeros_are_grey_and_the_bar_names_the_norm():
    figure = figure_of("lengths", own([[0.0, 1.0], [0.0, 0.0]], length=5, norm="frobenius"))
    grey = [trace for trace in figure["data"] if "coloraxis" not in trace]
    assert len(grey) == 1
    assert np.isfinite(unpacked(grey[0]["z"])).sum() == 3 + 2 + 1
    assert "<sub>F</sub>" in figure["layout"]["coloraxis"]["colorbar"]["title"]["text"]


def test_the_figure_shows_all_panels_on_one_scale():
    figure = figure_of("activations", length=9, hidden=3)
    rates = [panel["summary"]["rate"] for panel in answer("activations", length=9, hidden=3)["panels"]]
    assert len(figure["data"]) == len(figure["layout"]["shapes"]) == len(ACTIVATIONS)
    assert {trace["coloraxis"] for trace in figure["data"]} == {"coloraxis"}
    assert (figure["layout"]["coloraxis"]["cmin"], figure["layout"]["coloraxis"]["cmax"]) == (-6, 6)
    assert "showscale" not in figure["layout"]["coloraxis"]
    assert "∂h<sub>t</sub>" in figure["layout"]["coloraxis"]["colorbar"]["title"]["text"]
    for note, row, rate in zip(figure["layout"]["annotations"], ACTIVATIONS.values(), rates, strict=True):
        assert note["text"] == f"{row.label}<br>{pace(rate)}"
    for index in range(len(ACTIVATIONS)):
        axis = figure["layout"][f"yaxis{'' if index == 0 else index + 1}"]
        assert axis["range"] == [9.5, 0.5]
        assert axis["scaleanchor"] == f"x{'' if index == 0 else index + 1}"
        assert 0 <= axis["domain"][0] < axis["domain"][1] <= 1
    assert unpacked(figure["data"][0]["z"]).shape == (9, 9)
