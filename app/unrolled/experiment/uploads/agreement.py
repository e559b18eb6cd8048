"""The query beside somebody's own arrays: their sizes are its sizes, and it must not contradict them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unrolled.errors import FieldError
from unrolled.experiment.uploads.messages import too_many_names
from unrolled.experiment.uploads.network import Roots, UploadedNetwork
from unrolled.experiment.uploads.shapes import FIRST, origin
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.query.types import MAX_HIDDEN, MAX_LENGTH

_ORIGINS = {
    "length": "inputs has this many rows",
    "hidden": f"{FIRST} has this many columns",
    "layers": "the weights have this many layers",
}


@dataclass(frozen=True)
class Asked:
    """The fields of the query beside somebody's own arrays.

    Attributes
    ----------
    fields : mapping
        Names and values, those that the arrays tell among them.
    unusable : frozenset of str
        The names of those that cannot be used, or are not known.
    """

    fields: Mapping[str, Any]
    unusable: frozenset[str]

    def part(self, *names: str) -> Query | None:
        """Give the query of some fields alone.

        Parameters
        ----------
        *names : str
            The fields.

        Returns
        -------
        Query or None
            With defaults for all others; None where one of the fields cannot be used.
        """
        if self.unusable.intersection(names):
            return None
        return Query.build({name: self.fields[name] for name in names if name in self.fields})


def own_query(values: Any, network: UploadedNetwork, roots: Roots, faults: list[FieldError]) -> Asked:
    """Read the query of a body.

    Parameters
    ----------
    values : mapping or None
        Names and values as they were given; the sizes may be left out.
    network : UploadedNetwork
        The arrays.
    roots : Roots
        How messages name the fields.
    faults : list of FieldError
        Takes what is wrong; no rule is applied that needs a field which is among them already.

    Returns
    -------
    Asked
        The fields with the sizes of the arrays.
    """
    given = {} if values is None else values
    if not isinstance(given, Mapping):
        faults.append(
            FieldError("query", f'query is {quoted(given)}; give an object of fields such as {{"gain": 1.2}}.')
        )
        return Asked({}, frozenset(Query.names()))
    if many := too_many_names(given, "query"):
        faults += many
        return Asked({}, frozenset(Query.names()))
    sizes = _sizes(network)
    fields = {str(name): value for name, value in given.items()} | sizes
    unsettled = _unsettled(network, sizes).union(fault.field for fault in faults)
    met = Query.faults(fields, unsettled)
    faults += [replace(fault, field=f"{roots.query}{fault.field}") for fault in met]
    for name, size in sizes.items():
        told = given.get(name, size)
        if isinstance(told, bool) or told not in (size, str(size)):
            faults.append(_contradiction(name, told, size, network, f"{roots.query}{name}"))
    return Asked(fields, frozenset(unsettled.union(fault.field for fault in met)))


def _unsettled(network: UploadedNetwork, sizes: Mapping[str, int | str]) -> set[str]:
    """Name the fields that arrays tell which could not be read: nothing can be held to them."""
    told = {"length"} if network.has_inputs else set()
    told |= {"model", "layers", "hidden"} if network.has_weights else set()
    return told.difference(sizes)


def _sizes(network: UploadedNetwork) -> dict[str, int | str]:
    """Give the fields of the query that the arrays tell."""
    sizes: dict[str, int | str] = {}
    if network.inputs is not None and network.inputs.ndim == 2 and 1 <= len(network.inputs) <= MAX_LENGTH:
        sizes["length"] = len(network.inputs)
    if network.sizes:
        sizes |= {"model": network.sizes.model, "layers": network.sizes.layers}
        # Too many units are told where the weights are.
        sizes |= {"hidden": network.sizes.hidden} if network.sizes.hidden <= MAX_HIDDEN else {}
    return sizes


def _contradiction(name: str, met: Any, size: int | str, network: UploadedNetwork, path: str) -> FieldError:
    """Say that a field is not what the arrays say."""
    if name == "model" and network.sizes:
        told = f"{origin(network.sizes)}; {path} is {quoted(met)}: leave model out or give {size}."
        return FieldError(path, told, (size,))
    told = f"{path} is {quoted(met)} but {_ORIGINS[name]}: {size}. Leave {name} out or give {size}."
    return FieldError(path, told, (size,))
