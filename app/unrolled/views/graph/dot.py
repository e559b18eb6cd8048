"""The graph in the language of Graphviz."""

from unrolled.views.graph.picture import Picture
from unrolled.views.plots.colour import ACCENT


def dot(picture: Picture) -> str:
    """Write a graph as DOT.

    Parameters
    ----------
    picture : Picture
        What is written.

    Returns
    -------
    str
        A digraph: a rank a step, edges in the direction of the forward pass, the gradient's path in colour, what a
        truncation cuts dashed.
    """
    lines = ["digraph unrolled {", f"  label={_quoted(picture.title)};", "  node [shape=ellipse];"]
    for node in picture.nodes:
        marks = {"label": node.label, "tooltip": picture.names(node)}
        if node.is_fold:
            marks["shape"] = "box"
        if node.kind == "input" and node.symbol == "x":
            marks["label"] = f"x_{node.t} = {node.label}"
        if node.id in picture.on_path:
            marks["color"] = ACCENT
        if node.id in picture.ends:
            marks |= {"style": "filled", "fillcolor": ACCENT, "fontcolor": "white"}
        lines.append(f"  {_quoted(node.id)} [{_listed(marks)}];")
    for t in sorted({node.t for node in picture.nodes}):
        names = "; ".join(_quoted(node.id) for node in picture.nodes if node.t == t)
        lines.append(f"  {{ rank=same; {names} }}")
    for edge in picture.edges:
        marks = {"tooltip": picture.says(edge), "penwidth": f"{picture.width_of(edge) / 2:.2f}"}
        if edge.on_path:
            marks |= {"color": ACCENT, "label": picture.says(edge).rpartition(": size ")[2]}
        elif edge.cut:
            marks |= {"color": ACCENT, "style": "dashed"}
        else:
            marks["color"] = "gray60"
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [{_listed(marks)}];")
    return "\n".join([*lines, "}", ""])


def _listed(marks: dict[str, str]) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in marks.items())


def _quoted(text: str) -> str:
    """Quote a string of DOT; a line break in a label would end nothing, but stay one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
