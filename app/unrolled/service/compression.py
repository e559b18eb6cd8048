"""The one compressor of everything that is sent: answers, pages, files, streams."""

import gzip
import re
import zlib
from dataclasses import dataclass
from math import inf
from typing import Protocol

import brotli
import zstandard

ENCODINGS = frozenset({"br", "zstd", "gzip"})

_MINIMUM_BYTES = 500
_COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class Effort:
    """The level of each compressor, and from how many bytes on zstandard is taken before brotli."""

    brotli: int
    zstandard: int
    gzip: int
    large: float


# Brotli makes the smallest answers; for large ones zstandard is as small and ten times as fast.
ANSWER = Effort(4, 4, 4, 2**17)
# What is compressed once and sent often.
FILE = Effort(9, 12, 6, inf)
BEST = Effort(11, 19, 9, inf)


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
    """Read which of ``ENCODINGS`` the header ``Accept-Encoding`` allows (RFC 9110, 12.5.3); gzip where no better is."""
    named, refused = set[str](), set[str]()
    for entry in header.lower().split(","):
        name, _, weight = (part.strip() for part in entry.partition(";"))
        (refused if re.fullmatch(r"q=0(\.0*)?", weight) else named).add(name)
    accepted = (ENCODINGS if "*" in named else ENCODINGS & named) - refused
    return accepted - {"gzip"} if len(accepted) > 1 else accepted


def is_compressible(media_type: str) -> bool:
    """Tell whether compressing makes such a content smaller: fonts and pictures are so already."""
    return media_type.startswith(_COMPRESSIBLE)


def compress_body(content: bytes, encodings: frozenset[str], effort: Effort = ANSWER) -> Body:
    """Compress with the best of the encodings that a client takes; what is tiny stays as it is."""
    encoding = _best(encodings, is_large=len(content) > effort.large)
    if len(content) < _MINIMUM_BYTES or not encoding:
        return Body(content, "")
    if encoding == "br":
        return Body(brotli.compress(content, quality=effort.brotli), encoding)
    if encoding == "zstd":
        return Body(zstandard.ZstdCompressor(level=effort.zstandard).compress(content), encoding)
    return Body(gzip.compress(content, effort.gzip, mtime=0), encoding)


class Stream(Protocol):
    """A body that is compressed part by part; each part can be read as soon as it arrives."""

    def add(self, content: bytes) -> bytes:
        """Compress the next part."""
        ...

    def end(self) -> bytes:
        """Give what ends the body."""
        ...


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=ANSWER.brotli)

    def add(self, content: bytes) -> bytes:
        return bytes(self._compressor.process(content) + self._compressor.flush())

    def end(self) -> bytes:
        return bytes(self._compressor.finish())


class _Zstandard:
    def __init__(self) -> None:
        self._compressor = zstandard.ZstdCompressor(level=ANSWER.zstandard).compressobj()

    def add(self, content: bytes) -> bytes:
        return self._compressor.compress(content) + self._compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._compressor.flush()


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(ANSWER.gzip, wbits=31)

    def add(self, content: bytes) -> bytes:
        return self._compressor.compress(content) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._compressor.flush()


def compress_stream(encodings: frozenset[str]) -> tuple[str, Stream]:
    """Choose one of the encodings for a stream; give its name and what compresses it."""
    encoding = _best(encodings, is_large=True)
    streams: dict[str, type[_Brotli | _Zstandard | _Gzip]] = {"br": _Brotli, "zstd": _Zstandard, "gzip": _Gzip}
    return encoding, streams[encoding]()


def _best(encodings: frozenset[str], *, is_large: bool) -> str:
    ranked = ("zstd", "br", "gzip") if is_large else ("br", "zstd", "gzip")
    return next((name for name in ranked if name in encodings), "")
