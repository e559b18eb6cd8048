"""Reading a request without changing it silently: the pairs of the URL, and a body within a limit."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from unrolled.errors import FieldError, InvalidInput, NotSupported, TooLarge

_NO_UTF8 = "The query holds the bytes {data}, which are no UTF-8 text: encode the text as UTF-8, then as %XX."
_WRONG_TYPE = "The content type is {media_type}: send one of {known}."
_BROKEN_OFF = "The connection ended before the body did."
_TOO_LARGE = (
    "The body may have {limit:.4g} MiB: send fewer steps, a smaller network or a shorter recording, or "
    "raise UNROLLED_MAX_BODY_MIB where the server runs."
)
_NO_JSON = "The body is not JSON: {fault} at line {line}, column {column}."
_NO_TEXT = "The body is not JSON: it is no UTF-8 text."
_TOO_DEEP = "The body is nested too deeply: a matrix is a list of lists."
_UNREADABLE = "The body cannot be read: {fault}."
_REPEATED_NAME = "“{name}” is given more than once in one object"
_NO_OBJECT = 'The body must be a JSON object such as {"query": {}}.'

_HOST = re.compile(r"([A-Za-z0-9](-*[A-Za-z0-9.])*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


def base_url(request: Request, public_url: str) -> str:
    """Give scheme and host for absolute links, as the operator has set them or the request names them.

    A host that cannot be one is not repeated.
    """
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{request.scope['scheme']}://{host}"


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """Read the names and values of the URL's query in order; raises `InvalidInput` for bytes that are no UTF-8."""
    query = request.scope["query_string"]
    try:
        return parse_qsl(query.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError as error:
        message = _NO_UTF8.format(data=ascii(error.object[error.start : error.end])[2:-1])
        raise InvalidInput.of(FieldError("query", message)) from None


def media_type_of(request: Request, readable: Mapping[str, str]) -> str:
    """Give the media type of a body; raises `NotSupported` for one that is not among the readable ones."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in readable:
        shown = f"“{media_type[:60]}”" if media_type else "missing"
        known = "; ".join(f"{name} ({kind})" for name, kind in readable.items())
        raise NotSupported(_WRONG_TYPE.format(media_type=shown, known=known))
    return media_type


async def read_body(request: Request, limit: int) -> bytes:
    """Read the body of a request; raises `TooLarge` above so many bytes, without reading it to its end."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect:
        raise InvalidInput(_BROKEN_OFF) from None
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(_TOO_LARGE.format(limit=limit / 2**20))


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse a body that must be one JSON object with each name once; raises `InvalidInput`.

    NaN and Infinity are read as such, for whoever knows the name of the field to refuse.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique_members)
    except json.JSONDecodeError as error:
        raise _invalid(_NO_JSON.format(fault=error.msg, line=error.lineno, column=error.colno)) from None
    except UnicodeDecodeError:
        raise _invalid(_NO_TEXT) from None
    except RecursionError:
        raise _invalid(_TOO_DEEP) from None
    except ValueError as error:
        raise _invalid(_UNREADABLE.format(fault=error)) from None
    if not isinstance(value, dict):
        raise _invalid(_NO_OBJECT)
    return value


def _invalid(message: str) -> InvalidInput:
    return InvalidInput.of(FieldError("body", message))


def _unique_members(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Put the members of an object together; each name may be given once."""
    value = dict(members)
    if len(value) < len(members):
        names = [name for name, _ in members]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(_REPEATED_NAME.format(name=repeated[:60]))
    return value
