"""Headers and pairs are read as they stand in their RFC."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from unrolled.errors import InvalidInput, NotSupported, TooLarge
from unrolled.web.http.requests import media_type_of, parse_object, read_body


def test_object_keeps_its_members() -> None:
    assert parse_object('{"a": [1, 2.5, null], "b": {"c": "ü"}}'.encode()) == {"a": [1, 2.5, None], "b": {"c": "ü"}}


@pytest.mark.parametrize("body", [b"null", b'"text"', b"1", b'{"a": {"b": 1, "b": 2}}', b"{'a': 1}"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_object(body)


def request(*chunks: bytes, **headers: str) -> tuple[Request, list[dict[str, Any]]]:
    """Return a request and its unread messages; without chunks the client has disconnected."""
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b""} if chunks else {"type": "http.disconnect"})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "query_string": b""}, receive), waiting


def test_body_is_put_together() -> None:
    assert asyncio.run(read_body(request(b"ab", b"", b"c")[0], 3)) == b"abc"


def test_body_is_read_no_further_than_the_limit() -> None:
    message, waiting = request(*[b"12345"] * 10)
    with pytest.raises(TooLarge, match="UNROLLED_MAX_BODY_MIB"):
        asyncio.run(read_body(message, 12))
    assert len(waiting) == 8
    message, waiting = request(b"12345", content_length="99")
    with pytest.raises(TooLarge):
        asyncio.run(read_body(message, 12))
    assert len(waiting) == 2


def test_body_that_ends_early_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ended before the body did"):
        asyncio.run(read_body(request()[0], 9))


def test_media_type_is_recognised_with_any_case_and_parameters() -> None:
    accepted = {"application/json": "JSON", "application/zip": "an archive"}
    assert media_type_of(request(content_type="Application/JSON ; charset=utf-8")[0], accepted) == "application/json"
    for header, received in (({"content_type": "text/plain"}, "“text/plain”"), ({}, "missing")):
        with pytest.raises(NotSupported) as caught:
            media_type_of(request(**header)[0], accepted)
        assert caught.value.detail == (
            f"The content type is {received}: send one of application/json (JSON); application/zip (an archive)."
        )


@pytest.mark.parametrize("host", ["evil.test/<script>", "[::1", "a b", "x:999999", '"><script>'])
def test_host_that_is_none_is_not_repeated(client: TestClient, host: str) -> None:
    answer = client.get("/?v=1&length=3", headers={"Host": host})
    assert answer.status_code == 200
    assert f"://{host}" not in answer.text


def test_a_long_media_type_is_cut_off_in_what_is_said() -> None:
    for length in (60, 61, 500):
        with pytest.raises(NotSupported, match=f"“x{{{min(length, 60)}}}”"):
            media_type_of(request(content_type="x" * length)[0], {"application/json": "JSON"})
