"""The unrolled graph as a plain plot, standing as in the drawing."""

from collections.abc import Mapping
from typing import Any

from unrolled.views.contract.payload import Payload
from unrolled.views.graph.diagram import Edge, Node
from unrolled.views.graph.layout import Layout, lay_out
from unrolled.views.graph.picture import Picture
from unrolled.views.plots.colour import ACCENT, INK
from unrolled.views.plots.figure import axis, layout, scatter, superscript, validated
from unrolled.views.text.numbers import power

_FILL = "rgba(128,128,128,0.25)"


def graph_figure(picture: Picture, meta: Mapping[str, Any]) -> Payload:
    """Draw nodes and edges, the gradient's path in the accent, each of its edges as thick as its factor is large.

    Parameters
    ----------
    picture : Picture
        What is drawn.
    meta : mapping
        For ``layout.meta``.

    Returns
    -------
    dict
        A Plotly figure.
    """
    found = lay_out(picture)
    resting = [edge for edge in picture.edges if not (edge.on_path or edge.cut)]
    cut = [edge for edge in picture.edges if edge.cut]
    traces = [_lines(resting, found, {"color": INK, "width": 1.0})]
    if cut:
        traces.append(_lines(cut, found, {"color": ACCENT, "width": 1.0, "dash": "dot"}))
    path = [edge for edge in picture.edges if edge.on_path]
    traces += [_lines([edge], found, {"color": ACCENT, "width": picture.width_of(edge)}) for edge in path]
    traces.append(_points(picture, found))
    heads = dict(found.heads)
    axes = (
        axis(
            range=[0.0, found.width],
            side="top",
            ticks="",
            showline=False,
            tickmode="array",
            tickvals=list(heads),
            ticktext=list(heads.values()),
        ),
        axis(range=[found.height, 0.0], showticklabels=False, ticks="", showline=False),
    )
    notes = [_beside(found, step, log10) for step, log10 in picture.left.items()]
    margin = {"l": 12, "r": 12, "t": 32, "b": 12}
    return validated(traces, layout(*axes, annotations=notes, margin=margin), meta)


def _lines(edges: list[Edge], found: Layout, line: Mapping[str, Any]) -> Payload:
    """Draw edges as separate pieces of one line."""
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        one, other = found.places[edge.source], found.places[edge.target]
        x += [one.x, other.x, None]
        y += [one.y, other.y, None]
    return scatter(x=x, y=y, mode="lines", line=dict(line), hoverinfo="skip")


def _points(picture: Picture, found: Layout) -> Payload:
    """Draw the nodes with their names."""
    nodes, passed = picture.nodes, picture.on_path
    return scatter(
        x=[found.places[node.id].x for node in nodes],
        y=[found.places[node.id].y for node in nodes],
        mode="markers+text",
        text=[_name(node) for node in nodes],
        textposition=["middle left" if node.is_fold else "top center" for node in nodes],
        customdata=[
            "exactly 0" if node.log10_norm == -float("inf") else superscript(power(node.log10_norm)) for node in nodes
        ],
        hovertemplate="%{text}: size %{customdata}<extra></extra>",
        marker={
            "size": 13,
            "color": [ACCENT if node.id in passed else _FILL for node in nodes],
            "symbol": ["square" if node.is_fold else "circle" for node in nodes],
            "line": {"color": [ACCENT if node.id in passed else INK for node in nodes], "width": 1.5},
        },
    )


def _name(node: Node) -> str:
    """Write a node's name with its index lowered; a fold says what it hides."""
    return node.label if node.is_fold else f"{node.symbol}<sub>{node.t}</sub>"


def _beside(found: Layout, step: int, log10: float) -> Payload:
    """Print what is left of the gradient beside its row."""
    text = "exactly 0" if log10 == -float("inf") else superscript(power(log10))
    place = {"x": found.beside, "y": found.rows[step], "xanchor": "left"}
    return place | {"text": text, "showarrow": False, "font": {"color": ACCENT}}
