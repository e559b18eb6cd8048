"""Answers are compressed as the client likes; what is compressed already is left alone."""

import gzip

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

READERS = {"br": brotli.decompress, "gzip": gzip.decompress, "zstd": zstandard.decompress}
COMPRESSED = [
    "/",
    "/docs",
    "/openapi.json",
    "/api/v1/options",
    "/api/v1/influence?length=20",
    "/api/v1/influence/figure?length=64",
    "/api/v1/influence.csv?length=20",
    "/static/css/page.css",
    "/static/vendor/plotly-4.1.1/plotly-cartesian.min.js",
]


def raw(client: TestClient, path: str, accept: str) -> tuple[bytes, str]:
    """Give the body as it is sent, and its encoding."""
    with client.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
        assert answer.status_code == 200
        return b"".join(answer.iter_raw()), answer.headers.get("content-encoding", "")


@pytest.mark.parametrize("encoding", READERS)
@pytest.mark.parametrize("path", COMPRESSED)
def test_text_is_compressed_and_reads_the_same(client: TestClient, path: str, encoding: str) -> None:
    plain, none = raw(client, path, "identity")
    sent, used = raw(client, path, encoding)
    assert (none, used) == ("", encoding)
    assert READERS[encoding](sent) == plain
    assert len(sent) < 0.7 * len(plain)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/influence.npz?length=64",
        "/preview.png?length=8",
        "/static/vendor/inter-5.3.0/inter-latin-wght-normal.woff2",
    ],
)
def test_what_is_small_already_is_sent_as_it_is(client: TestClient, path: str) -> None:
    assert raw(client, path, "br, gzip, zstd")[1] == ""


def test_refused_encodings_are_not_used(client: TestClient) -> None:
    assert raw(client, "/static/css/page.css", "br;q=0, gzip")[1] == "gzip"
    assert raw(client, "/static/css/page.css", "br;q=0.0")[1] == ""


def test_tag_is_the_same_in_every_encoding_and_vary_says_so(client: TestClient) -> None:
    answers = [client.get("/api/v1/influence?length=20", headers={"Accept-Encoding": name}) for name in ("br", "gzip")]
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert all(answer.headers["vary"] == "Accept-Encoding" for answer in answers)
