"""What every figure stands on: axes, margins, typed arrays; no title, no template, no colour of its own.

Traces and axes are plain mappings until ``plotly.graph_objects`` checks them all at once: building each as an object of
its own would check everything twice. Plotly is imported when the first figure is built: the server starts without it,
and `warm` may import it in the background.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array, Steps
from unrolled.views.contract.view import Payload
from unrolled.views.plots.colour import INK

CLEAR = "rgba(0,0,0,0)"
MARGIN = {"l": 52, "r": 12, "t": 12, "b": 44}
_GRID = "rgba(128,128,128,0.22)"
# Two plots in one figure, side by side: where each stands along it. A narrow page puts one above the other.
LEFT, RIGHT = [0.0, 0.455], [0.545, 1.0]


def warm() -> None:
    """Import what figures are built with and build one, so that the first visitor does not wait for it."""
    validated([heat_map(np.zeros((2, 2)), np.array([1, 2]), np.array([1, 2]))], layout(axis(), axis()), {})


def validated(traces: Sequence[Payload], layout_: Mapping[str, Any], meta: Mapping[str, Any]) -> Payload:
    """Let Plotly check traces and layout and make them ready for JSON: arrays as base64 of typed arrays.

    ``meta`` is what the page says beside the figure. Raises ValueError when a property does not exist in Plotly.
    """
    import plotly.graph_objects as go

    figure = {"data": list(traces), "layout": {**layout_, "template": None, "meta": dict(meta)}}
    payload: Payload = go.Figure(figure).to_dict()
    payload["layout"].pop("template", None)
    return payload


def heat_map(values: Array, x: Steps, y: Steps, **properties: Any) -> Payload:
    """Make a heat map of values (rows, columns), gaps where there is NaN or −inf.

    In single precision, enough for a colour and two decimals; the properties are those of Plotly's Heatmap.
    """
    data = {"z": float32(values), "x": short_integers(x), "y": short_integers(y)}
    return {"type": "heatmap", "hoverongaps": False} | data | properties


def scatter(**properties: Any) -> Payload:
    """Make a line or points; the properties are those of Plotly's Scatter."""
    return {"type": "scatter"} | properties


def axis(title: str = "", **properties: Any) -> Payload:
    """Make a quiet axis: its title says what runs along it."""
    quiet = {
        "title": {"text": title, "standoff": 6},
        "showgrid": False,
        "zeroline": False,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": INK,
        "gridcolor": _GRID,
        "zerolinecolor": _GRID,
        "linecolor": INK,
        "tickangle": 0,
    }
    return quiet | properties


def layout(xaxis: Payload, yaxis: Payload, **properties: Any) -> Payload:
    """Make a layout with a clear ground, so that a figure stands on any page."""
    clear = {
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": INK, "size": 12},
        "margin": MARGIN,
        "showlegend": False,
        "hovermode": "closest",
        "uirevision": "unrolled",
        "xaxis": xaxis,
        "yaxis": yaxis,
    }
    return clear | properties


def float32(values: Array) -> npt.NDArray[np.float32]:
    """Round to single precision; what is beyond its range becomes its end, infinities stay."""
    largest = float(np.finfo(np.float32).max)
    clipped = np.where(np.isinf(values), values, np.clip(values, -largest, largest))
    return clipped.astype(np.float32)


def superscript(text: str) -> str:
    """Raise the exponent of a power of ten, as Plotly writes it: ``10^x`` becomes ``10<sup>x</sup>``."""
    return re.sub(r"\^(\S+)", r"<sup>\1</sup>", text)


def empty_note(text: str) -> Payload:
    """Say in the middle of a plot why there is nothing in it: an annotation."""
    return {"text": text, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}


def heading(text: str, place: str) -> Payload:
    """Name one of two plots, above it wherever it stands: an annotation at the axis ``x`` or ``x2``."""
    frame = {"x": 0.0, "y": 1.0, "xref": f"{place} domain", "yref": f"{place.replace('x', 'y')} domain"}
    return frame | {"text": text, "showarrow": False, "xanchor": "left", "yanchor": "bottom", "yshift": 6}


def short_integers(values: npt.NDArray[Any]) -> npt.NDArray[np.signedinteger[Any]]:
    """Give whole numbers in two bytes where they all fit, else in four."""
    return values.astype(np.int16 if values.size == 0 or int(np.abs(values).max()) < 2**15 else np.int32)
