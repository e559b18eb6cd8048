"""Static files: compressed once, revalidated by content, immutable where the path carries a version."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from unrolled.errors import NotFound
from unrolled.runtime.memo import Memo
from unrolled.service.compression import BEST, FILE, Body, accepted_encodings, compress_body, is_compressible
from unrolled.web.http.responses import IMMUTABLE, REVALIDATE, client_has, not_modified, weak_etag

_NO_FILE = "There is no file /static/{path}."

_VERSIONED = re.compile(r"vendor/[^/]+-\d+\.\d+\.\d+/")
_BROTLI = frozenset({"br"})
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".md": "text/plain",
}


@dataclass(frozen=True)
class Asset:
    """One file as it lies on the disk, with a digest of its content."""

    content: bytes
    media_type: str
    etag: str


class Assets:
    """The files below one folder; the memo keeps their compressed forms as long as they do not change."""

    def __init__(self, root: Path, memo: Memo) -> None:
        self.root = root.resolve()
        self.memo = memo

    async def respond(self, request: Request, path: str) -> Response:
        """Answer a request for a file; raises `NotFound`."""
        return await run_in_threadpool(self._respond, request, path)

    def precompress(self, path: str) -> None:
        """Compress a large file as well as possible, ahead of time."""
        key, asset = self.find(path)
        self.memo.get((*key, "best"), lambda: compress_body(asset.content, _BROTLI, BEST))

    def _respond(self, request: Request, path: str) -> Response:
        key, asset = self.find(path)
        headers = {"Cache-Control": IMMUTABLE if _VERSIONED.match(path) else REVALIDATE, "ETag": asset.etag}
        if client_has(request, asset.etag):
            return not_modified(asset.etag, headers)
        body = self._body(key, asset, request.headers.get("accept-encoding", ""))
        return Response(body.content, headers=headers | body.headers, media_type=asset.media_type)

    def find(self, path: str) -> tuple[tuple[str, str, int, int], Asset]:
        """Give a file and the key of its content, out of the memo while it is unchanged; raises `NotFound`."""
        try:
            file = (self.root / path).resolve()
            stat = file.stat()
            if not file.is_file() or not file.is_relative_to(self.root):
                raise FileNotFoundError
        except (OSError, ValueError):
            raise NotFound(_NO_FILE.format(path=path[:100])) from None
        key = ("asset", str(file), stat.st_mtime_ns, stat.st_size)
        return key, self.memo.get(key, lambda: _read(file))

    def _body(self, key: tuple[object, ...], asset: Asset, accept: str) -> Body:
        """Give the smallest form that the client reads."""
        encodings = accepted_encodings(accept) if is_compressible(asset.media_type) else frozenset()
        best = self.memo.peek((*key, "best"), None) if "br" in encodings else None
        if best is not None:
            return best
        if not encodings:
            return Body(asset.content, "")
        return self.memo.get((*key, encodings), lambda: compress_body(asset.content, encodings, FILE))


def _read(file: Path) -> Asset:
    content = file.read_bytes()
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
    return Asset(content, media_type, weak_etag("asset", content))
