"""Answers that a client already has: ETag and 304 (RFC 9110, section 13)."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"


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
