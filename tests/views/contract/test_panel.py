"""Every instrument that a view names is one that the page has."""

import re

from tests.house.tree import read
from unrolled.views import VIEWS
from unrolled.views.contract.panel import PagePanel


def test_every_instrument_has_its_macro_and_its_painter() -> None:
    named = {view.panel.instrument for view in VIEWS.values()} | {PagePanel().instrument}
    macros = set(re.findall(r"{% macro (\w+)\(view\) %}", read("templates/parts/instruments.html")))
    table = read("static/js/panels/painters.js").partition("return {")[2].partition("};")[0]
    # The main picture is painted before all others, by a script of its own.
    painters = set(re.findall(r"^\s+(\w+)[:,]", table, re.MULTILINE)) | {"triangle"}
    assert named == macros == painters


def test_every_frame_has_its_shape() -> None:
    css = read("static/css/instruments.css")
    assert [frame for frame in {view.panel.frame for view in VIEWS.values()} if f".frame-{frame} " not in css] == []


def test_no_two_panels_stand_in_one_place() -> None:
    places = [(view.panel.row, view.panel.column) for view in VIEWS.values()]
    assert len(set(places)) == len(places)
