"""One job a file: short files, and a core that knows nothing of the rest."""

import ast
import statistics
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, read

SOURCES = files("app", "static", "templates", "tests", suffixes=(".py", ".js", ".css", ".html"))
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def lines(path: Path) -> int:
    """Count the lines of a file."""
    return path.read_text(encoding="utf-8").count("\n")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_no_longer_than_300_lines(path: Path) -> None:
    assert lines(path) <= 300


def test_median_file_is_shorter_than_140_lines() -> None:
    assert statistics.median(lines(path) for path in SOURCES if lines(path)) < 140


def test_file_names_say_something() -> None:
    assert [path for path in files("app", "tests", suffixes=(".py",)) if path.stem in NAMES_THAT_SAY_NOTHING] == []


@pytest.mark.parametrize("path", files("app/unrolled/core", suffixes=(".py",)), ids=lambda path: path.stem)
def test_core_imports_numpy_and_nothing_else(path: Path) -> None:
    roots = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            roots |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            own = node.module.startswith(("unrolled.core", "unrolled.errors"))
            roots.add("core" if own else node.module.split(".")[0])
    assert roots - set(sys.stdlib_module_names) <= {"core", "numpy"}


def test_errors_import_nothing_of_the_project() -> None:
    assert "import unrolled" not in read("app/unrolled/errors.py")
    assert "from unrolled" not in read("app/unrolled/errors.py")


@pytest.mark.parametrize("pattern", ["/work" + "/", "/root" + "/", "/home" + "/", "index" + "-url"])
def test_nothing_is_bound_to_one_machine(pattern: str) -> None:
    everything = files(
        suffixes=(
            ".py",
            ".js",
            ".css",
            ".html",
            ".md",
            ".toml",
            ".in",
            ".lock",
            ".json",
            "Makefile",
            "Dockerfile",
            "run",
        )
    )
    assert len(everything) > 50
    assert [str(path) for path in everything if pattern in path.read_text(encoding="utf-8")] == []
