"""Templates and static files: found in a checkout and in the package, and missed before anything is served."""

import importlib
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from unrolled import resources
from unrolled.__main__ import main
from unrolled.resources import MissingFiles, folder, require_files

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay the templates and static files out as an installed package has them."""
    package = tmp_path / "unrolled"
    for name in ("static", "templates"):
        shutil.copytree(ROOT / name, package / name, ignore=shutil.ignore_patterns("LICENSE"))
    monkeypatch.setattr(resources, "PACKAGE", package)
    return package


def test_package_comes_before_the_checkout(package: Path) -> None:
    require_files()
    assert folder("static") == package / "static"
    assert resources.roots() == (package,)


@pytest.mark.parametrize(
    ("missing", "user"),
    [
        ("templates/docs.html", "the site"),
        ("templates/parts/field.html", r"\w+\.html"),
        ("static/css/print.css", r"\w+\.html"),
        ("static/js/compare/grid.js", "js/compare/main.js"),
        ("static/vendor/inter-5.3.0/inter-greek-wght-normal.woff2", "css/fonts.css"),
    ],
)
def test_file_that_a_page_needs_is_missed_by_name(package: Path, missing: str, user: str) -> None:
    (package / missing).unlink()
    with pytest.raises(MissingFiles, match=rf"^The file \S+{missing} is missing, and {user} needs it; [^.]+\.$"):
        require_files()


def test_every_file_is_needed_by_a_page_or_describes_what_is_vendored() -> None:
    needed = resources.needed_files()
    present = {path for name in ("static", "templates") for path in (ROOT / name).rglob("*") if path.is_file()}
    assert {path.name for path in present - set(needed)} == {"CHECKSUMS", "README.md", "LICENSE"}


def test_start_fails_in_one_sentence(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(package / "templates")
    assert main(["--port", "0"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"unrolled: The folder templates is missing or empty: neither {package}")
    assert captured.err.count("\n") == 1


def test_wheel_puts_them_where_the_package_looks() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["app/unrolled"]
    assert wheel["force-include"] == {name: f"unrolled/{name}" for name in ("static", "templates")}
    assert all((ROOT / name).is_dir() for name in wheel["force-include"])


def test_command_is_the_function_that_serves() -> None:
    module, _, name = PROJECT["project"]["scripts"]["unrolled"].partition(":")
    assert getattr(importlib.import_module(module), name) is main
