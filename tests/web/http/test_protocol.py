"""What cannot be parsed as HTTP is a problem with a remedy, and ends the connection."""

import asyncio
import http.client
import io
import json
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from unrolled.web.http.protocol import Protocol


class Connection(asyncio.Transport):
    """The far end of a connection, as far as the answer to what is no HTTP needs one."""

    def __init__(self) -> None:
        super().__init__()
        self.received = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.received += data

    def close(self) -> None:
        self.closed = True

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.received)


def answer_to(sent: bytes) -> Connection:
    async def exchange() -> Connection:
        connection = Connection()
        protocol = Protocol(Config(lambda: None, log_config=None), ServerState(), {})
        protocol.connection_made(connection)
        protocol.data_received(sent)
        return connection

    return asyncio.run(exchange())


@pytest.mark.parametrize(
    "line", [b"GET /?text=" + b"a" * 70_000 + b" HTTP/1.1", b"NO HTTP", b"GET / HTTP/1.1\r\nContent-Length: -5"]
)
def test_what_is_no_http_is_a_problem_too(line: bytes) -> None:
    connection = answer_to(line + b"\r\nHost: x\r\n\r\n")
    answer = http.client.HTTPResponse(connection)  # type: ignore[arg-type]
    answer.begin()
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    problem = json.load(answer)
    assert problem["status"] == 400
    assert "POST" in problem["detail"]
    assert connection.closed
