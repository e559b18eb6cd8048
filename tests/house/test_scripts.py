"""The rooms of the scripts: few files in each, and imports that go down only."""

import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files
from unrolled.web.pages.messages import MESSAGES

SCRIPTS = ROOT / "static" / "js"
# From the bottom to the top: a room imports itself and what stands before it (circles: oxlint).
ROOMS = ("state", "theme", "text", "net", "plots", "controls", "picture", "panels", "share", "compare", ".")
# Also the types that comments import.
_IMPORT = re.compile(r'(?:^(?:import|export) (?:.* from )?|\bimport\()"([^"]+)"', re.MULTILINE)
PATHS = files("static/js", suffixes=(".js",))


def room(path: Path) -> str:
    """Name the room that a script lies in."""
    return str(path.parent.relative_to(SCRIPTS))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_imports_go_down_only(path: Path) -> None:
    for name in _IMPORT.findall(path.read_text(encoding="utf-8")):
        target = (path.parent / name).resolve()
        assert target.is_file(), name
        assert ROOMS.index(room(target)) <= ROOMS.index(room(path)), name


def test_a_room_has_few_files() -> None:
    sizes = {name: len(list(paths)) for name, paths in groupby(PATHS, key=room)}
    assert sizes.keys() == set(ROOMS)
    assert max(sizes.values()) <= 14
    assert sizes["."] <= 3


def literals(source: str) -> list[str]:
    """List the texts of a script's string literals, and of its templates without what is filled in."""
    texts, place = [], 0
    token = re.compile(r"//[^\n]*|/\*.*?\*/|(?<=[=(,:] )/(?![*/])(?:\\.|[^/\\\n])+/[a-z]*|[\"'`]", re.DOTALL)
    while match := token.search(source, place):
        quote, place = match[0], match.end()
        if quote not in "\"'`":
            continue
        end = re.compile(rf"(?:\\.|[^{quote}\\])*", re.DOTALL).match(source, place)
        assert end
        place = end.end() + 1
        texts.append(re.sub(r"\$\{[^}]*\}", "…", end[0]))
    return texts


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_sentences_stand_in_the_catalogue_of_the_server(path: Path) -> None:
    english = re.compile(r"[A-Za-z’']+[,;:.]? [A-Za-z’']+[,;:.]? [A-Za-z]+")
    assert [text for text in literals(path.read_text(encoding="utf-8")) if english.search(text)] == []


def test_every_message_is_used_and_every_used_one_is_there() -> None:
    texts = {text for path in PATHS for text in literals(path.read_text(encoding="utf-8"))}
    source = "\n".join(path.read_text(encoding="utf-8") for path in PATHS)
    named = set(re.findall(r'\bmessage\("(\w+)"', source))
    assert named <= MESSAGES.keys()
    # Their names are put together: norm and form of a cell, share and kind of a unit or output.
    built = ("cell_", "entries_", "unit_", "output")
    assert {name for name in MESSAGES if name not in texts and not name.startswith(built)} == set()
