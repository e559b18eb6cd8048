"""The picture of what order and memory are worth: the error by model and order, above what is read back by lag."""

from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array
from unrolled.views.contract.payload import Payload
from unrolled.views.memory.measure import ORDERS, ModelFacts
from unrolled.views.plots.colour import ACCENT, COLD, MODEL_LINES, WARM
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


def facts_figure(models: tuple[ModelFacts, ...], meta: Payload) -> Payload:
    """Draw both charts."""
    shown = [each for each in models if np.isfinite(each.unexplained).any()]
    traces = [_errors(shown, place, order) for place, order in enumerate(ORDERS)] if shown else []
    kept = [each for each in models if np.isfinite(each.memory).any()]
    traces += [_remembered(each) for each in kept]
    last = max((len(each.memory) - 1 for each in kept), default=1)
    names = [each.label for each in shown]
    drawn = layout(
        axis("error; 1: as bad as the mean", range=[-0.04, _MOST + 0.04], domain=[0, 1], anchor="y"),
        axis(categoryorder="array", categoryarray=names[::-1], domain=_UPPER, automargin=True, showgrid=True),
        xaxis2=axis("lag n", domain=[0, 1], anchor="y2", rangemode="tozero", tickformat="d", **whole_ticks(last, 8)),
        yaxis2=axis(
            "R² of x<sub>t−n</sub>", domain=_LOWER, anchor="x2", range=[-0.08, 1.08], nticks=4, automargin=True
        ),
        showlegend=bool(traces),
        legend=_legend(1.01, "bottom") | {"traceorder": "normal"},
        legend2=_legend(0.0, "top"),
        margin={"l": 56, "r": 12, "t": 40, "b": 12},
        annotations=[]
        if traces
        else [empty_note("too little to fit and test" if not models else "nothing to foretell")],
    )
    return validated(traces, drawn, meta)


def _legend(y: float, anchor: str) -> Payload:
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": anchor, "entrywidth": 140}


def _errors(models: list[ModelFacts], place: int, order: str) -> Payload:
    values = np.array([each.unexplained[place] for each in models])
    return scatter(
        x=float32(np.minimum(values, _MOST)),
        y=[each.label for each in models],
        name=order,
        mode="markers",
        marker=_MARKERS[order],
        customdata=float32(np.stack([values, np.array([each.log_likelihood[place] for each in models])], axis=1)),
        hovertemplate=f"%{{y}}, {order}: error %{{customdata[0]:.3g}}, log likelihood "
        "%{customdata[1]:.3g} a number<extra></extra>",
        xaxis="x",
        yaxis="y",
    )


def _remembered(each: ModelFacts) -> Payload:
    lag: Array = np.arange(len(each.memory), dtype=np.float64)
    line = MODEL_LINES[each.name]
    return scatter(
        x=short_integers(lag),
        y=float32(each.memory),
        name=each.label,
        mode="lines",
        line=line,
        hovertemplate=f"{each.label}, %{{x}} steps ago: R² %{{y:.3f}}<extra></extra>",
        xaxis="x2",
        yaxis="y2",
        legend="legend2",
    )
