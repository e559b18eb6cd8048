"""The rules between the fields of a query: each gives every fault, with the way out."""

from collections.abc import Iterator
from typing import Any

from app.core.models import MODELS
from app.errors import FieldError


def cell_faults(query: Any) -> Iterator[FieldError]:
    """Hold the chosen cell to the sequence and to the triangle.

    Parameters
    ----------
    query : Query
        What was asked for.

    Yields
    ------
    FieldError
        A fault.
    """
    if query.later > query.length:
        message = f"t is {query.t} but the sequence ends at {query.length}: lower t or raise length."
        yield FieldError("t", message, (1, query.length))
    if query.earlier > query.later:
        message = f"k is {query.earlier} but must not come after t = {query.later}: lower k or raise t."
        yield FieldError("k", message, (1, query.later))


def window_faults(query: Any) -> Iterator[FieldError]:
    """Hold the window to the sequence, and its rows and columns to the window.

    Parameters
    ----------
    query : Query
        What was asked for.

    Yields
    ------
    FieldError
        A fault.
    """
    first, until, since, last = query.window
    if last > query.length:
        message = f"to is {last} but the sequence ends at {query.length}: lower to or raise length."
        yield FieldError("to", message, (1, query.length))
    if first > last:
        message = f"from is {first} but must not come after to = {last}: lower from or raise to."
        yield FieldError("from", message, (1, last))
        return
    for name, value in (("until", until), ("since", since)):
        if not first <= value <= last:
            message = f"{name} is {value}; it must lie in the window, from {first} to {last}."
            yield FieldError(name, message, (first, last))


def model_faults(query: Any) -> Iterator[FieldError]:
    """Hold the choice of states and layers to the model.

    Parameters
    ----------
    query : Query
        What was asked for.

    Yields
    ------
    FieldError
        A fault.
    """
    states = MODELS[query.model].states
    for name in ("of", "wrt"):
        if query.value(name) == "c" and "c" not in states:
            message = (
                f"{name} is c, the cell of an LSTM, but the model is {query.model}: choose model=lstm or {name}=h."
            )
            yield FieldError(name, message, (*states, "s"))
    layer = query.layers if query.layer is None else query.layer
    if layer > query.layers:
        message = f"layer is {layer} but the network has {query.layers}: lower layer or raise layers."
        yield FieldError("layer", message, (1, query.layers))
    elif query.origin is not None and query.origin > layer:
        message = (
            f"origin is {query.origin}, above layer {layer}, which does not depend on it: lower origin to {layer}."
        )
        yield FieldError("origin", message, (1, layer))
    if query.chrono is not None and query.forget_bias is not None:
        message = "chrono and forget_bias set the same biases: leave one of them out."
        yield FieldError("chrono", message)
