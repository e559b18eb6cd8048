"""The graph as a plain plot."""

from tests.views.answers import figure_of, result_of


def test_the_figure_draws_every_node_and_the_path_in_the_accent():
    result = result_of("graph", length=5, hidden=2, t=4, k=2)
    figure = figure_of("graph", length=5, hidden=2, t=4, k=2)
    points = figure["data"][-1]
    assert len(points["x"]) == len(result.diagram.nodes)
    assert [len(trace["x"]) for trace in figure["data"][1:-1]] == [3] * 4
    assert len({trace["line"]["color"] for trace in figure["data"][:-1]}) == 2
    texts = [annotation["text"] for annotation in figure["layout"]["annotations"]]
    assert texts[0] == "1"
    assert all(text.startswith("10<sup>") for text in texts[1:])
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high
