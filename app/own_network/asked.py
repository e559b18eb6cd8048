"""The query beside somebody's own arrays: their sizes are its sizes, and it must not contradict them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.errors import FieldError, InvalidInput
from app.own_network.reading import OwnNetwork, Roots
from app.own_network.shapes import FIRST, origin
from app.own_network.words import crowd
from app.query import Query
from app.query_faults import shown
from app.query_types import MAX_LENGTH

_OF_LENGTH = {"t", "k", "from", "until", "since", "to"}
_OF_NETWORK = {"layer", "origin", "of", "wrt"}
_ORIGINS = {
    "length": "inputs has this many rows",
    "hidden": f"{FIRST} has this many columns",
    "layers": "the weights have this many layers",
}


def own_query(values: Any, network: OwnNetwork, roots: Roots, faults: list[FieldError]) -> Query | None:
    """Build the query of a body.

    Parameters
    ----------
    values : mapping or None
        Names and values as they were given; the sizes may be left out.
    network : OwnNetwork
        The arrays.
    roots : Roots
        How messages name the fields.
    faults : list of FieldError
        Takes what is wrong.

    Returns
    -------
    Query or None
        The query with the sizes of the arrays; None when it cannot be used.
    """
    given = {} if values is None else values
    if not isinstance(given, Mapping):
        faults.append(
            FieldError("query", f'query is {shown(given)}; give an object of fields such as {{"gain": 1.2}}.')
        )
        return None
    if many := crowd(given, "query"):
        faults += many
        return None
    sizes = _sizes(network)
    # What is chosen inside a sequence or a network that could not be read cannot be held to it.
    unsettled = _OF_LENGTH if faults and "length" not in sizes else set()
    unsettled = unsettled | (_OF_NETWORK if faults and "model" not in sizes else set())
    fields = {str(name): value for name, value in given.items() if name not in unsettled} | sizes
    try:
        query = Query.build(fields)
    except InvalidInput as error:
        faults += [replace(fault, field=f"{roots.query}{fault.field}") for fault in error.errors]
        query = None
    for name, size in sizes.items():
        met = given.get(name, size)
        if isinstance(met, bool) or met not in (size, str(size)):
            faults.append(_contradiction(name, met, size, network, f"{roots.query}{name}"))
    return query


def _sizes(network: OwnNetwork) -> dict[str, int | str]:
    """Give the fields of the query that the arrays tell."""
    sizes: dict[str, int | str] = {}
    if network.inputs is not None and network.inputs.ndim == 2 and 1 <= len(network.inputs) <= MAX_LENGTH:
        sizes["length"] = len(network.inputs)
    if network.sizes:
        sizes |= {"model": network.sizes.model, "layers": network.sizes.layers, "hidden": network.sizes.hidden}
    return sizes


def _contradiction(name: str, met: Any, size: int | str, network: OwnNetwork, path: str) -> FieldError:
    """Say that a field is not what the arrays say."""
    if name == "model" and network.sizes:
        told = f"{origin(network.sizes)}; {path} is {shown(met)}: leave model out or give {size}."
        return FieldError(path, told, (size,))
    told = f"{path} is {shown(met)} but {_ORIGINS[name]}: {size}. Leave {name} out or give {size}."
    return FieldError(path, told, (size,))
