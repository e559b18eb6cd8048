"""The views: one question a file. A new question is one file here and one row in the table."""

from collections.abc import Mapping

from app.views import (
    activations,
    bias,
    credit,
    decay,
    diagnosis,
    facts,
    graph,
    influence,
    jacobian,
    lengths,
    models,
    paths,
    saturation,
    shortcuts,
    spectrum,
)
from app.views.contract import Column, Payload, Result, View
from app.views.furniture import warm

__all__ = ["VIEWS", "Column", "Payload", "Result", "View", "warm"]

_ROWS = (
    influence,
    jacobian,
    decay,
    saturation,
    graph,
    activations,
    lengths,
    models,
    paths,
    spectrum,
    shortcuts,
    diagnosis,
    facts,
    credit,
    bias,
)

VIEWS: Mapping[str, View] = {row.VIEW.name: row.VIEW for row in _ROWS}
