"""Headers and pairs are read as they stand in their RFC."""

import pytest

from app.errors import InvalidInput
from app.http.compression import accepted, compressed
from app.http.reading import parse_object

TEXT = b"to be or not to be " * 100


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip, deflate, br, zstd", {"gzip", "br", "zstd"}),
        ("BR;q=1.0, gzip; q=0.5", {"br", "gzip"}),
        ("br;q=0, gzip;q=0.000", set()),
        ("identity", set()),
        ("", set()),
        (";;,,q=0", set()),
    ],
)
def test_accepted_encodings(header: str, taken: set[str]) -> None:
    assert accepted(header) == taken


def test_small_answers_come_as_brotli_and_large_ones_as_zstandard() -> None:
    both = frozenset({"br", "zstd", "gzip"})
    assert compressed(TEXT, both).encoding == "br"
    assert compressed(TEXT * 100, both).encoding == "zstd"
    assert compressed(TEXT * 100, frozenset({"br"})).encoding == "br"
    assert compressed(TEXT, frozenset({"gzip"})).encoding == "gzip"
    assert compressed(TEXT, frozenset()).encoding == ""
    assert compressed(b"tiny", both).encoding == ""


def test_object_keeps_its_members() -> None:
    assert parse_object('{"a": [1, 2.5, null], "b": {"c": "ü"}}'.encode()) == {"a": [1, 2.5, None], "b": {"c": "ü"}}


@pytest.mark.parametrize("body", [b"null", b'"text"', b"1", b'{"a": {"b": 1, "b": 2}}', b"{'a': 1}"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_object(body)
