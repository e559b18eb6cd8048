"""What the drawing of a graph says: title, names of nodes and edges, and the path of the gradient in a sentence."""

import numpy as np

from unrolled.query.query import Query
from unrolled.views.graph.diagram import Edge, Node
from unrolled.views.text.derivative import Derivative
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import counted, power

MESSAGES = {
    "title": "Steps of the network ({model}); the path from {of} {t} back to {wrt} {k} is marked",
    "same end": "{end} is both ends: the path has no edge, and the product is the identity.",
    "product": (
        "On the way from {of} back to {wrt} the gradient is multiplied by {factors}; the product has the size {size}."
    ),
    "zero product": (
        "On the way from {of} back to {wrt} the gradient is multiplied by {factors}; the product is exactly zero."
    ),
    "within the same step": (
        "The way from {of} back to {wrt} goes within the step; the derivative has the size {size}."
    ),
    "no way within the step": "At the same step no way leads from {of} back to {wrt}: the derivative is exactly zero.",
    "cut": "The truncation ends the way at step {step}, so the computed gradient has nothing of it.",
    "upper bound": (
        "The norm of one factor, the thickness of its line, is only an upper bound of what it does to this gradient."
    ),
    "no edge": "No edge leads from x_{k} to o_{t}: the derivative is exactly zero.",
    "within the step": ("The way from o_{t} back to x_{k} goes within the step; the derivative has the size {size}."),
    "one hop": ("The way from o_{t} back to x_{k} goes over {steps} in one hop; the derivative has the size {size}."),
    "edge": "{formula}: size {size}",
    "weighted edge": "{formula}: size {size}, α = {weight:.3g}",
    "cut edge": "{formula}: size {size}; cut off by the truncation",
    "size": "{size}",
    "weighted size": "{size}, α = {weight:.3g}",
    "node": "{kind} {symbol}_{t}: length {size}",
    "fold": "… {steps:,} steps",
    "fold edge": "{derivative}: {factors:,} factors",
    "product so far": "product so far",
    "derivative so far": "∂o_{t}/∂x_k",
    "zero": "exactly 0",
    "zero factor": "× 0",
    "factor": "× {size}",
}
KINDS = {"preactivation": "pre-activation"}
HEADS = {
    "input": "input",
    "preactivation": "pre-activation",
    "gate": "gates",
    "candidate": "candidate",
    "cell": "cell",
    "state": "state",
    "hidden": "hidden",
    "embedding": "embedding",
    "mixture": "mixture",
    "output": "output",
}


def graph_title(derivative: Derivative, query: Query) -> str:
    """Name the drawing in one line."""
    model = query.row.label
    return MESSAGES["title"].format(model=model, of=derivative.of, t=query.later, wrt=derivative.wrt, k=query.earlier)


def recurrent_sentence(derivative: Derivative, t: int, k: int, log10_norm: float, path_end: int) -> Message:
    """Say which way the gradient goes through a recurrent model, and what is left of it.

    ``path_end`` is the step at which a truncation ends the path; k where none does.
    """
    of, wrt = derivative.ends(t, k)
    if of == wrt:
        return say(MESSAGES["same end"], end=of)
    if t == k:
        key = "no way within the step" if log10_norm == -np.inf else "within the same step"
        return say(MESSAGES[key], of=of, wrt=wrt, size=power(log10_norm))
    product = MESSAGES["zero product" if log10_norm == -np.inf else "product"]
    first = say(product, of=of, wrt=wrt, factors=counted(t - k, "factor"), size=power(log10_norm))
    return joined(first, say(MESSAGES["cut"], step=path_end) if path_end > k else "", MESSAGES["upper bound"])


def feedforward_sentence(t: int, k: int, log10_norm: float) -> Message:
    """Say how an output sees an input where nothing is carried from step to step."""
    if log10_norm == -np.inf:
        return say(MESSAGES["no edge"], t=t, k=k)
    message = MESSAGES["within the step" if t == k else "one hop"]
    return say(message, t=t, k=k, steps=counted(t - k, "step"), size=power(log10_norm))


def edge_title(edge: Edge) -> str:
    """Say the formula of an edge, its size, and what has happened to it."""
    name = "weighted edge" if "weight" in edge.values else "cut edge" if edge.cut else "edge"
    return MESSAGES[name].format(formula=edge.formula, size=power(edge.log10_norm), **edge.values)


def edge_size(edge: Edge) -> str:
    """Write the size of an edge, and the weight that attention gives it."""
    name = "weighted size" if "weight" in edge.values else "size"
    return MESSAGES[name].format(size=power(edge.log10_norm), **edge.values)


def node_title(node: Node) -> str:
    """Say what a node is and how long its vector; a fold has its label."""
    if node.is_fold:
        return node.label
    kind = KINDS.get(node.kind, node.kind)
    return MESSAGES["node"].format(kind=kind, symbol=node.symbol, t=node.t, size=power(node.log10_norm))


def size_text(log10_norm: float) -> str:
    """Write what is left of the gradient."""
    return MESSAGES["zero"] if log10_norm == -np.inf else power(log10_norm)


def factor_text(log10_ratio: float) -> str:
    """Write by how much a step changed it."""
    return MESSAGES["zero factor"] if log10_ratio == -np.inf else MESSAGES["factor"].format(size=power(log10_ratio))
