"""The body of a POST: a query and the caller's own network, as JSON or as a file of arrays, or a recording."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.uploads.archives import Tensors, is_zip, read_npz, read_safetensors
from unrolled.experiment.uploads.messages import too_many_names
from unrolled.experiment.uploads.network import IN_FILE
from unrolled.experiment.uploads.wav import is_wav, read_wav
from unrolled.query.messages import quoted
from unrolled.query.query import single_values
from unrolled.service.answers import Answers
from unrolled.web.http.requests import media_type_of, parse_object, query_pairs, read_body

_QUERY_IN_URL = "{name} is in the URL of a JSON body: put it into the member “query”."
_BAD_ASSERT = 'assert is {value}; give a list such as ["horizon>=50"].'
_UNKNOWN_MEMBER = "The body has no member {name}.{hint} Its members are {known}."

MEMBERS = ("query", "weights", "inputs", "initial_state")
ASSERT = "assert"
_NPZ = "an NPZ of NumPy"
_SAFETENSORS = "safetensors"
_WAV = "a WAV"
MEDIA_TYPES: Mapping[str, str] = {
    "application/json": "JSON",
    "application/x-npz": _NPZ,
    "application/npz": _NPZ,
    "application/zip": _NPZ,
    "application/x-safetensors": _SAFETENSORS,
    "application/safetensors": _SAFETENSORS,
    "application/vnd.safetensors": _SAFETENSORS,
    "audio/wav": _WAV,
    "audio/x-wav": _WAV,
    "audio/wave": _WAV,
    "audio/vnd.wave": _WAV,
    "application/octet-stream": "any of these files, told apart by its first bytes",
}


@dataclass(frozen=True)
class Posted:
    """What a body holds: a network, or everything that is wrong with it, and what a JSON body asserts of it."""

    asserted: tuple[Any, ...]
    outcome: Experiment | InvalidInput

    @property
    def experiment(self) -> Experiment:
        """The network; raises what is wrong with it."""
        if isinstance(self.outcome, InvalidInput):
            raise self.outcome
        return self.outcome


async def read_posted(request: Request, answers: Answers) -> Posted:
    """Read the body of a request by its content type.

    Raises `NotSupported` for one that is none of ``MEDIA_TYPES``, `TooLarge` for a body above the limit.
    """
    limit = answers.settings.max_body_bytes
    media_type = media_type_of(request, MEDIA_TYPES)
    in_url = query_pairs(request)
    body = await read_body(request, limit)
    return await run_in_threadpool(parse_posted, body, media_type, in_url, limit)


def parse_posted(body: bytes, media_type: str, in_url: Sequence[tuple[str, str]], limit: int) -> Posted:
    """Read a body of one of ``MEDIA_TYPES``; a file may unpack to so many bytes as the limit has.

    Without weights and inputs the network is that of the query, which stands in the URL of a file.
    """
    fields = [(name, value) for name, value in in_url if name != ASSERT]
    asserted: tuple[Any, ...] = ()
    try:
        if media_type == "application/json":
            members = parse_object(body)
            asserted = tuple(members[ASSERT]) if isinstance(members.get(ASSERT), list) else ()
            return Posted(asserted, _from_json(members, fields))
        kind = MEDIA_TYPES[media_type]
        if kind == _WAV or (kind not in (_NPZ, _SAFETENSORS) and is_wav(body)):
            return Posted(asserted, _from_wav(body, fields, limit))
        is_npz = kind == _NPZ or (kind != _SAFETENSORS and is_zip(body))
        return Posted(asserted, _from_tensors((read_npz if is_npz else read_safetensors)(body, limit), fields))
    except InvalidInput as error:
        return Posted(asserted, error)


def _from_json(members: Mapping[str, Any], fields: Sequence[tuple[str, str]]) -> Experiment:
    if many := too_many_names(members, "body"):
        raise InvalidInput.of(*many)
    faults = [_unknown(name) for name in members if name not in (*MEMBERS, ASSERT)]
    faults += [
        FieldError(name[:60], _QUERY_IN_URL.format(name=quoted(name)))
        for name in dict.fromkeys(name for name, _ in fields)
    ]
    asserted = members.get(ASSERT)
    if asserted is not None and not isinstance(asserted, list):
        faults.append(FieldError(ASSERT, _BAD_ASSERT.format(value=quoted(asserted))))
    query, weights, inputs, initial_state = (members.get(name) for name in MEMBERS)
    return Experiment.of_arrays(query, weights, inputs, initial_state, refused=faults)


def _from_tensors(tensors: Tensors, fields: Sequence[tuple[str, str]]) -> Experiment:
    """Read the members of a file beside the query of the URL; as there, an empty value is none."""
    values, repeated = single_values(fields)
    weights: dict[str, Any] = {name: array for name, array in tensors.items() if name not in ("inputs", "h", "c")}
    state = {name: tensors[name] for name in ("h", "c") if name in tensors}
    return Experiment.of_arrays(values, weights or None, tensors.get("inputs"), state or None, IN_FILE, repeated)


def _from_wav(body: bytes, fields: Sequence[tuple[str, str]], limit: int) -> Experiment:
    """Read a recording beside the query of the URL; faults of both are listed together."""
    values, faults = single_values(fields)
    recording = None
    try:
        recording = read_wav(body, limit)
    except InvalidInput as error:
        faults = [*error.errors, *faults]
    return Experiment.of_recording(values, recording, faults)


def _unknown(name: str) -> FieldError:
    """Say which member was probably meant."""
    near = difflib.get_close_matches(name, MEMBERS, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    message = _UNKNOWN_MEMBER.format(name=quoted(name), hint=hint, known=", ".join(MEMBERS))
    return FieldError(name[:60], message, MEMBERS)
