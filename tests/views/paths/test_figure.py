"""A curve for every model."""

from tests.views.answers import figure_of
from tests.views.paths.answers import SMALL
from unrolled.core.networks.registry import EVERY_MODEL, MODELS


def test_the_figure_has_a_curve_for_every_model_and_faint_ones_for_what_is_cut():
    names = [trace["name"] for trace in figure_of("paths", **SMALL)["data"]]
    assert names == [model.label for model in EVERY_MODEL.values()]
    truncated = figure_of("paths", **SMALL, truncation="sliding")
    assert [trace["name"] for trace in truncated["data"]][6:] == [f"{MODELS[name].label}, cut off" for name in MODELS]
    assert all(trace["opacity"] < 0.5 and not trace["showlegend"] for trace in truncated["data"][6:])
    assert len(truncated["layout"]["meta"]["table"]["models"]) == 6
