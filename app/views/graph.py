"""The unrolled graph, and the way the gradient takes through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.cache import Memo
from app.core.cost import Cost, carry_flops
from app.core.models import RECURRENT
from app.core.product import running_norms_back
from app.core.truncation import Truncation
from app.problem import CELL_FIELDS, FLOW_FIELDS, Problem
from app.runs import run, way
from app.sizes import size_of
from app.views.contract import Column, Payload, View
from app.views.derivative import Derivative, derivative
from app.views.graph_parts import Parts
from app.views.graph_plot import graph_figure
from app.views.numbers import finite
from app.views.path_cost import path_cost
from app.views.unrolled import Fold, unroll
from app.views.words import counted, power

_UPPER_BOUND = (
    "The norm of one factor, the thickness of its line, is only an upper bound of what it does to this gradient."
)


@dataclass(frozen=True)
class Graph:
    """The unrolled graph, long sequences folded.

    Attributes
    ----------
    nodes, edges : tuple of dict
        As the API gives them.
    t, k : int
        The chosen cell.
    log10_norm : float
        The size of the whole product.
    derivative : Derivative
        Of what, with respect to what.
    ends : int
        The step beyond which a truncation takes nothing back; k where it does not.
    """

    nodes: tuple[Payload, ...]
    edges: tuple[Payload, ...]
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
            "nodes": list(self.nodes),
            "edges": list(self.edges),
            "sentence": self.sentence(),
        }

    def sentence(self) -> str:
        """Say which way the gradient goes and what is left of it."""
        of, wrt = f"{self.derivative.of}_{self.t}", f"{self.derivative.wrt}_{self.k}"
        if of == wrt and self.derivative.layer == self.derivative.origin:
            return f"{of} is both ends: the path has no edge, and the product is the identity."
        factors = counted(self.t - self.k, "factor")
        way = f"On the way from {of} back to {wrt} the gradient is multiplied by {factors}"
        left = "is exactly zero" if self.log10_norm == -np.inf else f"has the size {power(self.log10_norm)}"
        cut = ""
        if self.ends > self.k:
            cut = f" The truncation ends the way at step {self.ends}, so the computed gradient has nothing of it."
        return f"{way}; the product {left}.{cut} {_UPPER_BOUND}"

    def columns(self) -> Mapping[str, Column]:
        """Give one row an edge; a size that does not apply is NaN."""

        def sizes(name: str) -> list[float]:
            return [np.nan if edge.get(name) is None else edge[name] for edge in self.edges]

        return {
            "source": [edge["source"] for edge in self.edges],
            "target": [edge["target"] for edge in self.edges],
            "log10_norm": sizes("log10_norm"),
            "on_path": [int(edge["on_path"]) for edge in self.edges],
            "log10_step": sizes("log10_step"),
            "log10_product": sizes("log10_product"),
            "log10_ratio": sizes("log10_ratio"),
            "cut": [int(edge["cut"]) for edge in self.edges],
        }

    def arrays(self) -> Mapping[str, npt.NDArray[Any]]:
        """Give the columns as arrays, and the ids of the nodes."""
        columns = {name: np.array(column) for name, column in self.columns().items()}
        return columns | {"node": np.array([node["id"] for node in self.nodes])}


def compute(problem: Problem, memo: Memo) -> Graph:
    """Build the graph and measure its edges.

    Parameters
    ----------
    problem : Problem
        What to draw; ``t`` and ``k`` choose the path.
    memo : Memo
        Remembers the run.

    Returns
    -------
    Graph
        The answer.
    """
    made, query, through = run(problem, memo), problem.query, way(problem, memo)
    t, k, asked = query.later, query.earlier, derivative(query)
    drawn = unroll(query.length, t, k)
    ends = sorted({k, t, *(step for part in drawn for step in _ends(part) if k <= step <= t)})
    sizes = running_norms_back(through, t, np.array(ends), query.norm)
    left = dict(zip(ends, sizes.tolist(), strict=True))
    cuts = frozenset(Truncation(query.truncation, query.window).cuts(t).tolist())
    parts = Parts(made, through, asked.layer, query.norm, t, k, left, cuts)
    return Graph(tuple(parts.nodes(drawn)), tuple(parts.edges(drawn)), t, k, left[k], asked, parts.ends)


def figure(result: Graph) -> Payload:
    """Draw the graph plainly; a page may draw it better from the data.

    Parameters
    ----------
    result : Graph
        The answer.

    Returns
    -------
    dict
        A Plotly figure; ``layout.meta`` has ``sentence``.
    """
    return graph_figure(result.nodes, result.edges, {"sentence": result.sentence()})


def cost(problem: Problem) -> Cost:
    """Estimate the work; folds are followed factor by factor as well, for their nodes and for their edges.

    Parameters
    ----------
    problem : Problem
        What would be drawn.

    Returns
    -------
    Cost
        Operations and bytes.
    """
    path, size = path_cost(problem, products=1, singular_values=False), size_of(problem)
    return Cost(path.flops + 2.0 * size.length * (size.called + carry_flops(size, size.state)), path.bytes)


def _ends(part: int | Fold) -> tuple[int, int]:
    """Give the states at both ends of what is drawn as one."""
    return (part - 1, part) if isinstance(part, int) else (part.first - 1, part.last)


VIEW = View(
    name="graph",
    label="Unrolled graph",
    question="Which way does the gradient take, and what is it multiplied by?",
    formula=r"\frac{\partial s_t}{\partial s_k}=\prod_{j=k+1}^{t}\frac{\partial s_j}{\partial s_{j-1}}",
    source="Werbos 1990, “Backpropagation through time: what it does and how to do it”",
    fields=FLOW_FIELDS | CELL_FIELDS | {"norm", "truncation", "window"},
    compute=compute,
    figure=figure,
    cost=cost,
    models=RECURRENT,
)
