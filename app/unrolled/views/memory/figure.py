"""The picture of what order and memory are worth: the error by model and order, above what is read back by lag."""

from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.views.contract.view import Payload
from unrolled.views.memory.measure import ORDERS, ModelMemory
from unrolled.views.memory.messages import MESSAGES
from unrolled.views.plots.colour import ACCENT, COLD, WARM, model_line
from unrolled.views.plots.figure import axis, empty_note, float32, layout, scatter, short_integers, validated
from unrolled.views.plots.ticks import whole_ticks

_MARKERS: dict[str, dict[str, Any]] = {
    "original": {"color": COLD, "symbol": "circle", "size": 10},
    "shuffled": {"color": ACCENT, "symbol": "x", "size": 9},
    "reversed": {"color": WARM, "symbol": "diamond-open", "size": 9, "line": {"width": 1.75}},
}
# As bad as the mean is 1; far beyond that is all the same.
_MOST = 2.0
_UPPER, _LOWER = [0.62, 1.0], [0.12, 0.46]


def memory_figure(models: tuple[ModelMemory, ...], meta: Payload) -> Payload:
    """Draw both charts, empty where the sequence is too short."""
    shown = [model for model in models if np.isfinite(model.unexplained.values).any()]
    traces = [_errors(shown, index, order) for index, order in enumerate(ORDERS)] if shown else []
    remembered = [model for model in models if np.isfinite(model.capacity.by_lag.values).any()]
    traces += [_memory_curve(model) for model in remembered]
    last = max((len(model.capacity.by_lag.values) - 1 for model in remembered), default=1)
    names = [model.label for model in shown]
    plot = layout(
        axis(MESSAGES["error axis"], range=[-0.04, _MOST + 0.04], domain=[0, 1], anchor="y"),
        axis(categoryorder="array", categoryarray=names[::-1], domain=_UPPER, automargin=True, showgrid=True),
        xaxis2=axis(
            MESSAGES["lag axis"], domain=[0, 1], anchor="y2", rangemode="tozero", tickformat="d", **whole_ticks(last, 8)
        ),
        yaxis2=axis(
            MESSAGES["memory axis"], domain=_LOWER, anchor="x2", range=[-0.08, 1.08], nticks=4, automargin=True
        ),
        showlegend=bool(traces),
        legend=_legend(1.01, "bottom") | {"traceorder": "normal"},
        legend2=_legend(0.0, "top"),
        margin={"l": 56, "r": 12, "t": 40, "b": 12},
        annotations=[] if traces else [empty_note(MESSAGES["no change" if models else "no fit"])],
    )
    return validated(traces, plot, meta)


def _legend(y: float, anchor: str) -> Payload:
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": anchor, "entrywidth": 140}


def _errors(models: list[ModelMemory], index: int, order: str) -> Payload:
    values, errors = np.array([model.unexplained.at(index) for model in models]).T
    likelihood = np.array([model.log_likelihood.values[index] for model in models])
    return scatter(
        x=float32(np.minimum(values, _MOST)),
        y=[model.label for model in models],
        name=order,
        mode="markers",
        marker=_MARKERS[order],
        error_x=_bars(np.where(values > _MOST, 0.0, errors), _MARKERS[order]["color"]),
        customdata=float32(np.stack([values, errors, likelihood], axis=1)),
        hovertemplate=MESSAGES["error hover"].format(order=order),
        xaxis="x",
        yaxis="y",
    )


def _memory_curve(model: ModelMemory) -> Payload:
    by_lag = model.capacity.by_lag
    line = model_line(model.name)
    return scatter(
        x=short_integers(np.arange(len(by_lag.values), dtype=np.float64)),
        y=float32(by_lag.values),
        name=model.label,
        mode="lines",
        line=line,
        error_y=_bars(by_lag.errors, line["color"]),
        customdata=float32(by_lag.errors),
        hovertemplate=MESSAGES["memory hover"].format(model=model.label),
        xaxis="x2",
        yaxis="y2",
        legend="legend2",
    )


def _bars(errors: Array, colour: str) -> Payload:
    """Draw one standard error to both sides."""
    return {"type": "data", "array": float32(errors), "color": colour, "thickness": 1, "width": 2}
