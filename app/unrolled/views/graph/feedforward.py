"""The graph of a model without recurrence: every output with the inputs it reads, folded where there are many."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.types import Norm, Steps
from unrolled.core.feedforward.diagram import DirectDiagram
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.jacobians.local_norms import lengths
from unrolled.core.networks.diagrams.cell import LAYER_DIGITS
from unrolled.views.graph.cells import MeasuredCell, measured
from unrolled.views.graph.diagram import Edge, Node
from unrolled.views.graph.folding import Fold, Rows
from unrolled.views.graph.text import MESSAGES

_INPUT, _FIRST = 64.0, 166.0


def feedforward_graph(
    trace: DirectTrace, labels: tuple[str, ...], rows: Rows, norm: Norm
) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Make all nodes and edges, in the order of time, the path not marked yet. ``labels`` stand beside the inputs."""
    diagram, steps = trace.diagram(), np.array([row for row in rows if not isinstance(row, Fold)], dtype=np.int64)
    stamp = _Stamp(trace, diagram, measured(diagram.cell(steps), len(steps), norm), labels, norm)
    nodes: list[Node] = []
    edges: list[Edge] = []
    column = 0
    for place, row in enumerate(rows):
        if isinstance(row, Fold):
            nodes.append(stamp.fold(row))
            continue
        nodes += stamp.nodes(row, column)
        edges += stamp.edges(row, column, rows[: place + 1])
        column += 1
    return tuple(nodes), tuple(edges)


@dataclass(frozen=True)
class _Stamp:
    """Stamps the cell, measured at every drawn step, at each of them, and joins it to what it reads."""

    trace: DirectTrace
    diagram: DirectDiagram
    cell: MeasuredCell
    labels: tuple[str, ...]
    norm: Norm

    def fold(self, fold: Fold) -> Node:
        """Make the node of many steps: it stands where they would be read."""
        label = MESSAGES["fold"].format(steps=fold.count)
        size = float(lengths(self.trace.inputs[fold.first - 1 : fold.last].reshape(1, -1))[0])
        read = (node.x for node in self.cell.diagram.nodes if node.name == self.diagram.reads)
        x = next((_FIRST + place for place in read), _INPUT)
        return Node(fold.name, "fold", "", label, fold.first, None, size, x, t_last=fold.last)

    def nodes(self, step: int, column: int) -> Iterator[Node]:
        """Make input, cell and output of one step."""
        size = float(lengths(self.trace.inputs[step - 1][None])[0])
        yield Node(f"x{step}", "input", "x", self.labels[step - 1], step, None, size, _INPUT)
        for node in self.cell.diagram.nodes:
            size = float(self.cell.lengths[node.name][column])
            name, layer = _id(node.name, step), _layer(node.name) or 0
            yield Node(name, node.kind, node.name, f"{node.name}_{step}", step, layer, size, _FIRST + node.x, node.y)
        size = float(lengths(self.trace.outputs[step - 1][None])[0])
        x = _FIRST + self.cell.diagram.width
        yield Node(f"out{step}", "output", "o", f"o_{step}", step, None, size, x)

    def edges(self, step: int, column: int, before: Rows) -> Iterator[Edge]:
        """Make the edges into one step: to what is read, then what reads it, then on to the output."""
        diagram, norms = self.cell.diagram, self.cell.norms
        inner: dict[bool, list[Edge]] = {True: [], False: []}
        for edge, sizes in zip(diagram.edges, norms, strict=True):
            source, target = _id(edge.source, step), _id(edge.target, step)
            formula = edge.formula.replace("{t}", str(step))
            inner[edge.target == self.diagram.reads].append(Edge(source, target, formula, float(sizes[column])))
        yield from inner[True]
        yield from self._reading(step, before)
        yield from inner[False]

    def _reading(self, step: int, before: Rows) -> Iterator[Edge]:
        """Make an edge out of every drawn row within reach."""
        diagram, reach = self.diagram, self.trace.reach
        earliest = 1 if reach is None else step - reach
        single = np.array([row for row in before if not isinstance(row, Fold) and row >= earliest], dtype=np.int64)
        sizes = dict(zip(single.tolist(), diagram.norms(step, single, self.norm).tolist(), strict=True))
        into, logs = _id(diagram.into, step), diagram.log_weights(step)

        def weight(steps: Steps) -> dict[str, float]:
            return {} if logs is None else {"weight": float(np.exp(logs[steps - 1]).sum())}

        for row in before:
            if isinstance(row, Fold):
                steps = np.arange(max(row.first, earliest), row.last + 1)
                if steps.size:
                    size, formula = diagram.joint_norm(step, steps, self.norm), diagram.joint_formula(step, steps)
                    yield Edge(row.name, into, formula, size, values=weight(steps))
            elif row in sizes:
                source, formula = _id(diagram.reads, row), diagram.formula(step, row)
                yield Edge(source, into, formula, sizes[row], values=weight(np.array([row])))


def _id(name: str, step: int) -> str:
    """Give the id of a node; with several layers it names the layer, counted from 0."""
    if name == "o":
        return f"out{step}"
    layer = _layer(name)
    return f"{name}{step}" if layer is None else f"{name[:-1]}{step}.l{layer}"


def _layer(name: str) -> int | None:
    """Read a layer, counted from 0, off the number behind a name; None without one."""
    return LAYER_DIGITS.index(name[-1]) - 1 if name[-1] in LAYER_DIGITS else None
