"""Static files: immutable where the path carries a version, revalidated elsewhere, nothing outside of the folder."""

import asyncio
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.cases import few
from tests.house.tree import ROOT

VENDORED = sorted(
    str(path.relative_to(ROOT / "static")) for path in (ROOT / "static" / "vendor").glob("*-*/*") if path.is_file()
)


@pytest.mark.parametrize("path", few(VENDORED, 4))
def test_vendored_files_are_immutable_for_a_year(client: TestClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == (ROOT / "static" / path).read_bytes()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("icon.svg", "image/svg+xml"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("css/page.css", "text/css; charset=utf-8"),
        ("vendor/CHECKSUMS", "text/plain; charset=utf-8"),
    ],
)
def test_own_files_are_revalidated(client: TestClient, path: str, media_type: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "",
        "css",
        "../app/unrolled/main.py",
        "..%2fapp%2fmain.py",
        "%2e%2e/app/unrolled/main.py",
        "/etc/passwd",
        "a%00b",
        "x" * 5000,
    ],
)
def test_nothing_else_is_there(client: TestClient, path: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_changed_file_is_served_anew(client: TestClient, tmp_path: Path) -> None:
    from unrolled.runtime.memo import Memo
    from unrolled.web.http.static import Assets

    file = tmp_path / "a.txt"
    file.write_text("one")
    assets = Assets(tmp_path, Memo(2**20))
    first = assets.find("a.txt")[1]
    file.write_text("three")
    second = assets.find("a.txt")[1]
    assert (first.content, second.content) == (b"one", b"three")
    assert first.etag != second.etag


def test_the_best_form_is_sent_once_it_is_there(tmp_path: Path) -> None:
    from starlette.requests import Request

    from unrolled.runtime.memo import Memo
    from unrolled.service.compression import BEST, FILE, compress_body
    from unrolled.web.http.static import Assets

    text = bytes(range(256)) * 600
    (tmp_path / "a.js").write_bytes(text)
    assets, sent = Assets(tmp_path, Memo(2**24)), list[bytes]()
    request = Request({"type": "http", "method": "GET", "headers": [(b"accept-encoding", b"br, zstd")]})
    for prepare in (lambda _: None, assets.precompress):
        prepare("a.js")
        sent.append(bytes(asyncio.run(assets.respond(request, "a.js")).body))
    assert sent == [compress_body(text, frozenset({"br"}), effort).content for effort in (FILE, BEST)]
    assert sent[0] != sent[1]
