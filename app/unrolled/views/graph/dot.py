"""The graph in the language of Graphviz."""

from unrolled.views.graph.diagram import Diagram
from unrolled.views.graph.text import edge_size, edge_title, node_title
from unrolled.views.plots.colour import ACCENT


def dot(diagram: Diagram) -> str:
    """Write a digraph: a rank a step, edges in the direction of the forward pass, the gradient's path in colour.

    What a truncation cuts off is dashed.
    """
    lines = ["digraph unrolled {", f"  label={_quoted(diagram.title)};", "  node [shape=ellipse];"]
    for node in diagram.nodes:
        marks = {"label": node.label, "tooltip": node_title(node)}
        if node.is_fold:
            marks["shape"] = "box"
        if node.kind == "input" and node.symbol == "x":
            marks["label"] = f"x_{node.t} = {node.label}"
        if node.id in diagram.on_path:
            marks["color"] = ACCENT
        if node.id in diagram.ends:
            marks |= {"style": "filled", "fillcolor": ACCENT, "fontcolor": "white"}
        lines.append(f"  {_quoted(node.id)} [{_attributes(marks)}];")
    for t in sorted({node.t for node in diagram.nodes}):
        names = "; ".join(_quoted(node.id) for node in diagram.nodes if node.t == t)
        lines.append(f"  {{ rank=same; {names} }}")
    for edge in diagram.edges:
        marks = {"tooltip": edge_title(edge), "penwidth": f"{diagram.line_width(edge) / 2:.2f}"}
        if edge.on_path:
            marks |= {"color": ACCENT, "label": edge_size(edge)}
        elif edge.cut:
            marks |= {"color": ACCENT, "style": "dashed"}
        else:
            marks["color"] = "gray60"
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [{_attributes(marks)}];")
    return "\n".join([*lines, "}", ""])


def _attributes(marks: dict[str, str]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in marks.items())


def _quoted(text: str) -> str:
    """Quote a string of DOT; a line break in a label would end nothing, but stay one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
