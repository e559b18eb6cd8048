"""Nodes and edges of an answer by their names, and its drawings."""

from typing import Any
from xml.etree import ElementTree as ET

from tests.views.answers import result_of
from unrolled.views import VIEWS


def by_id(response):
    return {node["id"]: node for node in response["nodes"]}


def by_ends(response):
    return {(edge["source"], edge["target"]): edge for edge in response["edges"]}


SPACE = "{http://www.w3.org/2000/svg}"


SHORT = {"length": 4, "hidden": 3}
LONG = {"length": 400, "t": 390, "k": 11, "hidden": 4}


def drawing(name, network):
    (form,) = [candidate for candidate in VIEWS["graph"].drawings if candidate.name == name]
    return form.draw(result_of("graph", network))


def parsed(text) -> Any:
    return ET.fromstring(text)


def ends_of(response):
    return {(edge["source"], edge["target"]) for edge in response["edges"]}
