"""The graph of a recurrent model: its layers' cells, stamped at every drawn step and joined from step to step."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.local_norms import constant_norms, lengths
from unrolled.core.jacobians.product import log10_norms, product, step_norms
from unrolled.core.networks.diagrams.cell import LAYER_DIGITS
from unrolled.experiment.run import Run
from unrolled.views.graph.cells import MeasuredCell, measured
from unrolled.views.graph.diagram import Edge, Node
from unrolled.views.graph.folding import Fold, Rows
from unrolled.views.graph.text import MESSAGES

_INPUT, _FIRST, _NEXT = 64.0, 160.0, 96.0
_OUTPUT = 86.0
# A vanilla RNN has three, gated cells more than ten.
_FEW_EDGES = 4


def is_dense(chain: JacobianChain) -> bool:
    """Tell whether a cell has many edges, which want thin lines and as much height as two or three rows."""
    return any(len(layer.diagram(np.array([1])).edges) > _FEW_EDGES for layer in chain.layers)


@dataclass(frozen=True)
class RecurrentGraph:
    """One run, as it is drawn, with the path from step t back to step k.

    The layers of ``chain`` are drawn, the lowest of them ``bottom``, counted from 1. ``log10_products`` has
    log10 ‖P[t, j]‖ for every drawn j on the path, ``cuts`` the steps whose edges from the step before are cut off by
    a truncation.
    """

    run: Run
    chain: JacobianChain
    bottom: int
    norm: Norm
    t: int
    k: int
    log10_products: Mapping[int, float]
    cuts: frozenset[int]
    rows: Rows

    def build(self) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
        """Make all nodes and edges, in the order of time; the path is not marked yet."""
        left = np.cumsum([_FIRST, *(cell.diagram.width + _NEXT for cell in self.cells)]).tolist()
        fold_norms = {row.name: self.fold_norm(row) for row in self.rows if isinstance(row, Fold)}
        stamp = _Stamp(self, fold_norms, tuple(left))
        return tuple(stamp.nodes()), tuple(stamp.edges())

    @cached_property
    def cells(self) -> tuple[MeasuredCell, ...]:
        """The cells of all layers, the lowest first, at the drawn steps."""
        steps = np.array([row for row in self.rows if not isinstance(row, Fold)], dtype=np.int64)
        return tuple(measured(layer.diagram(steps), len(steps), self.norm) for layer in self.chain.layers)

    def fold_norm(self, fold: Fold, columns: slice | None = None) -> float:
        """Measure the product of all hidden factors, with respect to all of the state, or a part with the rest held."""
        state = slice(0, self.chain.state_size)
        part = state if columns is None else columns
        joint = replace(self.chain, rows=state, columns=part, readout=None, is_held=True)
        factors = product(joint, fold.last, fold.first - 1)
        return float(log10_norms(factors.matrix[None], self.norm)[0]) + factors.log10_scale

    @property
    def path_end(self) -> int:
        """The step at which the gradient of step t is cut off, if it is: the last cut on the way to k, else k."""
        return max((step for step in self.cuts if self.k < step <= self.t), default=self.k)

    def node_id(self, letter: str, step: int, layer: int) -> str:
        """Give the id of a node; with several layers drawn it names the layer, counted from 0."""
        return f"{letter}{step}" if len(self.chain.layers) == 1 else f"{letter}{step}.l{layer}"

    def sources(self, wrt: str) -> frozenset[str]:
        """Name the nodes of ``wrt`` at step k."""
        if wrt == "x":
            return frozenset({f"x{self.k}"})
        return frozenset(self.node_id(letter, self.k, self.bottom - 1) for letter in self._letters(wrt, 0))

    def targets(self, of: str) -> frozenset[str]:
        """Name the nodes of ``of`` at step t."""
        if of == "o":
            return frozenset({f"out{self.t}"})
        top = self.bottom + len(self.chain.layers) - 2
        return frozenset(self.node_id(letter, self.t, top) for letter in self._letters(of, -1))

    def _letters(self, part: str, index: int) -> tuple[str, ...]:
        return tuple(self.cells[index].initial) if part == "s" else (part,)


@dataclass(frozen=True)
class _Stamp:
    """Stamps the cells of all layers, the lowest first and each so far ``left``, at every drawn step."""

    graph: RecurrentGraph
    fold_norms: Mapping[str, float]
    left: tuple[float, ...]

    @property
    def cells(self) -> tuple[MeasuredCell, ...]:
        """The cells, the lowest first."""
        return self.graph.cells

    def nodes(self) -> Iterator[Node]:
        """Make the initial state, and then every step's nodes."""
        graph = self.graph
        for index, cell in enumerate(self.cells):
            for node in cell.diagram.nodes:
                if node.name in cell.initial:
                    yield self._node(index, node.name, node.kind, 0, cell.initial[node.name], node.x, node.y)
        for column, row in self._rows():
            if isinstance(row, Fold):
                yield self._fold_node(row)
                continue
            yield self._input_node(row)
            for index, cell in enumerate(self.cells):
                for node in cell.diagram.nodes:
                    size = float(cell.lengths[node.name][column])
                    yield self._node(index, node.name, node.kind, row, size, node.x, node.y)
            if graph.chain.readout is not None:
                outputs = graph.run.readout.outputs(graph.run.stack.layers[-1].h[row][None])
                size = float(lengths(outputs)[0])
                yield Node(f"out{row}", "output", "o", f"o_{row}", row, None, size, self.output_x, self.output_y)

    def edges(self) -> Iterator[Edge]:
        """Make every step's edges, and those into the folds."""
        before = {
            (index, name): self._id(name, 0, index) for index, cell in enumerate(self.cells) for name in cell.initial
        }
        for column, row in self._rows():
            if isinstance(row, Fold):
                yield from self._fold_edges(row, before)
                before = dict.fromkeys(before, row.name)
                continue
            yield from self._step_edges(column, row, before)
            before = {(index, name): self._id(name, row, index) for index, name in before}

    @property
    def output_x(self) -> float:
        """Where outputs stand."""
        return self.left[-1] - _NEXT + _OUTPUT

    @property
    def output_y(self) -> float:
        """How far below the middle of its row an output stands: beside the state it reads."""
        top = self.cells[-1].diagram
        return next(node.y for node in top.nodes if node.name == top.output)

    def _rows(self) -> Iterator[tuple[int, int | Fold]]:
        """Give what is drawn, and how many steps have been drawn before it: its place in the sizes of a cell."""
        column = 0
        for row in self.graph.rows:
            yield column, row
            column += not isinstance(row, Fold)

    def _step_edges(self, column: int, step: int, before: Mapping[tuple[int, str], str]) -> Iterator[Edge]:
        cut = step in self.graph.cuts
        for index, cell in enumerate(self.cells):
            for edge, norms in zip(cell.diagram.edges, cell.norms, strict=True):
                back = edge.is_back
                source = before[index, edge.source] if back else self._source_id(edge.source, step, index)
                has_factor = back and self._is_carrier(index, edge.source, edge.target)
                values = self._step_values(step, step) if has_factor else {}
                formula = self._formula(edge.formula, step, index)
                size = float(norms[column])
                target = self._id(edge.target, step, index)
                yield Edge(source, target, formula, size, cut=back and cut, values=values)
        if (readout := self.graph.chain.readout) is not None:
            size = float(constant_norms(readout, 1, self.graph.norm)[0])
            top = len(self.cells) - 1
            read = self.cells[top].diagram.output
            formula = self._formula(f"∂o_{{t}}/∂{read}_{{t}} = W_ho", step, top)
            yield Edge(self._id(read, step, top), f"out{step}", formula, size)

    def _fold_edges(self, fold: Fold, before: Mapping[tuple[int, str], str]) -> Iterator[Edge]:
        """Join the state before a fold to it: the derivative of all that comes out with respect to each part."""
        whole, start, graph = self.fold_norms[fold.name], 0, self.graph
        cut = any(fold.first <= step <= fold.last for step in graph.cuts)
        for index, cell in enumerate(self.cells):
            for name, state in cell.diagram.states.items():
                columns = slice(start, start + len(state))
                start = columns.stop
                size = whole if columns == slice(0, graph.chain.state_size) else graph.fold_norm(fold, columns)
                has_factor = self._is_carrier(index, name, None)
                values = self._step_values(fold.first, fold.last, whole) if has_factor else {}
                derivative = self._formula(f"∂s_{fold.last}/∂{name}_{fold.first - 1}", fold.first, index)
                formula = MESSAGES["fold edge"].format(derivative=derivative, factors=fold.count)
                yield Edge(before[index, name], fold.name, formula, size, cut=cut, values=values)

    def _is_carrier(self, index: int, source: str, target: str | None) -> bool:
        """Tell whether the factor of a step stands beside this edge: the top layer's carrier."""
        carrier = self.cells[-1].diagram.carrier
        if carrier is None or index < len(self.cells) - 1:
            return False
        return source == carrier[0] and target in (None, carrier[1])

    def _step_values(self, first: int, last: int, log10_step: float | None = None) -> dict[str, float]:
        """Give the factor of a step or a fold, and on the path what is left behind it and how much it changed that.

        What changes nothing any more, because the product is zero already, has no ratio.
        """
        graph = self.graph
        if log10_step is None:
            log10_step = float(step_norms(graph.chain, np.array([first]), graph.norm)[0])
        values = {"log10_step": log10_step}
        if graph.k < first <= graph.t and (first > graph.path_end or graph.path_end == graph.k):
            before, after = graph.log10_products[last], graph.log10_products[first - 1]
            values["log10_product"] = after
            if before != -np.inf:
                values["log10_ratio"] = after - before
        return values

    def _fold_node(self, fold: Fold) -> Node:
        top = self.cells[-1].diagram
        x = self.left[len(self.cells) - 1] + float(np.mean([node.x for node in top.nodes if node.name in top.states]))
        layer = self.graph.bottom + len(self.cells) - 2
        label, size = MESSAGES["fold"].format(steps=fold.count), self.fold_norms[fold.name]
        return Node(fold.name, "fold", "", label, fold.first, layer, size, x, t_last=fold.last)

    def _input_node(self, step: int) -> Node:
        """Make the node of what enters the lowest layer: an input, or the output of the layer below."""
        graph = self.graph
        vector: Array = graph.chain.inputs[step - 1][None]
        is_input = graph.bottom == 1
        symbol = "x" if is_input else self._symbol("h", graph.bottom - 1)
        label = graph.run.sequence.labels[step - 1] if is_input else f"{symbol}_{step}"
        layer = None if is_input else graph.bottom - 2
        return Node(f"x{step}", "input", symbol, label, step, layer, float(lengths(vector)[0]), _INPUT)

    def _node(self, index: int, letter: str, kind: str, step: int, size: float, x: float, y: float) -> Node:
        layer = self.graph.bottom + index
        symbol = self._symbol(letter, layer)
        name, label = self._id(letter, step, index), f"{symbol}_{step}"
        return Node(name, kind, symbol, label, step, layer - 1, size, self.left[index] + x, y)

    def _id(self, letter: str, step: int, index: int) -> str:
        return self.graph.node_id(letter, step, self.graph.bottom + index - 1)

    def _source_id(self, letter: str, step: int, index: int) -> str:
        """Name a source at the same step: of x, above the lowest layer, the output of the layer below."""
        if letter != "x":
            return self._id(letter, step, index)
        return f"x{step}" if index == 0 else self._id(self.cells[index - 1].diagram.output, step, index - 1)

    def _symbol(self, letter: str, layer: int) -> str:
        """Add the layer's number to a letter in a network of several."""
        return letter + (LAYER_DIGITS[layer] if self.graph.run.network.layers > 1 else "")

    def _formula(self, formula: str, step: int, index: int) -> str:
        """Write a formula for one step and layer."""
        text = formula.replace("{t}", str(step)).replace("{s}", str(step - 1))
        layer = self.graph.bottom + index
        if layer > 1:
            text = text.replace("x_", self._symbol("h", layer - 1) + "_")
        if self.graph.run.network.layers == 1:
            return text
        return re.sub(r"([a-wyzWU])_", rf"\g<1>{LAYER_DIGITS[layer]}_", text)
