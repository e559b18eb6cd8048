"""One job a file: short files with names that say something, bound to no machine."""

import statistics
from pathlib import Path

from tests.house.tree import ROOT, files, read

SOURCES = files("app", "static", "templates", "tests", suffixes=(".py", ".js", ".css", ".html"))
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
TEXTS = (".py", ".js", ".css", ".html", ".md", ".toml", ".in", ".lock", ".json", "Makefile", "Dockerfile", "run")
PLACES_OF_ONE_MACHINE = ("/work" + "/", "/root" + "/", "/home" + "/", "index" + "-url")


def lines(path: Path) -> int:
    """Count the lines of a file."""
    return path.read_text(encoding="utf-8").count("\n")


def test_no_file_is_longer_than_300_lines() -> None:
    assert len(SOURCES) > 300
    assert {str(path.relative_to(ROOT)): lines(path) for path in SOURCES if lines(path) > 300} == {}


def test_median_file_is_shorter_than_140_lines() -> None:
    assert statistics.median(lines(path) for path in SOURCES if lines(path)) < 140


def test_file_names_say_something() -> None:
    assert [path for path in SOURCES if path.stem in NAMES_THAT_SAY_NOTHING and path.suffix != ".html"] == []


def test_nothing_is_bound_to_one_machine() -> None:
    everything = files(suffixes=TEXTS)
    assert len(everything) > 400
    for path in everything:
        text = path.read_text(encoding="utf-8")
        assert [place for place in PLACES_OF_ONE_MACHINE if place in text] == [], path


def test_errors_import_nothing_of_the_project() -> None:
    assert "import unrolled" not in read("app/unrolled/errors.py")
    assert "from unrolled" not in read("app/unrolled/errors.py")
