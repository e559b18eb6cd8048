"""Compressing what is remembered: once for each encoding, in a worker, not in the event loop."""

import gzip
import re
from dataclasses import dataclass

import brotli
import zstandard

ENCODINGS = frozenset({"br", "zstd", "gzip"})

_MINIMUM_BYTES = 500
# Brotli makes the smallest answers; for large ones zstandard is as small and ten times as fast.
_LARGE_BYTES = 2**17


@dataclass(frozen=True)
class Body:
    """The body of an answer as it is sent; its encoding is empty where it is not compressed."""

    content: bytes
    encoding: str

    @property
    def headers(self) -> dict[str, str]:
        """The header that says how the content is compressed, if it is."""
        return {"Content-Encoding": self.encoding} if self.encoding else {}


def accepted_encodings(header: str) -> frozenset[str]:
    """Read which of ``ENCODINGS`` the header ``Accept-Encoding`` names and does not refuse (RFC 9110, 12.5.3)."""
    names = set()
    for entry in header.lower().split(","):
        name, _, weight = (part.strip() for part in entry.partition(";"))
        if not re.fullmatch(r"q=0(\.0*)?", weight):
            names.add(name)
    return ENCODINGS & names


def compress_body(content: bytes, encodings: frozenset[str]) -> Body:
    """Compress with the best of the encodings that a client takes; what is tiny stays as it is."""
    if len(content) < _MINIMUM_BYTES:
        return Body(content, "")
    large = len(content) > _LARGE_BYTES
    if "br" in encodings and not (large and "zstd" in encodings):
        return Body(brotli.compress(content, quality=4), "br")
    if "zstd" in encodings:
        return Body(zstandard.ZstdCompressor(level=4).compress(content), "zstd")
    if "gzip" in encodings:
        return Body(gzip.compress(content, 4, mtime=0), "gzip")
    return Body(content, "")
