"""The picture of a truncation's bias against K, with tolerance and advice; beside it cosine and length ratio."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias
from unrolled.views.contract.payload import Payload
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
from unrolled.views.truncation_bias.text import Truncated

_COLOURS = {"chunked": "#3a77ad", "sliding": "#b8641f"}
# The bias axis goes down to here, or further where less is tolerated.
_LOWEST, _ROOM = 1e-3, 1.35


def bias_figure(found: TruncationBias, said: Truncated, meta: Mapping[str, Any]) -> Payload:
    """Draw the curves."""
    told = dict(meta)
    if not any(np.isfinite(found.relative[kind]).any() for kind in KINDS):
        empty = axis(showticklabels=False, ticks="")
        return validated([], layout(empty, empty, annotations=[empty_note("no gradient, no bias")]), told)
    low = min(_LOWEST, said.tolerance / 10.0)
    high = max(1.0, *(float(np.nanmax(np.where(np.isfinite(each), each, 0.0))) for each in found.relative.values()))
    traces = [_curve(found.windows, found.relative[kind], kind, "bias") for kind in KINDS]
    traces.append(_tolerance(found.windows, said.tolerance))
    traces += [mark for kind in KINDS for mark in _advised(said, kind, low)]
    for kind in KINDS:
        traces.append(_curve(found.windows, found.cosine[kind], kind, "cosine", is_right=True))
        traces.append(_curve(found.windows, found.ratio[kind], kind, "length ratio", is_right=True, dash="dot"))
    along = _along(int(found.windows[-1]))
    drawn = layout(
        along | {"domain": LEFT, "anchor": "y"},
        axis(
            "relative bias",
            type="log",
            range=[float(np.log10(low)), float(np.log10(high * _ROOM))],
            showgrid=True,
            **_powers(low, high),
            domain=[0.0, 1.0],
            automargin=True,
        ),
        xaxis2=along | {"domain": RIGHT, "anchor": "y2"},
        yaxis2=axis(
            "cosine, length ratio",
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
            heading("how far from the whole gradient", "x"),
            heading("cosine (solid), length ratio (dotted)", "x2"),
        ],
        shapes=[_line(said.window, place) for place in ("x", "x2") if said.kind != "none"],
    )
    return validated(traces, drawn, told)


def _along(last: int) -> Payload:
    """Make the axis of K, logarithmic, with round numbers on it."""
    marks = [factor * 10**power for power in range(6) for factor in (1, 2, 5) if factor * 10**power <= last]
    if len(marks) > 9:
        marks = [mark for mark in marks if str(mark)[0] == "1"]
    texts = [f"{mark:,}" for mark in marks]
    ends = [-0.03, float(np.log10(max(last, 2))) + 0.03]
    return axis("K, steps that are kept", type="log", range=ends, tickmode="array", tickvals=marks, ticktext=texts)


def _powers(low: float, high: float) -> Payload:
    """Name every power of ten of the bias; where there are many, every second or fifth."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    step = 1 if last - first <= 8 else 2 if last - first <= 16 else 5
    powers = range(last - (last - first) // step * step, last + 1, step)
    texts = ["1" if each == 0 else f"10<sup>{str(each).replace('-', MINUS)}</sup>" for each in powers]
    return {"tickmode": "array", "tickvals": [10.0**each for each in powers], "ticktext": texts}


def _curve(
    windows: Steps, values: Array, kind: str, name: str, *, is_right: bool = False, dash: str = "solid"
) -> Payload:
    """Draw one curve; the legend names a kind once, and the heading says what is solid and what is dotted."""
    place: Payload = {"xaxis": "x2", "yaxis": "y2"} if is_right else {}
    hover = f"{kind}, K = %{{x}}: {name} %{{y:.3g}}<extra></extra>"
    line = {"color": _COLOURS[kind], "width": 1.5 if dash == "dot" else 2.25, "dash": dash}
    drawn = np.where(values > 0.0, values, np.nan) if not is_right else values
    mode = "lines+markers" if len(windows) < 3 else "lines"
    return scatter(
        x=short_integers(windows),
        y=float32(drawn),
        name=f"{kind}, {name}" if is_right else kind,
        mode=mode,
        line=line,
        hovertemplate=hover,
        showlegend=not is_right,
        **place,
    )


def _tolerance(windows: Steps, tolerance: float) -> Payload:
    line = {"color": ACCENT, "width": 1.5, "dash": "dash"}
    ends = [1, int(windows[-1])] if len(windows) > 1 else [1, 2]
    said = f"tolerated: {number(tolerance)}"
    return scatter(x=ends, y=[tolerance] * 2, name=said, mode="lines", line=line, hoverinfo="skip")


def _advised(said: Truncated, kind: str, low: float) -> list[Payload]:
    """Mark the smallest K that will do, at its bias, or at the foot of the plot where that is lower still."""
    saving = said.advice[kind]
    if saving is None:
        return []
    marker = {"color": _COLOURS[kind], "size": 10, "symbol": "circle", "line": {"color": "#ffffff", "width": 1.5}}
    hover = f"{kind}: K = {saving.window:,} is the smallest that will do<extra></extra>"
    place = {"x": [saving.window], "y": [max(saving.bias, low)], "cliponaxis": False}
    return [scatter(**place, name="advised", mode="markers", marker=marker, hovertemplate=hover, showlegend=False)]


def _line(window: int, place: str) -> Payload:
    """Mark the K that is set."""
    where = {"x0": window, "x1": window, "xref": place, "y0": 0, "y1": 1, "yref": f"{place.replace('x', 'y')} domain"}
    return {"type": "line", **where, "line": {"color": INK, "width": 1, "dash": "dot"}}
