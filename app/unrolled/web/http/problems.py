"""Everything that went wrong, in one form: application/problem+json (RFC 9457)."""

from typing import Any

from starlette.responses import Response

from unrolled.errors import Busy, NotAllowed, UnrolledError
from unrolled.web.http.json import to_json

MEDIA_TYPE = "application/problem+json"


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
    return Response(to_json(problem_of(error)), error.status, headers_of(error), MEDIA_TYPE)
