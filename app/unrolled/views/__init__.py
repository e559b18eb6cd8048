"""The views: what each question gives. A new question is one module with a VIEW here and one row in the table."""

from collections.abc import Mapping

from unrolled.views.contract.payload import Column, Payload
from unrolled.views.contract.view import Result, View
from unrolled.views.credit import view as credit
from unrolled.views.derivative import decay, influence, jacobian, saturation, spectrum
from unrolled.views.derivative import lstm_shortcuts as shortcuts
from unrolled.views.diagnosis import view as diagnosis
from unrolled.views.graph import view as graph
from unrolled.views.memory import view as facts
from unrolled.views.paths import view as paths
from unrolled.views.plots.figure import warm
from unrolled.views.small_multiples import activations, lengths, models
from unrolled.views.truncation_bias import view as bias

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
