"""Answers are compressed as the client likes; what is compressed already is left alone."""

import gzip
import itertools

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.service.compression import accepted_encodings, compress_body

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
TEXT = b"to be or not to be " * 100


def raw(client: TestClient, path: str, accept: str) -> tuple[bytes, str]:
    """Return the body as it is sent, and its encoding."""
    with client.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
        assert answer.status_code == 200
        return b"".join(answer.iter_raw()), answer.headers.get("content-encoding", "")


@pytest.mark.parametrize(
    ("path", "encoding"),
    few(
        [(path, encoding) for path in COMPRESSED for encoding in READERS],
        list(zip(COMPRESSED, itertools.cycle(READERS), strict=False)),
    ),
)
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


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip, deflate, br, zstd", {"gzip", "br", "zstd"}),
        ("BR;q=1.0, gzip; q=0.5", {"br", "gzip"}),
        ("br;q=0, gzip;q=0.000", set()),
        ("identity", set()),
        ("", set()),
        (";;,,q=0", set()),
    ],
)
def test_accepted_encodings(header: str, expected: set[str]) -> None:
    assert accepted_encodings(header) == expected


def test_small_answers_come_as_brotli_and_large_ones_as_zstandard() -> None:
    both = frozenset({"br", "zstd", "gzip"})
    assert compress_body(TEXT, both).encoding == "br"
    assert compress_body(TEXT * 100, both).encoding == "zstd"
    assert compress_body(TEXT * 100, frozenset({"br"})).encoding == "br"
    assert compress_body(TEXT, frozenset({"gzip"})).encoding == "gzip"
    assert compress_body(TEXT, frozenset()).encoding == ""
    assert compress_body(b"tiny", both).encoding == ""
