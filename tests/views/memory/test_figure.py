"""Three orders, and a line for every model."""

from tests.views.memory.answers import result
from unrolled.views import VIEWS


def test_the_figure_has_three_orders_and_a_line_for_every_model():
    figure, response = VIEWS["facts"].figure(result()), result().payload()
    names = [trace["name"] for trace in figure["data"]]
    assert names[:3] == ["original", "shuffled", "reversed"]
    assert len(names) == 9
    assert figure["layout"]["meta"] == {"sentence": response["sentence"], "notes": response["notes"]}
