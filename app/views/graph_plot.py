"""The unrolled graph as a plain plot: time runs down; inputs, pre-activations and states from left to right."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.views.colour import ACCENT, INK
from app.views.contract import Payload
from app.views.furniture import axis, layout, raised, scatter, sealed
from app.views.words import power

_COLUMNS = {"input": 0, "preactivation": 1, "state": 2, "fold": 2}
_FILL = "rgba(128,128,128,0.25)"


def graph_figure(nodes: Sequence[Payload], edges: Sequence[Payload], meta: Mapping[str, Any]) -> Payload:
    """Draw nodes and edges, the gradient's path in the accent, each of its edges as thick as its factor is large.

    Parameters
    ----------
    nodes, edges : sequences of dict
        As the view gives them.
    meta : mapping
        For ``layout.meta``.

    Returns
    -------
    dict
        A Plotly figure.
    """
    rows = {t: row for row, t in enumerate(sorted({node["t"] for node in nodes}))}
    places = {node["id"]: (_COLUMNS[node["kind"]], rows[node["t"]]) for node in nodes}
    resting = [edge for edge in edges if not edge["on_path"]]
    traces = [_lines(resting, places, INK, 1.0)]
    traces += [_lines([edge], places, ACCENT, _thickness(edge)) for edge in edges if edge["on_path"]]
    ends = {name for edge in edges if edge["on_path"] for name in (edge["source"], edge["target"])}
    traces.append(_points(nodes, places, ends))
    names = ["input x", "pre-activation a", "state h"]
    axes = (
        axis(
            range=[-0.5, 3.0],
            side="top",
            ticks="",
            showline=False,
            tickmode="array",
            tickvals=[0, 1, 2],
            ticktext=names,
        ),
        axis(range=[len(rows) - 0.4, -0.6], showticklabels=False, ticks="", showline=False),
    )
    notes = [_beside(edge, places) for edge in edges if "log10_product" in edge]
    margin = {"l": 12, "r": 12, "t": 32, "b": 12}
    return sealed(traces, layout(*axes, annotations=notes, margin=margin), meta)


def _thickness(edge: Payload) -> float:
    """Give 4.5 for a factor of 1 and 3 more or less for each power of ten, within bounds."""
    size = edge.get("log10_step", edge["log10_norm"])
    return 0.75 if size is None else min(10.0, max(1.0, 4.5 + 3.0 * size))


def _lines(edges: Iterable[Payload], places: Mapping[str, tuple[int, int]], colour: str, width: float) -> Payload:
    """Draw edges as separate pieces of one line."""
    x: list[int | None] = []
    y: list[int | None] = []
    for edge in edges:
        (x0, y0), (x1, y1) = places[edge["source"]], places[edge["target"]]
        x += [x0, x1, None]
        y += [y0, y1, None]
    return scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")


def _points(nodes: Sequence[Payload], places: Mapping[str, tuple[int, int]], ends: set[str]) -> Payload:
    """Draw the nodes with their names."""
    x, y = zip(*(places[node["id"]] for node in nodes), strict=True)
    return scatter(
        x=x,
        y=y,
        mode="markers+text",
        text=[_name(node) for node in nodes],
        textposition=["middle left" if node["kind"] == "fold" else "top center" for node in nodes],
        customdata=["exactly 0" if node["log10_norm"] is None else raised(power(node["log10_norm"])) for node in nodes],
        hovertemplate="%{text}: size %{customdata}<extra></extra>",
        marker={
            "size": 13,
            "color": [_FILL if node["id"] not in ends else ACCENT for node in nodes],
            "symbol": ["square" if node["kind"] == "fold" else "circle" for node in nodes],
            "line": {"color": [ACCENT if node["id"] in ends else INK for node in nodes], "width": 1.5},
        },
    )


def _name(node: Payload) -> str:
    """Write a node's name with its index lowered; a fold says what it hides."""
    return str(node["label"]) if node["kind"] == "fold" else f"{node['id'][0]}<sub>{node['t']}</sub>"


def _beside(edge: Payload, places: Mapping[str, tuple[int, int]]) -> Payload:
    """Print what is left of the gradient beside the state it has come back to."""
    x, y = places[edge["source"]]
    left = edge["log10_product"]
    text = "exactly 0" if left is None else raised(power(left))
    return {"x": x + 0.15, "y": y, "text": text, "showarrow": False, "xanchor": "left", "font": {"color": ACCENT}}
