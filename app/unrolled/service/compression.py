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
    """The body of an answer as it is sent.

    Attributes
    ----------
    content : bytes
        What goes over the wire.
    encoding : str
        How it is compressed; empty when it is not.
    """

    content: bytes
    encoding: str

    @property
    def headers(self) -> dict[str, str]:
        """The header that says how the content is compressed, if it is."""
        return {"Content-Encoding": self.encoding} if self.encoding else {}


def accepted(header: str) -> frozenset[str]:
    """Read which encodings a client takes (RFC 9110, section 12.5.3).

    Parameters
    ----------
    header : str
        The header ``Accept-Encoding``.

    Returns
    -------
    frozenset of str
        Those of ``ENCODINGS`` that are named and not refused.
    """
    found = set()
    for entry in header.lower().split(","):
        name, _, weight = (part.strip() for part in entry.partition(";"))
        if not re.fullmatch(r"q=0(\.0*)?", weight):
            found.add(name)
    return ENCODINGS & found


def compressed(content: bytes, encodings: frozenset[str]) -> Body:
    """Compress with the best of the encodings that a client takes.

    Parameters
    ----------
    content : bytes
        The body.
    encodings : frozenset of str
        As `accepted` gives them.

    Returns
    -------
    Body
        Unchanged where it is tiny already, or the client takes none.
    """
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
