"""What every answer has: the headers that guard a reader, an answer to HEAD, one to what nobody foresaw."""

import logging
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unrolled.errors import UnrolledError
from unrolled.service.compression import (
    Stream,
    accepted_encodings,
    compress_body,
    compress_stream,
    is_compressible,
)

_UNFORESEEN = "The server met something it did not foresee. It has been noted; try again."

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
    """Give the content security policy of a page: all from its own host, no inline script, plotly's styles by hash."""
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


class Head:
    """Middleware that answers HEAD as GET, without the body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


class Compress:
    """Middleware that compresses what is not yet: short answers at once, streams event by event."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as ASGI has it."""
        if scope["type"] == "http":
            encodings = accepted_encodings(Headers(scope=scope).get("accept-encoding", ""))
            send = _Compressed(send, encodings) if encodings else send
        await self.app(scope, receive, send)


class _Compressed:
    """What sends one answer compressed; its head waits for the first part of its body, which says how."""

    def __init__(self, send: Send, encodings: frozenset[str]) -> None:
        self._send = send
        self._encodings = encodings
        self._head: Message | None = None
        self._stream: Stream | None = None

    async def __call__(self, message: Message) -> None:
        """Send a message, as ASGI has it."""
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if "content-encoding" not in headers and is_compressible(headers.get("content-type", "")):
                self._head = message
                return
        elif self._head is not None:
            message = await self._begin(self._head, message)
            self._head = None
        elif self._stream is not None:
            message = self._next(self._stream, message)
        await self._send(message)

    async def _begin(self, head: Message, message: Message) -> Message:
        """Send the head; give the first part of the body, compressed."""
        headers, content = MutableHeaders(scope=head), message.get("body", b"")
        if message.get("more_body", False):
            encoding, self._stream = compress_stream(self._encodings)
            headers["Content-Encoding"] = encoding
            del headers["Content-Length"]
            message = self._next(self._stream, message)
        else:
            body = compress_body(content, self._encodings)
            headers.update(body.headers | {"Content-Length": str(len(body.content))})
            message = {**message, "body": body.content}
        await self._send(head)
        return message

    @staticmethod
    def _next(stream: Stream, message: Message) -> Message:
        """Compress a part of the body."""
        content = stream.add(message.get("body", b""))
        return {**message, "body": content if message.get("more_body", False) else content + stream.end()}


class SecurityHeaders:
    """Middleware around everything: adds what an answer has not set itself, and answers an unforeseen exception."""

    def __init__(self, app: ASGIApp, respond: Callable[[Request, UnrolledError], Response]) -> None:
        self.app = app
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/api/") and scope["method"] in ("GET", "HEAD"):
                    _allow_cross_origin(headers)
                _add_missing_headers(headers, message["status"], time.perf_counter() - start)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("Unforeseen while answering %s %s", scope["method"], scope["path"])
            if started:
                raise
            request = Request(scope, receive)
            error = UnrolledError(_UNFORESEEN)
            await self.respond(request, error)(scope, receive, send_with_headers)


def _allow_cross_origin(headers: MutableHeaders) -> None:
    """Let other sites read what anybody may know: numbers that follow from their own question."""
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, Server-Timing"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def _add_missing_headers(headers: MutableHeaders, status: int, seconds: float) -> None:
    """Add the headers that an answer has not set itself."""
    # A 304 has no content type to know a page by, and its headers replace what the browser has stored.
    if status != 304:
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        is_page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")
    headers["Server-Timing"] = f"total;dur={1e3 * seconds:.1f}"
