"""What answers are made of: JSON, an ETag and the 304 it allows (RFC 9110, section 13), problem+json (RFC 9457)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi.sse import format_sse_event
from pydantic_core import to_json as _to_json
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import Busy, NotAllowed, UnrolledError

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
REVALIDATE = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"


def to_json(value: Any) -> bytes:
    """Write a value as JSON; a number that is not finite becomes null."""
    return _to_json(value, inf_nan_mode="null")


def to_script(value: Any) -> str:
    """Write a value as JSON that may stand inside ``<script type="application/json">``: nothing can end the element."""
    text = to_json(value).decode()
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def to_event(name: str, data: Any) -> bytes:
    """Write a server-sent event whose data are JSON."""
    return format_sse_event(event=name, data_str=to_json(data).decode())


def weak_etag(*parts: object) -> str:
    """Digest what determines an answer: fingerprint, representation and query, into ``W/"d41d8cd98f00b204"``.

    The tag is weak because the same answer may be sent in several encodings.
    """
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def client_has(request: Request, etag: str) -> bool:
    """Tell whether the client says that it holds this answer."""
    if request.method not in ("GET", "HEAD"):
        return False
    tags = [tag.strip() for value in request.headers.getlist("if-none-match") for tag in value.split(",")]
    return "*" in tags or etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in tags]


def not_modified(etag: str, headers: Mapping[str, str]) -> Response:
    """Answer that nothing has changed."""
    repeated = {name: value for name, value in headers.items() if name.lower() in ("cache-control", "vary")}
    return Response(status_code=304, headers=repeated | {"ETag": etag})


def problem_of(error: UnrolledError) -> dict[str, Any]:
    """Describe an error: ``type``, ``title``, ``status``, ``detail`` and ``errors``."""
    faults = []
    for fault in error.errors:
        row: dict[str, Any] = {"field": fault.field, "message": fault.message}
        faults.append(row if fault.allowed is None else row | {"allowed": list(fault.allowed)})
    return {
        "type": f"/docs#{error.kind}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "errors": faults,
    }


def headers_of(error: UnrolledError) -> dict[str, str]:
    """Give the headers of an error in any form: never cached, ``Retry-After`` and ``Allow`` where they apply."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, Busy):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotAllowed):
        headers["Allow"] = ", ".join(str(method) for fault in error.errors for method in fault.allowed or ())
    return headers


def problem_response(error: UnrolledError) -> Response:
    """Answer a program with an error."""
    return Response(to_json(problem_of(error)), error.status, headers_of(error), PROBLEM_JSON)
