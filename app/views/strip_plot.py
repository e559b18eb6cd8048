"""The small triangles of a strip as subplots without ticks."""

from app.core.arrays import Array, Steps
from app.views.colour import ACCENT, SCALE, colorscale
from app.views.contract import Payload
from app.views.furniture import heat_map, layout, sealed
from app.views.strip import Strip
from app.views.triangle_plot import stride_of

_GAP = 0.04
_TITLE = 0.07
_MOST_COLUMNS = 5


def strip_figure(strip: Strip) -> Payload:
    """Draw all panels in a grid on one scale.

    Parameters
    ----------
    strip : Strip
        The panels.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``.
    """
    count = len(strip.panels)
    rows = -(-count // _MOST_COLUMNS)
    columns = -(-count // rows)
    axes: Payload = {}
    traces, titles = [], []
    for index, panel in enumerate(strip.panels):
        name = "" if index == 0 else str(index + 1)
        xaxis, yaxis = _axes(index % columns, index // columns, columns, rows, panel.measured.steps, name)
        axes |= {f"xaxis{name}": xaxis, f"yaxis{name}": yaxis}
        traces.append(_map(panel.measured.log10_norm, panel.measured.steps, name, panel.label))
        titles.append(_title(panel.label, xaxis, yaxis, panel.value == strip.current))
    shared = {
        "colorscale": [list(stop) for stop in colorscale()],
        "cmin": SCALE[0],
        "cmax": SCALE[1],
        "showscale": False,
    }
    margin = {"l": 8, "r": 8, "t": 24, "b": 8}
    first = axes.pop("xaxis"), axes.pop("yaxis")
    shape = layout(*first, annotations=titles, margin=margin, coloraxis=shared, **axes)
    return sealed(traces, shape, {"sentence": strip.sentence})


def _axes(column: int, row: int, columns: int, rows: int, steps: Steps, name: str) -> tuple[Payload, Payload]:
    """Place one panel in the grid; its axes end with ``name``."""
    half = stride_of(steps) / 2
    first, last = float(steps[0] - half), float(steps[-1] + half)
    left, top = column / columns, 1.0 - row / rows
    bare = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False}
    xaxis = bare | {"domain": [left, left + (1.0 - _GAP) / columns], "anchor": f"y{name}", "range": [first, last]}
    yaxis = bare | {
        "domain": [top - (1.0 - _TITLE) / rows, top - _TITLE / rows],
        "anchor": f"x{name}",
        "range": [last, first],
    }
    return xaxis, yaxis


def _map(log10_norm: Array, steps: Steps, name: str, label: str) -> Payload:
    """Draw one panel on the scale that all triangles share."""
    hover = f"{label}<br>∂h<sub>%{{y}}</sub> / ∂h<sub>%{{x}}</sub>: 10<sup>%{{z:.2f}}</sup><extra></extra>"
    place = {"xaxis": f"x{name}", "yaxis": f"y{name}"}
    return heat_map(log10_norm, steps, steps, hovertemplate=hover, coloraxis="coloraxis", **place)


def _title(label: str, xaxis: Payload, yaxis: Payload, current: bool) -> Payload:
    """Name one panel above its triangle; the current one in the accent."""
    place = {"x": sum(xaxis["domain"]) / 2, "y": yaxis["domain"][1], "xref": "paper", "yref": "paper"}
    colour = {"font": {"color": ACCENT}} if current else {}
    return place | colour | {"text": label, "showarrow": False, "xanchor": "center", "yanchor": "bottom"}
