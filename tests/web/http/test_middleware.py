"""Every answer carries the headers that guard a reader, whatever kind of answer it is."""

import asyncio
import re
from typing import Any

import brotli
import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from unrolled.main import create_app
from unrolled.settings import Settings
from unrolled.web.http.middleware import Compress

EVERY_KIND = [
    ("GET", "/"),
    ("GET", "/?length=0"),
    ("GET", "/?length=32"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/healthz"),
    ("GET", "/api/v1/influence?length=3"),
    ("GET", "/api/v1/influence.npz?length=3"),
    ("GET", "/api/v1/influence?length=0"),
    ("GET", "/preview.png?length=3"),
    ("GET", "/static/icon.svg"),
    ("GET", "/static/nothing.css"),
    ("GET", "/nothing"),
    ("HEAD", "/"),
    ("PUT", "/"),
    ("POST", "/api/v1/influence"),
    ("OPTIONS", "/api/v1/influence"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_KIND)
def test_guarding_headers_are_on_every_answer(client: TestClient, method: str, path: str) -> None:
    headers = client.request(method, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"]
    assert "Accept-Encoding" in headers["vary"]
    assert "server" not in headers


def test_pages_run_own_scripts_only_and_no_inline_ones(client: TestClient) -> None:
    policy = dict(part.split(" ", 1) for part in client.get("/").headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["font-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["img-src"] == "'self' data: blob:"
    assert "'unsafe-inline'" not in " ".join(policy.values())
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/]{43}='", policy["style-src"])) == 3


def test_data_may_do_nothing_at_all(client: TestClient) -> None:
    for path in ("/api/v1/influence?length=3", "/healthz", "/api/v1/nothing", "/preview.png?length=3"):
        assert client.get(path).headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_only_the_embedded_page_may_stand_in_a_frame(client: TestClient) -> None:
    embedded = client.get("/?v=1&embed=1&length=3")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert "frame-ancestors *" in client.get("/?embed=1&length=0").headers["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get("/?v=1&length=3").headers["content-security-policy"]


def test_operator_says_who_may_embed() -> None:
    narrow = TestClient(create_app(Settings(frame_ancestors="'self' https://school.example.org", threads=1)))
    policy = narrow.get("/?embed=1&length=3").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://school.example.org")


def compressed(parts: list[bytes], headers: dict[bytes, bytes]) -> tuple[dict[bytes, bytes], list[bytes]]:
    """Send an answer in parts through the compressor; give its headers and its parts as they were sent."""
    sent: list[Any] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": list(headers.items())})
        for index, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": index < len(parts) - 1})

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(b"accept-encoding", b"br")]}
    asyncio.run(Compress(answer)(scope, receive, send))
    return dict(sent[0]["headers"]), [message["body"] for message in sent[1:]]


def test_a_compressed_answer_says_how_long_it_is_and_a_compressed_stream_does_not() -> None:
    plain = {b"content-type": b"text/plain", b"content-length": b"2000"}
    headers, (body,) = compressed([b"ab" * 1000], plain)
    assert brotli.decompress(body) == b"ab" * 1000
    assert (headers[b"content-encoding"], headers[b"content-length"]) == (b"br", str(len(body)).encode())
    headers, parts = compressed([b"ab" * 500, b"", b"ab" * 500], plain)
    assert brotli.decompress(b"".join(parts)) == b"ab" * 1000
    assert (headers[b"content-encoding"], b"content-length" in headers) == (b"br", False)


@pytest.mark.parametrize(
    "headers",
    [
        {b"content-type": b"image/png"},
        {b"content-type": b"application/x-npz"},
        {b"content-type": b"text/plain", b"content-encoding": b"zstd"},
        {},
    ],
)
def test_what_is_small_or_compressed_already_is_passed_on(headers: dict[bytes, bytes]) -> None:
    assert compressed([b"ab" * 1000, b"c"], headers) == (headers, [b"ab" * 1000, b"c"])
    assert compressed([b"ab"], {b"content-type": b"text/plain"})[1] == [b"ab"]
