"""What figures stand on: small arrays, exponents, and properties that Plotly knows."""

import sys

import numpy as np
import pytest

from unrolled.views.plots import figure
from unrolled.views.plots.figure import (
    axis,
    empty_note,
    float32,
    heading,
    layout,
    scatter,
    short_integers,
    superscript,
    validated,
    warm,
)


def test_numbers_become_as_small_as_they_may():
    assert short_integers(np.array([2**15 - 1])).dtype == np.int16
    assert short_integers(np.array([2**15])).dtype == np.int32
    assert short_integers(np.array([], dtype=np.int64)).dtype == np.int16


def test_what_is_beyond_single_precision_becomes_its_end_and_infinities_stay():
    values = float32(np.array([1e300, -1e300, np.inf, -np.inf, 0.1]))
    largest = np.finfo(np.float32).max
    assert values.tolist() == [largest, -largest, np.inf, -np.inf, np.float32(0.1)]


def test_an_exponent_is_raised():
    assert superscript("10^−0.6 a step") == "10<sup>−0.6</sup> a step"
    assert superscript("a factor of 1") == "a factor of 1"


def test_a_property_that_plotly_does_not_know_is_an_error():
    with pytest.raises(ValueError, match="colour"):
        validated([scatter(colour="red")], layout(axis(), axis()), {})


def test_notes_and_headings_are_annotations():
    figure = validated([], layout(axis(), axis(), annotations=[empty_note("nothing"), heading("left", "x2")]), {"a": 1})
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["nothing", "left"]
    assert figure["layout"]["annotations"][1]["yref"] == "y2 domain"
    assert figure["layout"]["meta"] == {"a": 1}
    assert "template" not in figure["layout"]


def test_warming_up_leaves_plotly_imported():
    warm()
    assert "plotly.graph_objects" in sys.modules


def test_warming_builds_one_figure(monkeypatch):
    built = []
    monkeypatch.setattr(figure, "validated", lambda *parts: built.append(parts))
    figure.warm()
    ((traces, layout, meta),) = built
    assert ([trace["type"] for trace in traces], meta) == (["heatmap"], {})
    assert {"xaxis", "yaxis"} <= layout.keys()
