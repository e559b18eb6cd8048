"""Draw edits over all rooms by a seeded generator."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.mutants.edits import Edit
from tests.mutants.python_edits import python_edits
from tests.mutants.script_edits import script_edits

PACKAGE, SCRIPTS = "app/unrolled", "static/js"
# The shares of the groups.
SHARES = {"mathematics": 0.45, "rest": 0.45, "scripts": 0.10}


def room_of(path: str) -> str:
    """Name the folder that a file stands in, as the tests name it."""
    folder = path.rpartition("/")[0]
    return folder.removeprefix("app/") if folder.startswith("app/") else folder


def group_of(room: str) -> str:
    """Name the group of a room: the mathematics is the core."""
    if room.startswith(SCRIPTS):
        return "scripts"
    return "mathematics" if room.startswith("unrolled/core") else "rest"


def rooms(root: Path) -> dict[str, list[Edit]]:
    """List the edits of every room."""
    found: dict[str, list[Edit]] = defaultdict(list)
    readers: list[tuple[str, str, Callable[[str, str], list[Edit]]]] = [
        (PACKAGE, "*.py", python_edits), (SCRIPTS, "*.js", script_edits),
    ]  # fmt: skip
    for folder, pattern, read in readers:
        for file in sorted((root / folder).rglob(pattern)):
            path = file.relative_to(root).as_posix()
            found[room_of(path)] += read(path, file.read_text(encoding="utf-8"))
    return {room: edits for room, edits in found.items() if edits}


def draw(found: dict[str, list[Edit]], count: int, seed: int) -> list[Edit]:
    """Draw edits without repeating one: a room, then an operator, then a place.

    Every group has its share, and within it every room by the root of how much there is to edit in it.
    """
    generator, drawn = random.Random(seed), []
    groups = {group: sorted(room for room in found if group_of(room) == group) for group in SHARES}
    everything = sum(SHARES[group] for group, names in groups.items() if names)
    for group, names in groups.items():
        weights = {room: len(found[room]) ** 0.5 for room in names}
        wanted = min(round(SHARES[group] / everything * count), sum(len(found[room]) for room in names))
        left = {room: generator.sample(found[room], len(found[room])) for room in names}
        credit = {room: generator.random() * weights[room] for room in names}
        for _ in range(wanted):
            credit = {room: credit[room] + weights[room] for room in names}
            room = max((room for room in names if left[room]), key=lambda room: credit[room])
            credit[room] -= sum(weights.values())
            kind = generator.choice(sorted({edit.kind for edit in left[room]}))
            edit = next(each for each in left[room] if each.kind == kind)
            left[room].remove(edit)
            drawn.append(edit)
    return drawn
