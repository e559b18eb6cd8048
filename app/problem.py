"""What is to be computed: a query, and for somebody's own network its arrays."""

import hashlib
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import regex

from app.core.arrays import Array
from app.errors import FieldError, InvalidInput
from app.own_network import read_own
from app.query import Query
from app.query_faults import shown

NETWORK_FIELDS = frozenset(
    {"model", "activation", "length", "hidden", "init", "gain", "input", "amplitude", "text", "series", "seed"}
)
TRIANGLE_FIELDS = NETWORK_FIELDS | {"of", "wrt", "norm", "resolution"}


@dataclass(frozen=True, eq=False)
class Problem:
    """A query, with the arrays of somebody's own network where they were given.

    Attributes
    ----------
    query : Query
        What was asked for; ``length`` and ``hidden`` are those of the arrays.
    weights : mapping of str to array, optional
        Own parameters under PyTorch's names; drawn from the query when None.
    inputs : array of shape (T, D), optional
        Own sequence; made from the query when None.
    initial_state : array of shape (H,), optional
        Own h_0; zeros when None.
    digest : str
        Names the arrays in cache keys; empty without any.
    """

    query: Query
    weights: Mapping[str, Array] | None = None
    inputs: Array | None = None
    initial_state: Array | None = None
    digest: str = ""

    @classmethod
    def own(cls, values: Any, weights: Any = None, inputs: Any = None, initial_state: Any = None) -> "Problem":
        """Read the four members of a POST body, as ``json.loads`` gives them; an absent member is None.

        Parameters
        ----------
        values : mapping or None
            The member ``query``: names and values of the query; ``length`` and ``hidden`` follow from the arrays and
            may be left out.
        weights : mapping or None
            The member ``weights``: PyTorch's names to nested lists; H is the size of ``weight_hh_l0``. Drawn from the
            query when None.
        inputs : list or None
            The member ``inputs``: T rows of D numbers. Made from the query when None.
        initial_state : mapping or None
            The member ``initial_state``: ``{"h": [H numbers]}``.

        Returns
        -------
        Problem
            The problem; without any arrays the same as that of a GET.

        Raises
        ------
        InvalidInput
            Lists every fault of the query and of the arrays; a wrong shape with the one met and the one expected.
        """
        network = read_own(weights, inputs, initial_state)
        faults = list(network.faults)
        sizes: dict[str, int] = {}
        if network.inputs is not None and len(network.inputs):
            sizes["length"] = len(network.inputs)
        if network.weights is not None and "weight_hh_l0" in network.weights:
            sizes["hidden"] = len(network.weights["weight_hh_l0"])
        query = _own_query(values, sizes, faults)
        if query is not None and not faults:
            faults += _disagreements(query, network.weights, network.inputs, network.initial_state)
        if query is None or faults:
            raise InvalidInput.of(*faults)
        return cls(query, network.weights, network.inputs, network.initial_state, _digest(network.arrays()))

    def key(self, fields: Iterable[str]) -> Hashable:
        """Give a key that says everything an answer depends on.

        Parameters
        ----------
        fields : iterable of str
            Names of the query fields it depends on.

        Returns
        -------
        hashable
            Equal for problems whose answers are equal.
        """
        return (self.digest, *((name, getattr(self.query, name)) for name in sorted(fields)))

    def changed(self, **fields: Any) -> "Problem":
        """Change fields of the query, keeping own arrays; a shorter ``length`` cuts an own sequence.

        Parameters
        ----------
        **fields
            New values, as for `Query.changed`.

        Returns
        -------
        Problem
            The changed problem.
        """
        query = self.query.changed(**fields)
        inputs = None if self.inputs is None else self.inputs[: query.length]
        return replace(self, query=query, inputs=inputs)

    @cached_property
    def characters(self) -> tuple[str, ...]:
        """The text as a reader sees it: its grapheme clusters after composition (NFC)."""
        return tuple(regex.findall(r"\X", unicodedata.normalize("NFC", self.query.text)))

    @property
    def input_size(self) -> int:
        """D, the numbers that enter at each step; known before anything is computed."""
        if self.inputs is not None:
            return int(self.inputs.shape[1])
        return len(set(self.characters)) if self.query.input == "text" else 1


def _own_query(values: Any, sizes: Mapping[str, int], faults: list[FieldError]) -> Query | None:
    """Build the query of a body; its sizes are those of the arrays, and must not contradict them."""
    given = {} if values is None else values
    if not isinstance(given, Mapping):
        faults.append(
            FieldError("query", f'query is {shown(given)}; give an object of fields such as {{"gain": 1.2}}.')
        )
        return None
    unsettled = {"t", "k"} if faults else set()
    fields = {str(name): value for name, value in given.items() if name not in unsettled and name not in sizes}
    if not faults:
        # Otherwise a size may be beyond its limit, which was noted already.
        fields |= sizes
    try:
        query = Query.build(fields)
    except InvalidInput as error:
        faults += [replace(fault, field=f"query.{fault.field}") for fault in error.errors]
        return None
    for name, size in sizes.items():
        if name in given and given[name] not in (size, str(size)):
            origin = "inputs has this many rows" if name == "length" else "weight_hh_l0 has this many rows"
            message = f"query.{name} is {shown(given[name])} but {origin}: {size}. Leave {name} out or give {size}."
            faults.append(FieldError(f"query.{name}", message, (size,)))
    return query


def _disagreements(
    query: Query, weights: Mapping[str, Array] | None, inputs: Array | None, initial_state: Array | None
) -> list[FieldError]:
    """Compare own arrays with what the query provides in place of the others."""
    faults = []
    if weights is not None and inputs is None:
        have, need = Problem(query).input_size, weights["weight_ih_l0"].shape[1]
        if have != need:
            message = (
                f"weights.weight_ih_l0 takes {need} numbers a step but the input “{query.input}” gives {have}: "
                f"give inputs of shape (T, {need}), or a matrix with {have} columns."
            )
            faults.append(FieldError("weights.weight_ih_l0", message, (query.hidden, have)))
    if initial_state is not None and len(initial_state) != query.hidden:
        message = f"initial_state.h has shape ({len(initial_state)},); expected ({query.hidden},), the hidden size."
        faults.append(FieldError("initial_state.h", message, (query.hidden,)))
    return faults


def _digest(arrays: Mapping[str, Array]) -> str:
    """Name arrays by their content; empty for none."""
    if not arrays:
        return ""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].shape}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
