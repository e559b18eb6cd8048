"""The staircase of causes."""

from itertools import pairwise

import pytest

from tests.views.answers import answer, figure_of


def test_the_staircase_ends_at_the_whole():
    response, figure = answer("diagnosis", length=30, hidden=4), figure_of("diagnosis", length=30, hidden=4)
    lines = [[float(x) for x in trace["x"]] for trace in figure["data"]]
    assert lines[-1] == [0.0, pytest.approx(response["change"])]
    assert lines[-2][1] == pytest.approx(response["change"])
    assert all(before[1] == after[0] for before, after in pairwise(lines[:-1]))
    assert figure["layout"]["meta"]["remedies"] == response["remedies"]
