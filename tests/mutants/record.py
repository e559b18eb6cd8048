"""What became of each edit: kept on disk, so that a run can be taken up again."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutants.drawing import group_of, room_of
from tests.mutants.edits import Description

EQUIVALENT = Path(__file__).with_name("equivalent.json")


@dataclass(frozen=True)
class Entry:
    """One edit and its fate: killed, survived or equivalent; by which stage and test, or for what reason."""

    name: str
    path: str
    line: int
    before: str
    after: str
    kind: str
    fate: str
    stage: str
    why: str


class Record:
    """Entries of a run, one a line; the last one of an edit counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.entries: dict[str, Entry] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                entry = Entry(**json.loads(line))
                self.entries[entry.name] = entry

    def add(self, edit: Description, fate: str, stage: str, why: str) -> None:
        """Keep what became of an edit."""
        entry = Entry(edit.name, edit.path, edit.line, edit.before, edit.after, edit.kind, fate, stage, why)
        self.entries[entry.name] = entry
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")


def equivalents() -> dict[str, str]:
    """Give the reasons of the edits that change nothing that can be observed, by their names."""
    kept: dict[str, dict[str, str]] = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {name: each["reason"] for name, each in kept.items()}


def summary(entries: list[Entry]) -> str:
    """Write how many died, by group and by room, and list who survived."""
    rooms = {entry.name: room_of(entry.path) for entry in entries}
    lines = _table("group", entries, {name: group_of(room) for name, room in rooms.items()})
    lines += ["", *_table("room", entries, rooms), ""]
    for entry in entries:
        if entry.fate == "survived":
            lines.append(f"{entry.name} {entry.path}:{entry.line} ({entry.kind})")
            lines += [f"    - {entry.before}", f"    + {entry.after}"]
    return "\n".join(lines)


def _table(title: str, entries: list[Entry], places: dict[str, str]) -> list[str]:
    counts = Counter((places[entry.name], entry.fate) for entry in entries)
    lines = [f"{title:40}{'killed':>8}{'survived':>10}{'equivalent':>12}"]
    for place in sorted(set(places.values())):
        killed, survived, equivalent = (counts[place, fate] for fate in ("killed", "survived", "equivalent"))
        share = f"{killed / (killed + survived):8.0%}" if killed + survived else ""
        lines.append(f"{place:40}{killed:8}{survived:10}{equivalent:12}{share}")
    return lines
