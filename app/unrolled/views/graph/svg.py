"""The graph as SVG: the drawing of the page, which also stands on its own."""

import re
from xml.etree import ElementTree as ET

from unrolled.views.graph.diagram import Diagram, Edge, Node
from unrolled.views.graph.layout import Layout, Place, lay_out, line_between
from unrolled.views.graph.text import edge_title, factor_text, node_title, size_text
from unrolled.views.plots.colour import ACCENT

# A wider drawing is scrolled rather than made smaller.
_WIDE = 560.0
# About how wide a digit of a label is.
_DIGIT = 6.3
# For whoever opens the file; a page has its own style sheet.
_STYLE = f"""
.graph {{ background: #fff; font-family: sans-serif; }}
.graph text {{ fill: #222; font-size: 13px; }}
.graph .head, .graph .given {{ fill: #666; font-size: 11.5px; }}
.graph .head, .graph .symbol, .graph .fold-text {{ text-anchor: middle; }}
.graph .head-start {{ text-anchor: start; }} .graph .given {{ text-anchor: end; }}
.graph .symbol {{ font-family: serif; font-style: italic; font-size: 14px; }}
.graph .index {{ font-style: normal; font-size: 9.5px; }}
.graph .line {{ fill: none; stroke: #999; opacity: 0.55; }} .graph .hit {{ fill: none; stroke: none; }}
.graph .edge-read .line {{ stroke: #222; opacity: 0.8; }}
.graph .edge-path .line {{ stroke: {ACCENT}; opacity: 1; }}
.graph .edge-cut .line {{ stroke: {ACCENT}; stroke-dasharray: 2 5; opacity: 1; }}
.graph .body {{ fill: #fff; stroke: #999; stroke-width: 1.25px; }}
.graph .node-path .body {{ stroke: {ACCENT}; stroke-width: 1.75px; }}
.graph .node-end .body {{ fill: {ACCENT}; }} .graph .node-end .symbol {{ fill: #fff; }}
.graph .product {{ font-weight: 600; }} .graph .step-factor {{ fill: {ACCENT}; font-size: 11.5px; }}
.arrow path {{ fill: #999; }} .arrow-path path {{ fill: {ACCENT}; }}
"""


def svg(diagram: Diagram, sentence: str) -> str:
    """Draw a graph."""
    layout = lay_out(diagram)
    box = f"0 0 {layout.width:.0f} {layout.height:.0f}"
    kind = "graph graph-wide" if layout.width > _WIDE else "graph"
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "class": kind, "role": "group"})
    root.set("width", f"{layout.width:.0f}")
    root.set("height", f"{layout.height:.0f}")
    root.set("aria-label", diagram.title)
    ET.SubElement(root, "desc").text = sentence
    ET.SubElement(root, "style").text = _STYLE
    _arrows(root)
    for x, name in layout.heads:
        _text(root, x, 14, "head", name)
    _typeset(_text(root, layout.sizes_x, 14, "head head-start", ""), diagram.sizes_head)
    for edge in sorted(diagram.edges, key=lambda edge: edge.on_path):
        _edge(root, edge, diagram, layout)
    for node in diagram.nodes:
        _node(root, node, diagram, layout.places[node.id])
    _numbers(root, diagram, layout)
    return ET.tostring(root, encoding="unicode")


def _edge(root: ET.Element, edge: Edge, diagram: Diagram, layout: Layout) -> None:
    """Draw one edge; the gradient runs against the forward pass, so the path leads from late to early."""
    ends = layout.places[edge.source], layout.places[edge.target]
    x0, y0, x1, y1 = line_between(*(ends[::-1] if edge.on_path else ends))
    line = f"M{x0:.1f},{y0:.1f}L{x1:.1f},{y1:.1f}"
    read = " edge-read" if (edge.source, edge.target) in diagram.read else ""
    kind = " edge-path" if edge.on_path else " edge-cut" if edge.cut else read
    group = ET.SubElement(root, "g", {"class": f"edge{kind}", "data-ends": f"{edge.source} {edge.target}"})
    ET.SubElement(group, "title").text = edge_title(edge)
    ET.SubElement(group, "path", {"class": "hit", "d": line})
    head = "url(#back)" if edge.on_path else "url(#ahead)"
    width = f"{diagram.line_width(edge):.2f}"
    ET.SubElement(group, "path", {"class": "line", "d": line, "stroke-width": width, "marker-end": head})


def _node(root: ET.Element, node: Node, diagram: Diagram, place: Place) -> None:
    marked = (" node-path" if node.id in diagram.on_path else "") + (" node-end" if node.id in diagram.ends else "")
    group = ET.SubElement(root, "g", {"class": f"node node-{node.kind}{marked}"})
    if (node.kind == "state" and node.t > 0) or node.kind == "output":
        group.set("data-step", str(node.t))
    ET.SubElement(group, "title").text = node_title(node)
    size = {"width": f"{2 * place.w:g}", "height": f"{2 * place.r:g}", "rx": f"{place.r:g}"}
    ET.SubElement(group, "rect", {"class": "body", "x": f"{place.x - place.w:g}", "y": f"{place.y - place.r:g}"} | size)
    if node.is_fold:
        _text(group, place.x, place.y + 4.5, "fold-text", node.label)
        return
    letter = _text(group, place.x, place.y + 4.5, "symbol", node.symbol)
    ET.SubElement(letter, "tspan", {"class": "index", "dy": "3.5"}).text = str(node.t)
    if node.kind == "input" and node.symbol == "x":
        room = place.x - place.w - 8
        label = _text(group, room, place.y + 4.5, "given", node.label)
        # A time of many digits is made narrower rather than cut off.
        if len(node.label) * _DIGIT > room:
            label.set("textLength", f"{room - 1:g}")
            label.set("lengthAdjust", "spacingAndGlyphs")


def _numbers(root: ET.Element, diagram: Diagram, layout: Layout) -> None:
    """Print what is left beside each row, and what each factor did to it between the rows."""
    for step, log10 in diagram.sizes.items():
        _typeset(_text(root, layout.sizes_x, layout.rows[step] + 5, "product", ""), size_text(log10))
    for edge in diagram.edges:
        ratio = edge.values.get("log10_ratio")
        if ratio is None:
            continue
        middle = (layout.rows[diagram.node[edge.source].t] + layout.rows[diagram.node[edge.target].t]) / 2
        _typeset(_text(root, layout.sizes_x, middle + 5, "step-factor", ""), factor_text(ratio))


def _text(parent: ET.Element, x: float, y: float, kind: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": kind})
    element.text = text
    return element


def _typeset(element: ET.Element, text: str) -> None:
    """Write text in which “_” lowers, and “^” raises, the word behind it."""
    parts = re.split(r"([_^])([\w.,−]+)", text)
    element.text = parts[0]
    for mark, moved, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        shift = 0.35 if mark == "_" else -0.45
        ET.SubElement(element, "tspan", {"dy": f"{shift}em", "font-size": "0.78em"}).text = moved
        if after:
            ET.SubElement(element, "tspan", {"dy": f"{-0.78 * shift:.3f}em"}).text = after


def _arrows(root: ET.Element) -> None:
    """Define the two heads of arrows."""
    defs = ET.SubElement(root, "defs")
    shape = {"viewBox": "0 0 8 8", "refX": "2", "refY": "4", "markerUnits": "userSpaceOnUse", "orient": "auto"}
    for name, size, kind in (("ahead", "7", "arrow"), ("back", "10", "arrow arrow-path")):
        marker = {"id": name, "markerWidth": size, "markerHeight": size, "class": kind}
        ET.SubElement(ET.SubElement(defs, "marker", shape | marker), "path", {"d": "M0,0L8,4L0,8Z"})
