"""The unrolled graph of any model, and the way the gradient takes through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.core.cost.recurrent import Cost
from unrolled.core.jacobians.product import running_norms_back
from unrolled.core.jacobians.truncation import Truncation
from unrolled.experiment.experiment import CELL_FIELDS, CHAIN_FIELDS, Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.run import chain_of, direct_run, run
from unrolled.runtime.memo import Memo
from unrolled.views.contract.payload import Column, Payload, finite
from unrolled.views.contract.view import Drawing, View
from unrolled.views.graph.dot import dot
from unrolled.views.graph.feedforward import fan
from unrolled.views.graph.figure import graph_figure
from unrolled.views.graph.folding import WHOLE, Fold, unroll
from unrolled.views.graph.picture import Picture
from unrolled.views.graph.recurrent import Chain, Drawn
from unrolled.views.graph.route import read_by, routed
from unrolled.views.graph.svg import svg
from unrolled.views.graph.text import alone, chained, titled
from unrolled.views.graph.work import graph_cost
from unrolled.views.text.derivative import Derivative, derivative

# A gated cell is as high as two or three rows, and has eight times as many edges.
_GATED_ROWS = 7


@dataclass(frozen=True)
class Graph:
    """The unrolled graph, long sequences folded.

    Attributes
    ----------
    picture : Picture
        Nodes, edges and the path.
    t, k : int
        The chosen cell.
    log10_norm : float
        The size of the whole derivative.
    derivative : Derivative
        Of what, with respect to what.
    ends : int
        The step beyond which a truncation takes nothing back; k where it does not.
    """

    picture: Picture
    t: int
    k: int
    log10_norm: float
    derivative: Derivative
    ends: int

    def payload(self) -> Payload:
        """Give the graph for JSON."""
        return {
            "t": self.t,
            "k": self.k,
            "log10_norm": finite(self.log10_norm),
            "nodes": [node.payload() for node in self.picture.nodes],
            "edges": [edge.payload() for edge in self.picture.edges],
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say which way the gradient goes and what is left of it."""
        if self.derivative.is_direct:
            return alone(self.t, self.k, self.log10_norm)
        return chained(self.derivative, self.t, self.k, self.log10_norm, self.ends)

    def columns(self) -> Mapping[str, Column]:
        """Give one row an edge; a size that does not apply is NaN, an exact zero −inf."""
        edges = self.picture.edges

        def told(name: str) -> list[float]:
            return [edge.told.get(name, np.nan) for edge in edges]

        return {
            "source": [edge.source for edge in edges],
            "target": [edge.target for edge in edges],
            "log10_norm": [edge.log10_norm for edge in edges],
            "on_path": [int(edge.on_path) for edge in edges],
            "log10_step": told("log10_step"),
            "log10_product": told("log10_product"),
            "log10_ratio": told("log10_ratio"),
            "cut": [int(edge.cut) for edge in edges],
            "weight": told("weight"),
            "formula": [edge.formula for edge in edges],
        }

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the columns as arrays, and the ids of the nodes."""
        columns = {name: np.array(column) for name, column in self.columns().items()}
        return columns | {"node": np.array([node.id for node in self.picture.nodes])}


def compute(experiment: Experiment, memo: Memo) -> Graph:
    """Build the graph and measure its edges.

    Parameters
    ----------
    problem : Experiment
        What to draw; ``t`` and ``k`` choose the path.
    memo : Memo
        Remembers the run.

    Returns
    -------
    Graph
        The answer.
    """
    query = experiment.query
    return (_fan if query.is_direct else _chain)(
        experiment, memo, unroll(query.length, query.later, query.earlier, rows_of(experiment))
    )


def rows_of(experiment: Experiment) -> int:
    """Tell how many rows there is room for."""
    return WHOLE if experiment.query.is_direct or experiment.query.model == "rnn" else _GATED_ROWS


def _chain(experiment: Experiment, memo: Memo, drawn: Drawn) -> Graph:
    """Draw a recurrent model."""
    query, through, asked = experiment.query, chain_of(experiment, memo), derivative(experiment.query)
    t, k = query.later, query.earlier
    steps = sorted({k, t, *(step for part in drawn for step in _ends(part) if k <= step <= t)})
    sizes = running_norms_back(through, t, np.array(steps), query.norm)
    left = dict(zip(steps, sizes.tolist(), strict=True))
    cuts = frozenset(Truncation(query.truncation, query.window).cuts(t).tolist())
    chain = Chain(run(experiment, memo), through, asked.origin, query.norm, t, k, left, cuts, tuple(drawn))
    nodes, edges = chain.made()
    sources, targets = chain.source(query.wrt), chain.target(query.of)
    edges = routed(edges, sources, targets)
    stands = {node.id: node.t for node in nodes}
    beside = {stands[edge.source]: edge.told["log10_product"] for edge in edges if "log10_product" in edge.told}
    title, thick = titled(asked, query), _weight(experiment)
    picture = Picture(nodes, edges, sources | targets, {t: left[t]} | beside, "product so far", title, thick)
    return Graph(picture, t, k, left[k], asked, chain.ends)


def _fan(experiment: Experiment, memo: Memo, drawn: Drawn) -> Graph:
    """Draw a model without recurrence."""
    query, trace = experiment.query, direct_run(experiment, memo)
    t, k, asked = query.later, query.earlier, derivative(experiment.query)
    nodes, edges = fan(trace, sequence_of(experiment, memo).labels, drawn, query.norm)
    steps = np.array([part for part in drawn if not isinstance(part, Fold) and part <= t], dtype=np.int64)
    left = dict(zip(steps.tolist(), trace.log10_norms(t, steps, query.norm).tolist(), strict=True))
    sources, targets = frozenset({f"x{k}"}), frozenset({f"out{t}"})
    edges = routed(edges, sources, targets)
    title, thick = titled(asked, query), _weight(experiment)
    picture = Picture(nodes, edges, sources | targets, left, f"∂o_{t}/∂x_k", title, thick, read_by(edges, targets))
    return Graph(picture, t, k, left[k], asked, k)


def _weight(experiment: Experiment) -> float:
    """Tell how thick the lines are: many of them want to be thin."""
    return 1.0 if experiment.query.model in ("rnn", "mlp") else 0.5


def figure(result: Graph) -> Payload:
    """Draw the graph plainly; ``graph.svg`` is the drawing of the page.

    Parameters
    ----------
    result : Graph
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``.
    """
    return graph_figure(result.picture, {"sentence": result.sentence()})


def cost(experiment: Experiment) -> Cost:
    """Estimate the work.

    Parameters
    ----------
    problem : Experiment
        What would be drawn.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    return graph_cost(experiment, rows_of(experiment))


def _ends(part: int | Fold) -> tuple[int, int]:
    """Give the states at both ends of what is drawn as one."""
    return (part - 1, part) if isinstance(part, int) else (part.first - 1, part.last)


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
        Drawing("svg", "image/svg+xml", "the drawing", lambda result: svg(result.picture, result.sentence())),
        Drawing("dot", "text/vnd.graphviz", "the graph for Graphviz", lambda result: dot(result.picture)),
    ),
)
