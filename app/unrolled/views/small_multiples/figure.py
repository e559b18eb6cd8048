"""Small triangles as square subplots without ticks, on the one scale of all triangles."""

import numpy as np

from unrolled.core.arrays.grid import square_grid
from unrolled.core.arrays.types import Steps
from unrolled.views.contract.view import Payload
from unrolled.views.plots.colour import ACCENT, FAINT, SCALE, colorscale
from unrolled.views.plots.figure import heat_map, layout, superscript, validated
from unrolled.views.plots.triangle import colour_bar, exact_zeros, stride_of
from unrolled.views.small_multiples.panels import Panel, SmallMultiples
from unrolled.views.text.verdict import verdict_label

_GAP = 0.06
_TITLE = 0.2
_MOST_COLUMNS = 5
# Half clear, so that it tells "no path" from the white of the map on a light page and on a dark one.
_NO_PATH = "rgba(128,128,128,0.16)"


def small_multiples_figure(multiples: SmallMultiples) -> Payload:
    """Draw all panels in a grid on one scale; ``layout.meta`` has ``sentence``."""
    count = len(multiples.panels)
    rows = -(-count // _MOST_COLUMNS)
    columns = -(-count // rows)
    axes: Payload = {}
    traces, titles, grounds = [], [], []
    for index, panel in enumerate(multiples.panels):
        name = "" if index == 0 else str(index + 1)
        xaxis, yaxis = _axes(index % columns, index // columns, columns, rows, panel.steps, name)
        axes |= {f"xaxis{name}": xaxis, f"yaxis{name}": yaxis}
        traces += _maps(panel, name)
        titles.append(_title(panel, xaxis, yaxis, panel.value == multiples.current))
        grounds.append(_ground(name))
    shared = {
        "colorscale": [list(stop) for stop in colorscale()],
        "cmin": SCALE[0],
        "cmax": SCALE[1],
        "colorbar": colour_bar(multiples.panels[0].norm, _symbols(multiples)),
    }
    margin = {"l": 8, "r": 8, "t": 12, "b": 8}
    first = axes.pop("xaxis"), axes.pop("yaxis")
    shape = layout(*first, annotations=titles, shapes=grounds, margin=margin, coloraxis=shared, **axes)
    return validated(traces, shape, {"sentence": multiples.sentence})


def _axes(column: int, row: int, columns: int, rows: int, steps: Steps, name: str) -> tuple[Payload, Payload]:
    """Place one panel in the grid; its axes end with ``name``. Cells are square, and panels hang below their names."""
    half = stride_of(steps) / 2
    first, last = float(steps[0] - half), float(steps[-1] + half)
    left, top = column / columns, 1.0 - row / rows
    bare = {
        "showticklabels": False,
        "ticks": "",
        "showline": False,
        "showgrid": False,
        "zeroline": False,
        "constrain": "domain",
    }
    xaxis = bare | {
        "domain": [left, left + (1.0 - _GAP) / columns],
        "anchor": f"y{name}",
        "range": [first, last],
        "constraintoward": "center",
    }
    yaxis = bare | {
        "domain": [top - (1.0 - _GAP) / rows, top - _TITLE / rows],
        "anchor": f"x{name}",
        "range": [last, first],
        "constraintoward": "top",
        "scaleanchor": f"x{name}",
    }
    return xaxis, yaxis


def _maps(panel: Panel, name: str) -> list[Payload]:
    """Draw one panel on the scale that all triangles share, and its exact zeros."""
    steps, log10_norm, kept = panel.steps, panel.log10_norm, panel.kept
    cell = f"{panel.label}<br>{panel.derivative.symbols('%{y}', '%{x}')}"
    place = {"xaxis": f"x{name}", "yaxis": f"y{name}"}
    sizes = f"{cell}: 10<sup>%{{z:.2f}}</sup><extra></extra>"
    faint = []
    if kept is not None:
        cut, hover = np.where(kept, np.nan, log10_norm), f"{cell}, cut off: 10<sup>%{{z:.2f}}</sup><extra></extra>"
        shade = {"opacity": FAINT, "hovertemplate": hover, "coloraxis": "coloraxis", "name": "cut"}
        faint = [heat_map(cut, steps, steps, **shade, **place)]
    return [
        heat_map(panel.visible, steps, steps, hovertemplate=sizes, coloraxis="coloraxis", **place),
        *faint,
        *exact_zeros(log10_norm, square_grid(steps), hovertemplate=f"{cell}: exactly zero<extra></extra>", **place),
    ]


def _symbols(multiples: SmallMultiples) -> str:
    """Name what all panels measure, or, where they measure different things, what these have in common."""
    names = {panel.derivative.symbols("t", "k") for panel in multiples.panels}
    return names.pop() if len(names) == 1 else "∂·<sub>t</sub> / ∂·<sub>k</sub>"


def _ground(name: str) -> Payload:
    """Lay the colour of "no path" under one panel."""
    place = {"xref": f"x{name} domain", "yref": f"y{name} domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return {"type": "rect", "layer": "below", "fillcolor": _NO_PATH, "line": {"width": 0}} | place


def _title(panel: Panel, xaxis: Payload, yaxis: Payload, current: bool) -> Payload:
    """Name one panel above its triangle, with its rate; the current one in the accent."""
    place = {"x": sum(xaxis["domain"]) / 2, "y": yaxis["domain"][1], "xref": "paper", "yref": "paper"}
    colour = {"font": {"color": ACCENT}} if current else {}
    text = f"{panel.label}<br>{superscript(verdict_label(panel.told.summary, panel.told.profile))}"
    return place | colour | {"text": text, "showarrow": False, "xanchor": "center", "yanchor": "bottom"}
