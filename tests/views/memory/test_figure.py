"""Three orders, and a line for every model."""

from tests.views.asking import drawn

SMALL = {"hidden": 8, "length": 24}


def test_the_figure_has_three_orders_and_a_line_for_every_model():
    names = [trace["name"] for trace in drawn("facts", **SMALL)["data"]]
    assert names[:3] == ["original", "shuffled", "reversed"]
    assert len(names) == 9
