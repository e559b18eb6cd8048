"""Paths by model, of one small sequence."""

import numpy as np

from tests.views.asking import answer

SMALL = {"length": 13, "hidden": 4, "window": 5}


TEXT = {"input": "text", "text": "abcab cabbac"}


def curves(**fields):
    """Give the curves by model."""
    return {each["name"]: each for each in answer("paths", **SMALL | fields)["curves"]}


def rows(**fields):
    """Give the rows of the table by model."""
    return {each["name"]: each for each in answer("paths", **SMALL | fields)["models"]}


def numbers(sizes):
    """Put −∞ where nothing arrives."""
    return np.array([-np.inf if each is None else each for each in sizes])
