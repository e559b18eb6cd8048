"""Answers are compressed as the client likes; what is compressed already is left alone."""

import gzip
import itertools
import zlib

import brotli
import pytest
import zstandard
from starlette.testclient import TestClient

from tests.cases import few
from unrolled.service.compression import ANSWER, BEST, FILE, accepted_encodings, compress_body, compress_stream

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
        ("gzip, deflate, br, zstd", {"br", "zstd"}),
        ("BR;q=1.0, gzip; q=0.5", {"br"}),
        ("gzip, deflate", {"gzip"}),
        ("*", {"br", "zstd"}),
        ("*;q=0.5, br;q=0, zstd;q=0", {"gzip"}),
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


def test_a_large_file_is_worth_the_smallest_form() -> None:
    both, text = frozenset({"br", "zstd"}), bytes(range(256)) * 600
    assert compress_body(text, both, FILE).encoding == "br"
    sizes = [len(compress_body(text + TEXT, frozenset({"br"}), effort).content) for effort in (BEST, FILE, ANSWER)]
    assert sizes == sorted(sizes)


def decoded(encoding: str, sent: bytes) -> bytes:
    """Read what has arrived of a stream, though its end has not."""
    if encoding == "br":
        return bytes(brotli.Decompressor().process(sent))
    if encoding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(sent)
    return zlib.decompressobj(wbits=31).decompress(sent)


@pytest.mark.parametrize("encoding", READERS)
def test_each_part_of_a_stream_can_be_read_as_soon_as_it_arrives(encoding: str) -> None:
    name, stream = compress_stream(frozenset({encoding}))
    sent = stream.add(b"first ")
    assert (name, decoded(encoding, sent)) == (encoding, b"first ")
    sent += stream.add(b"second")
    assert decoded(encoding, sent) == b"first second"
    sent += stream.end()
    assert decoded(encoding, sent) == b"first second"
    assert encoding == "zstd" or READERS[encoding](sent) == b"first second"


@pytest.mark.parametrize("encoding", READERS)
def test_events_are_compressed_as_they_come(client: TestClient, encoding: str) -> None:
    # A single tile, since two may come in either order.
    path = "/api/v1/compare/stream?hidden=2&rows=activation&row_values=tanh&columns=length&column_values=8"
    plain, none = raw(client, path, "identity")
    sent, used = raw(client, path, encoding)
    assert (none, used) == ("", encoding)
    assert decoded(encoding, sent) == plain
    assert len(sent) < 0.7 * len(plain)
