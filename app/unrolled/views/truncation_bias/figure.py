"""The picture of a truncation's bias against K, with tolerance and advice; beside it cosine and length ratio."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.truncation_bias import KINDS, BiasCurve, TruncationBias
from unrolled.views.contract.view import Payload
from unrolled.views.plots.colour import ACCENT, INK
from unrolled.views.plots.figure import (
    LEFT,
    RIGHT,
    axis,
    empty_note,
    float32,
    heading,
    layout,
    scatter,
    short_integers,
    validated,
)
from unrolled.views.text.numbers import MINUS, number
from unrolled.views.truncation_bias.advice import Advice
from unrolled.views.truncation_bias.text import MESSAGES

_COLOURS = {"chunked": "#3a77ad", "sliding": "#b8641f"}
_BAND = "rgba(58, 119, 173, 0.18)"
# The bias axis goes down to here, or further where less is tolerated.
_LOWEST, _ROOM = 1e-3, 1.35


def truncation_bias_figure(bias: TruncationBias, advice: Advice, meta: Mapping[str, Any]) -> Payload:
    """Draw the curves, the second plot on ``xaxis2`` and ``yaxis2``."""
    if not any(np.isfinite(bias.curves[kind].highest).any() for kind in KINDS):
        empty = axis(showticklabels=False, ticks="")
        return validated([], layout(empty, empty, annotations=[empty_note(MESSAGES["empty"])]), meta)
    low = min(_LOWEST, advice.tolerance / 10.0)
    high = max(1.0, *(float(curve.highest[np.isfinite(curve.highest)].max()) for curve in bias.curves.values()))
    traces = _range(bias.windows, bias.curves["chunked"], low)
    traces += [_curve(bias.windows, bias.curves[kind].mean.relative, kind, "bias") for kind in KINDS]
    traces.append(_tolerance(bias.windows, advice.tolerance))
    traces += [mark for kind in KINDS for mark in _advised(advice, kind, low)]
    for kind in KINDS:
        mean = bias.curves[kind].mean
        traces.append(_curve(bias.windows, mean.cosine, kind, "cosine", is_right=True))
        traces.append(_curve(bias.windows, mean.ratio, kind, "ratio", is_right=True, dash="dot"))
    windows = _window_axis(int(bias.windows[-1]))
    plot = layout(
        windows | {"domain": LEFT, "anchor": "y"},
        axis(
            MESSAGES["bias axis"],
            type="log",
            range=[float(np.log10(low)), float(np.log10(high * _ROOM))],
            showgrid=True,
            **_powers(low, high),
            domain=[0.0, 1.0],
            automargin=True,
        ),
        xaxis2=windows | {"domain": RIGHT, "anchor": "y2"},
        yaxis2=axis(
            MESSAGES["cosine axis"],
            showgrid=True,
            domain=[0.0, 1.0],
            anchor="x2",
            rangemode="tozero",
            nticks=6,
            automargin=True,
        ),
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "entrywidth": 112,
        },
        margin={"l": 56, "r": 12, "t": 30, "b": 84},
        annotations=[
            heading(MESSAGES["bias heading"], "x"),
            heading(MESSAGES["cosine heading"], "x2"),
        ],
        shapes=[_line(advice.window, place) for place in ("x", "x2") if advice.kind != "none"],
    )
    return validated(traces, plot, meta)


def _window_axis(last: int) -> Payload:
    """Make the axis of K, logarithmic, with round numbers on it."""
    marks = [factor * 10**power for power in range(6) for factor in (1, 2, 5) if factor * 10**power <= last]
    if len(marks) > 9:
        marks = [mark for mark in marks if str(mark)[0] == "1"]
    texts = [f"{mark:,}" for mark in marks]
    ends = [-0.03, float(np.log10(max(last, 2))) + 0.03]
    return axis(MESSAGES["window axis"], type="log", range=ends, tickmode="array", tickvals=marks, ticktext=texts)


def _powers(low: float, high: float) -> Payload:
    """Name every power of ten of the bias; where there are many, every second or fifth."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    step = 1 if last - first <= 8 else 2 if last - first <= 16 else 5
    powers = range(last - (last - first) // step * step, last + 1, step)
    texts = ["1" if power == 0 else f"10<sup>{str(power).replace('-', MINUS)}</sup>" for power in powers]
    return {"tickmode": "array", "tickvals": [10.0**power for power in powers], "ticktext": texts}


def _curve(
    windows: Steps, values: Array, kind: str, name: str, *, is_right: bool = False, dash: str = "solid"
) -> Payload:
    """Draw one curve; the legend names a kind once, and the heading says what is solid and what is dotted."""
    place: Payload = {"xaxis": "x2", "yaxis": "y2"} if is_right else {}
    hover = MESSAGES[f"{name} hover"].format(kind=kind)
    line = {"color": _COLOURS[kind], "width": 1.5 if dash == "dot" else 2.25, "dash": dash}
    shown = np.where(values > 0.0, values, np.nan) if not is_right else values
    mode = "lines+markers" if len(windows) < 3 else "lines"
    return scatter(
        x=short_integers(windows),
        y=float32(shown),
        name=MESSAGES[f"{name} curve"].format(kind=kind),
        mode=mode,
        line=line,
        hovertemplate=hover,
        showlegend=not is_right,
        **place,
    )


def _range(windows: Steps, curve: BiasCurve, low: float) -> list[Payload]:
    """Fill what lies between the least and the most biased first cut; what is less than the plot shows, at its foot."""
    is_shown = curve.highest > low
    if not (is_shown & (curve.highest > curve.lowest)).any():
        return []
    x, edge = short_integers(windows[is_shown]), {"color": _BAND, "width": 0}
    lower, upper = (float32(np.maximum(values[is_shown], low)) for values in (curve.lowest, curve.highest))
    both = {"name": MESSAGES["range"], "x": x, "mode": "lines", "line": edge, "showlegend": False}
    return [
        scatter(**both, y=lower, hoverinfo="skip"),
        scatter(**both, y=upper, fill="tonexty", fillcolor=_BAND, hovertemplate=MESSAGES["range hover"]),
    ]


def _tolerance(windows: Steps, tolerance: float) -> Payload:
    line = {"color": ACCENT, "width": 1.5, "dash": "dash"}
    ends = [1, int(windows[-1])] if len(windows) > 1 else [1, 2]
    name = MESSAGES["tolerance"].format(tolerance=number(tolerance))
    return scatter(x=ends, y=[tolerance] * 2, name=name, mode="lines", line=line, hoverinfo="skip")


def _advised(advice: Advice, kind: str, low: float) -> list[Payload]:
    """Mark the smallest K that will do, at its bias, or at the foot of the plot where that is lower still."""
    saving = advice.savings[kind]
    if saving is None:
        return []
    marker = {"color": _COLOURS[kind], "size": 10, "symbol": "circle", "line": {"color": "#ffffff", "width": 1.5}}
    hover = MESSAGES["advised hover"].format(kind=kind, window=saving.window, bias=number(saving.bias))
    place = {"x": [saving.window], "y": [max(saving.bias, low)], "cliponaxis": False}
    return [
        scatter(**place, name=MESSAGES["advised"], mode="markers", marker=marker, hovertemplate=hover, showlegend=False)
    ]


def _line(window: int, place: str) -> Payload:
    """Mark the K that is set."""
    where = {"x0": window, "x1": window, "xref": place, "y0": 0, "y1": 1, "yref": f"{place.replace('x', 'y')} domain"}
    return {"type": "line", **where, "line": {"color": INK, "width": 1, "dash": "dot"}}
