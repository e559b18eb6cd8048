"""Static files: compressed once, revalidated by content, immutable where the path carries a version."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

import brotli
import zstandard
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import NotFound
from unrolled.runtime.memo import Memo
from unrolled.service.compression import accepted
from unrolled.web.http.conditional import IMMUTABLE, REVALIDATE, has, not_modified, weak_etag

_VERSIONED = re.compile(r"vendor/[^/]+-\d+\.\d+\.\d+/")
_COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
_MINIMUM_BYTES = 500
_QUICK, _BEST = 9, 11
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".md": "text/plain",
}


@dataclass(frozen=True)
class Asset:
    """One file as it lies on the disk.

    Attributes
    ----------
    content : bytes
        The file.
    media_type : str
        What it is.
    etag : str
        Digest of the content.
    """

    content: bytes
    media_type: str
    etag: str

    @property
    def compressible(self) -> bool:
        """Whether compressing makes it smaller: fonts and pictures are so already."""
        return self.media_type.startswith(_COMPRESSIBLE) and len(self.content) >= _MINIMUM_BYTES


class Assets:
    """The files below one folder.

    Parameters
    ----------
    root : pathlib.Path
        The folder.
    memo : Memo
        Keeps files and their compressed forms, as long as the file does not change.
    """

    def __init__(self, root: Path, memo: Memo) -> None:
        self.root = root.resolve()
        self.memo = memo

    async def respond(self, request: Request, path: str) -> Response:
        """Answer a request for a file.

        Parameters
        ----------
        request : Request
            Says what the client holds and which encodings it reads.
        path : str
            Path below the folder.

        Returns
        -------
        Response
            The file, or 304.

        Raises
        ------
        NotFound
            There is no such file.
        """
        return await run_in_threadpool(self._respond, request, path)

    def best(self, path: str) -> None:
        """Compress a large file as well as possible, ahead of time.

        Parameters
        ----------
        path : str
            Path below the folder.
        """
        key, asset = self.find(path)
        self.memo.get((*key, "br", _BEST), lambda: brotli.compress(asset.content, quality=_BEST))

    def _respond(self, request: Request, path: str) -> Response:
        key, asset = self.find(path)
        headers = {"Cache-Control": IMMUTABLE if _VERSIONED.match(path) else REVALIDATE, "ETag": asset.etag}
        if has(request, asset.etag):
            return not_modified(asset.etag, headers)
        content, encoding = self._encoded(key, asset, request.headers.get("accept-encoding", ""))
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(content, headers=headers, media_type=asset.media_type)

    def find(self, path: str) -> tuple[tuple[str, str, int, int], Asset]:
        """Read a file, or take it from the memo while it is unchanged.

        Parameters
        ----------
        path : str
            Path below the folder.

        Returns
        -------
        tuple
            The key of its content, and the file.

        Raises
        ------
        NotFound
            There is no such file.
        """
        try:
            file = (self.root / path).resolve()
            stat = file.stat()
            if not file.is_file() or not file.is_relative_to(self.root):
                raise FileNotFoundError
        except (OSError, ValueError):
            raise NotFound(f"There is no file /static/{path[:100]}.") from None
        key = ("asset", str(file), stat.st_mtime_ns, stat.st_size)
        return key, self.memo.get(key, lambda: _read(file))

    def _encoded(self, key: tuple[object, ...], asset: Asset, accept: str) -> tuple[bytes, str]:
        """Give the smallest form that the client reads, and the name of its encoding."""
        encodings = accepted(accept) if asset.compressible else frozenset()
        content = asset.content
        if "br" in encodings:
            best = self.memo.peek((*key, "br", _BEST), b"")
            quick = (*key, "br", _QUICK)
            return best or self.memo.get(quick, lambda: brotli.compress(content, quality=_QUICK)), "br"
        if "zstd" in encodings:
            return self.memo.get((*key, "zstd"), lambda: zstandard.ZstdCompressor(level=12).compress(content)), "zstd"
        if "gzip" in encodings:
            return self.memo.get((*key, "gzip"), lambda: gzip.compress(content, 6, mtime=0)), "gzip"
        return content, ""


def _read(file: Path) -> Asset:
    """Read a file from the disk."""
    content = file.read_bytes()
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
    return Asset(content, media_type, weak_etag("asset", content))
