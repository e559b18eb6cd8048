"""Reading a request without changing it silently: the pairs of the URL, and a body within a limit."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from unrolled.errors import FieldError, InvalidInput, NotSupported, TooLarge


def pairs(request: Request) -> list[tuple[str, str]]:
    """Read the names and values of the URL's query.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    list of (str, str)
        In the order given; empty values are kept.

    Raises
    ------
    InvalidInput
        When the percent-encoded bytes are no UTF-8 text.
    """
    query = request.scope["query_string"]
    try:
        return parse_qsl(query.decode("utf-8"), keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError as error:
        given = ascii(error.object[error.start : error.end])[2:-1]
        message = f"The query holds the bytes {given}, which are no UTF-8 text: encode the text as UTF-8, then as %XX."
        raise InvalidInput.of(FieldError("query", message)) from None


def media_type_of(request: Request, taken: Mapping[str, str]) -> str:
    """Tell the media type of a body.

    Parameters
    ----------
    request : Request
        The request.
    taken : mapping of str to str
        The media types that are read, with a word for what each is.

    Returns
    -------
    str
        One of them.

    Raises
    ------
    NotSupported
        The media type is another one; lists those that are read.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in taken:
        met = f"“{media_type[:60]}”" if media_type else "missing"
        known = "; ".join(f"{name} ({word})" for name, word in taken.items())
        raise NotSupported(f"The content type is {met}: send one of {known}.")
    return media_type


async def body_of(request: Request, limit: int) -> bytes:
    """Read the body of a request.

    Parameters
    ----------
    request : Request
        The request.
    limit : int
        Largest number of bytes that is read.

    Returns
    -------
    bytes
        The body.

    Raises
    ------
    TooLarge
        The body is longer than the limit; it is not read to its end.
    """
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
        raise InvalidInput("The connection ended before the body did.") from None
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The body may have {limit / 2**20:.4g} MiB: send fewer steps, a smaller network or a shorter recording, or "
        "raise UNROLLED_MAX_BODY_MIB where the server runs."
    )


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse a body that must be one JSON object.

    Parameters
    ----------
    body : bytes
        JSON text in UTF-8.

    Returns
    -------
    dict
        The object; NaN and Infinity are read as such, for whoever knows the name of the field to refuse.

    Raises
    ------
    InvalidInput
        It is no JSON, no object, or gives a name twice; says where.
    """
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidInput.of(FieldError("body", f"The body is not JSON: {error.msg} at {where}.")) from None
    except UnicodeDecodeError:
        raise InvalidInput.of(FieldError("body", "The body is not JSON: it is no UTF-8 text.")) from None
    except RecursionError:
        raise InvalidInput.of(
            FieldError("body", "The body is nested too deeply: a matrix is a list of lists.")
        ) from None
    except ValueError as error:
        raise InvalidInput.of(FieldError("body", f"The body cannot be read: {error}.")) from None
    if not isinstance(value, dict):
        raise InvalidInput.of(FieldError("body", 'The body must be a JSON object such as {"query": {}}.'))
    return value


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; each name may be given once."""
    made = dict(members)
    if len(made) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:60]}” is given more than once in one object")
    return made
