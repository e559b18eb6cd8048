"""What the drawing of a graph says: its title, and the way of the gradient in a sentence."""

import numpy as np

from unrolled.core.networks.registry import EVERY_MODEL
from unrolled.query.query import Query
from unrolled.views.text.derivative import Derivative
from unrolled.views.text.numbers import counted, power

_UPPER_BOUND = (
    "The norm of one factor, the thickness of its line, is only an upper bound of what it does to this gradient."
)


def titled(asked: Derivative, query: Query) -> str:
    """Name the drawing.

    Parameters
    ----------
    asked : Derivative
        What is looked at.
    query : Query
        The network and the cell.

    Returns
    -------
    str
        One line.
    """
    ends = f"{asked.of} {query.later} back to {asked.wrt} {query.earlier}"
    return f"Steps of the network ({EVERY_MODEL[query.model].label}); the path from {ends} is marked"


def chained(asked: Derivative, t: int, k: int, log10_norm: float, ends: int) -> str:
    """Say which way the gradient goes through a recurrent model, and what is left of it.

    Parameters
    ----------
    asked : Derivative
        What is looked at.
    t, k : int
        The chosen cell.
    log10_norm : float
        The size of the whole product.
    ends : int
        The step at which a truncation ends the way; k where it does not.

    Returns
    -------
    str
        Two or three sentences.
    """
    of, wrt = f"{asked.of}_{t}", f"{asked.wrt}_{k}"
    if of == wrt and asked.layer == asked.origin:
        return f"{of} is both ends: the path has no edge, and the product is the identity."
    way = f"On the way from {of} back to {wrt} the gradient is multiplied by {counted(t - k, 'factor')}"
    cut = ""
    if ends > k:
        cut = f" The truncation ends the way at step {ends}, so the computed gradient has nothing of it."
    return f"{way}; the product {_left(log10_norm)}.{cut} {_UPPER_BOUND}"


def alone(t: int, k: int, log10_norm: float) -> str:
    """Say how an output sees an input where nothing is carried from step to step.

    Parameters
    ----------
    t, k : int
        The chosen cell.
    log10_norm : float
        The size of ∂o_t/∂x_k.

    Returns
    -------
    str
        One sentence or two.
    """
    if log10_norm == -np.inf:
        return f"No edge leads from x_{k} to o_{t}: the derivative is exactly zero."
    here = "within the step" if t == k else f"over {counted(t - k, 'step')} in one hop"
    return f"The way from o_{t} back to x_{k} goes {here}; the derivative {_left(log10_norm)}."


def _left(log10_norm: float) -> str:
    return "is exactly zero" if log10_norm == -np.inf else f"has the size {power(log10_norm)}"
