"""The rooms of the scripts: few files in each, and imports that go down only."""

import re
from itertools import groupby
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

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
    sizes = {name: len(list(found)) for name, found in groupby(PATHS, key=room)}
    assert sizes.keys() == set(ROOMS)
    assert max(sizes.values()) <= 14
    assert sizes["."] <= 3
