"""The unrolled graph of any model, and the path of the gradient through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from unrolled.core.cost.derivative import Cost, norm_flops, products_flops
from unrolled.core.feedforward.trace import DirectTrace
from unrolled.core.jacobians.product import running_norms_back
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import CELL_FIELDS, CHAIN_FIELDS, Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.product_cost import product_cost
from unrolled.experiment.run import chain_of, derivative_of, run
from unrolled.experiment.size import size_of
from unrolled.experiment.triangle import cells_cost
from unrolled.runtime.memo import Memo
from unrolled.views.contract.panel import PagePanel
from unrolled.views.contract.view import Column, Drawing, Payload, View, finite
from unrolled.views.graph.diagram import Diagram, mark_path, read_edges
from unrolled.views.graph.dot import dot
from unrolled.views.graph.feedforward import feedforward_graph
from unrolled.views.graph.figure import graph_figure
from unrolled.views.graph.folding import MOST_ROWS, Fold, unroll
from unrolled.views.graph.recurrent import RecurrentGraph, is_dense
from unrolled.views.graph.svg import svg
from unrolled.views.graph.text import MESSAGES, feedforward_sentence, graph_title, recurrent_sentence
from unrolled.views.text.derivative import Derivative, derivative

# A cell of many edges is as high as two or three rows, and its lines want to be thin.
_DENSE_ROWS, _THIN = 7, 0.5
# Rows of a folded sequence beyond those there is room for.
_EXTRA_ROWS = 8


@dataclass(frozen=True)
class UnrolledGraph:
    """The unrolled graph, long sequences folded, and log10 of the norm of the whole derivative of the chosen cell.

    ``path_end`` is the step beyond which a truncation takes nothing back; k where it does not.
    """

    diagram: Diagram
    t: int
    k: int
    log10_norm: float
    derivative: Derivative
    path_end: int
    is_hop: bool = False

    def payload(self) -> Payload:
        """Give the graph for JSON."""
        return {
            "t": self.t,
            "k": self.k,
            "log10_norm": finite(self.log10_norm),
            "nodes": [node.payload() for node in self.diagram.nodes],
            "edges": [edge.payload() for edge in self.diagram.edges],
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say which way the gradient goes and what is left of it."""
        if self.is_hop:
            return feedforward_sentence(self.t, self.k, self.log10_norm)
        return recurrent_sentence(self.derivative, self.t, self.k, self.log10_norm, self.path_end)

    def columns(self) -> Mapping[str, Column]:
        """Give one row an edge; a size that does not apply is NaN, an exact zero −inf."""
        edges = self.diagram.edges

        def column(name: str) -> list[float]:
            return [edge.values.get(name, np.nan) for edge in edges]

        return {
            "source": [edge.source for edge in edges],
            "target": [edge.target for edge in edges],
            "log10_norm": [edge.log10_norm for edge in edges],
            "on_path": [int(edge.on_path) for edge in edges],
            "log10_step": column("log10_step"),
            "log10_product": column("log10_product"),
            "log10_ratio": column("log10_ratio"),
            "cut": [int(edge.cut) for edge in edges],
            "weight": column("weight"),
            "formula": [edge.formula for edge in edges],
        }

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the columns as arrays, and the ids of the nodes."""
        columns = {name: np.array(column) for name, column in self.columns().items()}
        return columns | {"node": np.array([node.id for node in self.diagram.nodes])}


def compute(experiment: Experiment, memo: Memo) -> UnrolledGraph:
    """Build the graph and measure its edges; ``t`` and ``k`` choose the path."""
    return (_feedforward if derivative_of(experiment, memo).is_hop else _recurrent)(experiment, memo)


def _recurrent(experiment: Experiment, memo: Memo) -> UnrolledGraph:
    query, chain, symbols = experiment.query, chain_of(experiment, memo), derivative(experiment.query)
    t, k, has_many_edges = query.later, query.earlier, is_dense(chain)
    rows = unroll(query.length, t, k, _DENSE_ROWS if has_many_edges else MOST_ROWS)
    steps = sorted({k, t, *(step for row in rows for step in _ends(row) if k <= step <= t)})
    norms = running_norms_back(chain, t, np.array(steps), query.norm)
    products = dict(zip(steps, norms.tolist(), strict=True))
    cuts = frozenset(Truncation(query.truncation, query.window).cuts(t).tolist())
    graph = RecurrentGraph(run(experiment, memo), chain, symbols.origin, query.norm, t, k, products, cuts, tuple(rows))
    nodes, edges = graph.build()
    sources, targets = graph.sources(query.wrt), graph.targets(query.of)
    edges = mark_path(edges, sources, targets)
    step_of = {node.id: node.t for node in nodes}
    sizes = {step_of[edge.source]: edge.values["log10_product"] for edge in edges if "log10_product" in edge.values}
    title, thickness = graph_title(symbols, query), _THIN if has_many_edges else 1.0
    head = MESSAGES["product so far"]
    diagram = Diagram(nodes, edges, sources | targets, {t: products[t]} | sizes, head, title, thickness)
    return UnrolledGraph(diagram, t, k, products[k], symbols, graph.path_end)


def _feedforward(experiment: Experiment, memo: Memo) -> UnrolledGraph:
    query, trace = experiment.query, cast("DirectTrace", run(experiment, memo).trace)
    t, k, symbols = query.later, query.earlier, derivative(experiment.query)
    rows = unroll(query.length, t, k)
    nodes, edges = feedforward_graph(trace, sequence_of(experiment, memo).labels, rows, query.norm)
    steps = np.array([row for row in rows if not isinstance(row, Fold) and row <= t], dtype=np.int64)
    sizes = dict(zip(steps.tolist(), trace.log10_norms(t, steps, query.norm).tolist(), strict=True))
    sources, targets = frozenset({f"x{k}"}), frozenset({f"out{t}"})
    edges = mark_path(edges, sources, targets)
    # What reads other steps than its own has many edges.
    title, thickness = graph_title(symbols, query), 1.0 if trace.reach == 0 else _THIN
    head, read = MESSAGES["derivative so far"].format(t=t), read_edges(edges, targets)
    diagram = Diagram(nodes, edges, sources | targets, sizes, head, title, thickness, read)
    return UnrolledGraph(diagram, t, k, sizes[k], symbols, k, is_hop=True)


def _ends(row: int | Fold) -> tuple[int, int]:
    """Give the states at both ends of what is drawn as one."""
    return (row - 1, row) if isinstance(row, int) else (row.first - 1, row.last)


def figure(result: UnrolledGraph) -> Payload:
    """Draw the graph plainly; ``graph.svg`` is the drawing of the page."""
    return graph_figure(result.diagram, {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Count the work: the path, the folds, and the norms of the edges."""
    query, size = experiment.query, size_of(experiment)
    rows = min((_DENSE_ROWS if size.state and size.gates > 1 else MOST_ROWS) + _EXTRA_ROWS, query.length)
    norm = rows * norm_flops(size.hidden, size.hidden, query.norm)
    if not size.state:
        # A row of the triangle for each drawn step where they differ, and what is drawn of its layers.
        triangle = cells_cost(experiment, rows, rows=rows if size.key else 1)
        edges = norm * (size.layers - 1)
        return Cost(triangle.flops + edges, triangle.bytes + 8.0 * 6.0 * size.length * size.hidden)
    path = product_cost(experiment)
    # A cell has as many square matrices as gates whose norm differs from step to step.
    edges = norm * size.gates * size.joint
    # Folds are followed factor by factor: with respect to the whole state, and to each of its parts if it has several.
    parts = size.state // size.hidden
    folds = products_flops(size, size.length, *([size.state] if parts == 1 else [size.state, *[size.hidden] * parts]))
    return Cost(path.flops + edges + folds, path.bytes)


VIEW = View(
    name="graph",
    label="Unrolled graph",
    question="Which way does the gradient take, and what is it multiplied by?",
    formula=r"\frac{\partial s_t}{\partial s_k}=\prod_{j=k+1}^{t}\frac{\partial s_j}{\partial s_{j-1}}",
    source="Werbos 1990, “Backpropagation through time: what it does and how to do it”",
    fields=CHAIN_FIELDS | CELL_FIELDS | {"norm", "truncation", "window"},
    compute=compute,
    figure=figure,
    cost=cost,
    drawings=(
        Drawing("svg", "image/svg+xml", "the drawing", lambda result: svg(result.diagram, result.sentence())),
        Drawing("dot", "text/vnd.graphviz", "the graph for Graphviz", lambda result: dot(result.diagram)),
    ),
    panel=PagePanel(
        how="Time runs down, as in the triangle. The accented lines are those the gradient takes from step t back"
        " to step k; the thicker a line, the larger its local derivative. At the right stands what is left of"
        " the gradient: after every step of a chain, or at every input that an output sees directly.",
        row=0,
        column=1,
        instrument="graph",
        short="graph",
        left_out=False,
    ),
)
