"""The query beside somebody's own arrays: their sizes are its sizes, and it must not contradict them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from unrolled.core.models import MODELS
from unrolled.errors import FieldError
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault, number_text, shape_text, too_many_names
from unrolled.experiment.uploads.network import Roots, UploadedNetwork
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.query.types import MAX_HIDDEN, MAX_LENGTH


@dataclass(frozen=True)
class QueryFields:
    """The fields of a query, those that the arrays tell among them, and the names of those that cannot be used."""

    fields: Mapping[str, Any]
    unusable: frozenset[str]

    def part(self, *names: str) -> Query | None:
        """Give the query of some fields alone, or None where one of them cannot be used."""
        if self.unusable.intersection(names):
            return None
        return Query.build({name: self.fields[name] for name in names if name in self.fields})


def read_query(query: Any, network: UploadedNetwork, roots: Roots, faults: list[FieldError]) -> QueryFields:
    """Read the query of a body, with the sizes of the arrays, which it may leave out.

    What is wrong is added to ``faults``; no rule judges a field that is among them already.
    """
    values = {} if query is None else query
    if not isinstance(values, Mapping):
        faults.append(fault("query", messages.QUERY_NOT_OBJECT, value=quoted(values)))
        return QueryFields({}, frozenset(Query.names()))
    if refusal := too_many_names(values, "query"):
        faults += refusal
        return QueryFields({}, frozenset(Query.names()))
    sizes = _sizes(network)
    fields = {str(name): value for name, value in values.items()} | sizes
    unknown = _unknown_sizes(network, sizes).union(found.field for found in faults)
    query_faults = Query.faults(fields, unknown)
    faults += [replace(found, field=f"{roots.query}{found.field}") for found in query_faults]
    for name, size in sizes.items():
        value = values.get(name, size)
        if isinstance(value, bool) or value not in (size, str(size)):
            faults.append(_contradiction(name, value, size, network, f"{roots.query}{name}"))
    return QueryFields(fields, frozenset(unknown.union(found.field for found in query_faults)))


def _unknown_sizes(network: UploadedNetwork, sizes: Mapping[str, int | str]) -> set[str]:
    """Name the fields that arrays tell which could not be read: nothing can be held to them."""
    names = {"length"} if network.has_inputs else set()
    names |= {"model", "layers", "hidden"} if network.has_weights else set()
    return names.difference(sizes)


def _sizes(network: UploadedNetwork) -> dict[str, int | str]:
    """Give the fields of the query that the arrays tell."""
    sizes: dict[str, int | str] = {}
    if network.inputs is not None and network.inputs.ndim == 2 and 1 <= len(network.inputs) <= MAX_LENGTH:
        sizes["length"] = len(network.inputs)
    if network.sizes:
        sizes |= {"model": network.sizes.model, "layers": network.sizes.layers}
        # Too many units are a fault of the weights.
        sizes |= {"hidden": network.sizes.hidden} if network.sizes.hidden <= MAX_HIDDEN else {}
    return sizes


def _contradiction(name: str, value: Any, size: int | str, network: UploadedNetwork, path: str) -> FieldError:
    """Say that a field is not what the arrays say."""
    if name != "model" or not network.sizes:
        return fault(path, messages.CONTRADICTIONS[name], (size,), value=quoted(value), size=size)
    hidden, gates = network.sizes.hidden, len(MODELS[network.sizes.model].gates)
    return fault(
        path,
        messages.OTHER_MODEL.of(gates),
        (size,),
        shape=shape_text((gates * hidden, hidden)),
        blocks=number_text(gates),
        hidden=hidden,
        model=MODELS[network.sizes.model].words.named,
        value=quoted(value),
        size=size,
    )
