"""The headers that guard a reader, on every answer, and the catch for what nobody foresaw."""

import logging
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unrolled.errors import UnrolledError

log = logging.getLogger("unrolled")

# plotly.js 4.1.1 sets exactly these style attributes; a browser test holds the hashes.
_STYLE_HASHES = (
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256-S+l+cz1wXqs2B0FcjqqT7NvjwGmhD1UjJswXjlSkj0s=",
    "sha256-AR/cKIZjWPcPmBUPDA6oti9XBiTbJvz0Cro2J1VzzS8=",
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page_policy(frame_ancestors: str = "'none'") -> str:
    """Give the content security policy of a page.

    Parameters
    ----------
    frame_ancestors : str
        Who may show the page in a frame.

    Returns
    -------
    str
        Everything from the page's own host only, no inline script, no inline style but plotly's by hash.
    """
    hashes = " ".join(f"'{digest}'" for digest in _STYLE_HASHES)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'unsafe-hashes' {hashes}",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


PAGE_POLICY = page_policy()
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"


class SecurityHeaders:
    """Middleware around everything: adds what an answer has not set itself, and answers an unforeseen exception.

    Parameters
    ----------
    app : ASGI application
        The application.
    tell : callable
        Makes the answer of an error.
    """

    def __init__(self, app: ASGIApp, tell: Callable[[Request, UnrolledError], Response]) -> None:
        self.app = app
        self.tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on.

        Parameters
        ----------
        scope, receive, send
            As ASGI has them.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/api/") and scope["method"] in ("GET", "HEAD"):
                    _open(headers)
                _complete(headers, message["status"], time.perf_counter() - began)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception:
            log.exception("Unforeseen while answering %s %s", scope["method"], scope["path"])
            if started:
                raise
            request = Request(scope, receive)
            error = UnrolledError("The server met something it did not foresee. It has been noted; try again.")
            await self.tell(request, error)(scope, receive, guarded)


def _open(headers: MutableHeaders) -> None:
    """Let other sites read what anybody may know: numbers that follow from their own question."""
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, Server-Timing"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _complete(headers: MutableHeaders, status: int, seconds: float) -> None:
    """Add the headers that an answer has not set itself."""
    # A 304 has no content type to tell a page by, and what it says replaces what the browser has stored.
    if status != 304:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")
    headers["Server-Timing"] = f"total;dur={1e3 * seconds:.1f}"
