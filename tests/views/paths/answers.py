"""Paths by model, of one small sequence."""

import numpy as np

from tests.views.answers import answer

SMALL = {"length": 13, "hidden": 4, "window": 5}


TEXT = {"input": "text", "text": "abcab cabbac"}


def curves(**fields):
    """Return the curves by model."""
    return {curve["name"]: curve for curve in answer("paths", **SMALL | fields)["curves"]}


def rows(**fields):
    """Return the rows of the table by model."""
    return {row["name"]: row for row in answer("paths", **SMALL | fields)["models"]}


def numbers(sizes):
    """Put −∞ where nothing arrives."""
    return np.array([-np.inf if size is None else size for size in sizes])
