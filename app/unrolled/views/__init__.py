"""The views: what each question gives. A new question is one module with a VIEW here and one row in the table."""

from collections.abc import Mapping

from unrolled.views.contract.view import Column, Payload, Result, View
from unrolled.views.credit import view as credit_view
from unrolled.views.derivative import decay, influence, jacobian, saturation, spectrum
from unrolled.views.derivative import lstm_shortcuts as shortcuts
from unrolled.views.diagnosis import view as diagnosis_view
from unrolled.views.graph import view as graph_view
from unrolled.views.memory import view as memory_view
from unrolled.views.paths import view as paths_view
from unrolled.views.plots.figure import warm
from unrolled.views.small_multiples import activations, lengths, models
from unrolled.views.truncation_bias import view as truncation_bias_view

__all__ = ["VIEWS", "Column", "Payload", "Result", "View", "warm"]

# Named *_view, as a module called graph would hide the package of that name.
_ROWS = (
    influence,
    jacobian,
    decay,
    saturation,
    graph_view,
    activations,
    lengths,
    models,
    paths_view,
    spectrum,
    shortcuts,
    diagnosis_view,
    memory_view,
    credit_view,
    truncation_bias_view,
)

VIEWS: Mapping[str, View] = {row.VIEW.name: row.VIEW for row in _ROWS}
