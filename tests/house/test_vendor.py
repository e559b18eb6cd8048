"""What is vendored is what it says it is."""

import hashlib
import re

import pytest

from tests.house.tree import ROOT, files, read

VENDOR = ROOT / "static" / "vendor"
CHECKSUMS = {name: digest for digest, name in map(str.split, read("static/vendor/CHECKSUMS").splitlines())}
FOLDERS = sorted(path for path in VENDOR.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", CHECKSUMS)
def test_file_has_its_checksum(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == CHECKSUMS[name]


def test_every_file_has_a_checksum() -> None:
    files = {str(path.relative_to(VENDOR)) for folder in FOLDERS for path in folder.rglob("*") if path.is_file()}
    assert files == set(CHECKSUMS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_pinned_licensed_and_described(folder) -> None:
    assert re.search(r"-\d+\.\d+\.\d+$", folder.name), (
        "the version stands in the name, so that it can be cached for ever"
    )
    assert (folder / "LICENSE").stat().st_size > 500
    assert f"`{folder.name}`" in read("static/vendor/README.md")


def test_plotly_is_the_version_its_folder_says() -> None:
    head = (VENDOR / "plotly-4.1.1" / "plotly-cartesian.min.js").read_bytes()[:200]
    assert b"plotly.js (cartesian - minified) v4.1.1" in head


def test_every_vendored_path_that_is_used_exists() -> None:
    used = set()
    for path in files("app", "static", "templates", suffixes=(".py", ".html", ".css", ".js")):
        used |= set(re.findall(r"vendor/([\w.-]+/[\w.-]+\.(?:js|css|woff2))", path.read_text(encoding="utf-8")))
    assert "plotly-4.1.1/plotly-cartesian.min.js" in used
    assert used <= set(CHECKSUMS)
