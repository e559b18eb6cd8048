"""The unrolled graph as a plain plot, standing as in the drawing."""

from collections.abc import Mapping
from typing import Any

from unrolled.views.contract.view import Payload
from unrolled.views.graph.diagram import Diagram, Edge, Node
from unrolled.views.graph.layout import Layout, lay_out
from unrolled.views.graph.text import size_text
from unrolled.views.plots.colour import ACCENT, INK
from unrolled.views.plots.figure import axis, layout, scatter, superscript, validated

_FILL = "rgba(128,128,128,0.25)"


def graph_figure(diagram: Diagram, meta: Mapping[str, Any]) -> Payload:
    """Draw nodes and edges, the gradient's path in the accent, each of its edges as thick as its factor is large."""
    positions = lay_out(diagram)
    others = [edge for edge in diagram.edges if not (edge.on_path or edge.cut)]
    cut = [edge for edge in diagram.edges if edge.cut]
    traces = [_lines(others, positions, {"color": INK, "width": 1.0})]
    if cut:
        traces.append(_lines(cut, positions, {"color": ACCENT, "width": 1.0, "dash": "dot"}))
    path = [edge for edge in diagram.edges if edge.on_path]
    traces += [_lines([edge], positions, {"color": ACCENT, "width": diagram.line_width(edge)}) for edge in path]
    traces.append(_points(diagram, positions))
    heads = dict(positions.heads)
    axes = (
        axis(
            range=[0.0, positions.width],
            side="top",
            ticks="",
            showline=False,
            tickmode="array",
            tickvals=list(heads),
            ticktext=list(heads.values()),
        ),
        axis(range=[positions.height, 0.0], showticklabels=False, ticks="", showline=False),
    )
    notes = [_size_note(positions, step, log10) for step, log10 in diagram.sizes.items()]
    margin = {"l": 12, "r": 12, "t": 32, "b": 12}
    return validated(traces, layout(*axes, annotations=notes, margin=margin), meta)


def _lines(edges: list[Edge], positions: Layout, line: Mapping[str, Any]) -> Payload:
    """Draw edges as separate pieces of one line."""
    x: list[float | None] = []
    y: list[float | None] = []
    for edge in edges:
        source, target = positions.places[edge.source], positions.places[edge.target]
        x += [source.x, target.x, None]
        y += [source.y, target.y, None]
    return scatter(x=x, y=y, mode="lines", line=dict(line), hoverinfo="skip")


def _points(diagram: Diagram, positions: Layout) -> Payload:
    """Draw the nodes with their names."""
    nodes, on_path = diagram.nodes, diagram.on_path
    return scatter(
        x=[positions.places[node.id].x for node in nodes],
        y=[positions.places[node.id].y for node in nodes],
        mode="markers+text",
        text=[_label(node) for node in nodes],
        textposition=["middle left" if node.is_fold else "top center" for node in nodes],
        customdata=[superscript(size_text(node.log10_norm)) for node in nodes],
        hovertemplate="%{text}: size %{customdata}<extra></extra>",
        marker={
            "size": 13,
            "color": [ACCENT if node.id in on_path else _FILL for node in nodes],
            "symbol": ["square" if node.is_fold else "circle" for node in nodes],
            "line": {"color": [ACCENT if node.id in on_path else INK for node in nodes], "width": 1.5},
        },
    )


def _label(node: Node) -> str:
    """Write a node's name with its index lowered; a fold says what it hides."""
    return node.label if node.is_fold else f"{node.symbol}<sub>{node.t}</sub>"


def _size_note(positions: Layout, step: int, log10: float) -> Payload:
    """Print what is left of the gradient beside its row."""
    place = {"x": positions.sizes_x, "y": positions.rows[step], "xanchor": "left"}
    return place | {"text": superscript(size_text(log10)), "showarrow": False, "font": {"color": ACCENT}}
