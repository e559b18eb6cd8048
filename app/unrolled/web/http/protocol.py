"""Requests that are no HTTP: answered in the same form as everything else that goes wrong."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from unrolled.errors import Unreadable
from unrolled.web.http.middleware import DATA_POLICY, HEADERS
from unrolled.web.http.responses import problem_response

_DETAIL = (
    "The request is no HTTP, or its address is longer than 64 KiB: send long texts and series in the body of a POST."
)


class Protocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, but for the answer to what cannot be parsed."""

    def send_400_response(self, msg: str) -> None:
        """Answer and hang up."""
        del msg
        response = problem_response(Unreadable(_DETAIL))
        response.headers.update({**HEADERS, "Content-Security-Policy": DATA_POLICY, "Connection": "close"})
        lines = [b"%s: %s\r\n" % header for header in (*self.server_state.default_headers, *response.raw_headers)]
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + b"".join(lines) + b"\r\n" + bytes(response.body))
        self.transport.close()
