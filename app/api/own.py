"""The body of a POST: a query and the caller's own network, as JSON or as a file of arrays."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.answers import Answers
from app.errors import FieldError, InvalidInput
from app.http.reading import body_of, media_type_of, pairs, parse_object
from app.own_network.files import Tensors, read_npz, read_safetensors
from app.own_network.reading import IN_FILE
from app.own_network.words import at_most, crowd
from app.problem import Problem
from app.query_faults import shown

MEMBERS = ("query", "weights", "inputs", "initial_state")
ASSERT = "assert"
_NPZ = "an NPZ of NumPy"
_SAFETENSORS = "safetensors"
MEDIA_TYPES: Mapping[str, str] = {
    "application/json": "JSON",
    "application/x-npz": _NPZ,
    "application/npz": _NPZ,
    "application/zip": _NPZ,
    "application/x-safetensors": _SAFETENSORS,
    "application/safetensors": _SAFETENSORS,
    "application/vnd.safetensors": _SAFETENSORS,
    "application/octet-stream": "either file, told apart by its first bytes",
}


@dataclass(frozen=True)
class Posted:
    """What a body holds: the ``problem``, and what is ``asserted`` of it in a JSON body."""

    problem: Problem
    asserted: tuple[Any, ...] = ()


async def posted(request: Request, answers: Answers) -> Posted:
    """Read the body of a request by its content type.

    Parameters
    ----------
    request : Request
        The request.
    answers : Answers
        Knows the largest body.

    Returns
    -------
    Posted
        The caller's network; without weights and inputs that of the query.

    Raises
    ------
    InvalidInput
        Lists what cannot be used.
    NotSupported
        The content type is none of ``MEDIA_TYPES``.
    TooLarge
        The body is longer than the limit.
    """
    limit = answers.settings.max_body_bytes
    media_type = media_type_of(request, MEDIA_TYPES)
    in_url = pairs(request)
    body = await body_of(request, limit)
    return await run_in_threadpool(own_problem, body, media_type, in_url, limit)


def own_problem(body: bytes, media_type: str, in_url: Sequence[tuple[str, str]], limit: int) -> Posted:
    """Read a body.

    Parameters
    ----------
    body : bytes
        JSON, or a file of arrays.
    media_type : str
        One of ``MEDIA_TYPES``.
    in_url : sequence of (str, str)
        The query of the URL, which belongs to a file; what is asserted is nobody's concern here.
    limit : int
        The largest body in bytes, which bounds what a file may unpack to.

    Returns
    -------
    Posted
        The caller's network; without weights and inputs that of the query.

    Raises
    ------
    InvalidInput
        Lists what cannot be used.
    """
    fields = [(name, value) for name, value in in_url if name != ASSERT]
    if media_type == "application/json":
        return _from_json(body, fields)
    kind = MEDIA_TYPES[media_type]
    is_npz = kind == _NPZ or (kind != _SAFETENSORS and body.startswith(b"PK"))
    return Posted(_from_tensors(read_npz(body, limit) if is_npz else read_safetensors(body), fields))


def _from_json(body: bytes, fields: Sequence[tuple[str, str]]) -> Posted:
    """Read the members of an object."""
    given = parse_object(body)
    faults = crowd(given, "body") or [_unknown(name) for name in given if name not in (*MEMBERS, ASSERT)]
    faults += [
        FieldError(name[:60], f"{shown(name)} is in the URL of a JSON body: put it into the member “query”.")
        for name in dict.fromkeys(name for name, _ in fields)
    ]
    asserted = given.get(ASSERT)
    if asserted is not None and not isinstance(asserted, list):
        message = f'assert is {shown(asserted)}; give a list such as ["horizon>=50"].'
        faults.append(FieldError(ASSERT, message))
    if faults:
        raise InvalidInput.of(*at_most(faults))
    query, weights, inputs, initial_state = (given.get(name) for name in MEMBERS)
    return Posted(Problem.own(query, weights, inputs, initial_state), tuple(asserted or ()))


def _from_tensors(tensors: Tensors, fields: Sequence[tuple[str, str]]) -> Problem:
    """Read the members of a file beside the query of the URL; as there, an empty value is none."""
    values: dict[str, str] = {}
    faults = []
    for name, value in fields:
        if name in values:
            faults.append(FieldError(name[:60], f"{shown(name)} is given more than once: give it once."))
        elif value or name == "text":
            values[name] = value
    if faults:
        raise InvalidInput.of(*at_most(faults))
    weights: dict[str, Any] = {name: array for name, array in tensors.items() if name not in ("inputs", "h", "c")}
    state = {name: tensors[name] for name in ("h", "c") if name in tensors}
    return Problem.own(values, weights or None, tensors.get("inputs"), state or None, IN_FILE)


def _unknown(name: str) -> FieldError:
    """Say which member was probably meant."""
    near = difflib.get_close_matches(name, MEMBERS, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    message = f"The body has no member {shown(name)}.{hint} Its members are {', '.join(MEMBERS)}."
    return FieldError(name[:60], message, MEMBERS)
