"""One edit of one file: what a mutant is."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """Bytes `start` to `end` of a file become `text`; `kind` names the operator."""

    path: str
    start: int
    end: int
    text: str
    kind: str

    def apply(self, root: Path) -> bytes:
        """Give the whole file as the edit leaves it."""
        source = (root / self.path).read_bytes()
        return source[: self.start] + self.text.encode() + source[self.end :]

    def describe(self, root: Path) -> "Description":
        """Say where it is and what becomes of the lines, without the offsets that the next commit moves."""
        source = (root / self.path).read_bytes()
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        last = len(source) if last < 0 else last
        before, tail = source[first:last].decode(), source[self.end : last].decode()
        after = source[first : self.start].decode() + self.text.replace("\n", "; ") + tail
        return Description(
            self.path, source.count(b"\n", 0, self.start) + 1, " ".join(before.split()), " ".join(after.split()),
            self.kind,
        )  # fmt: skip


@dataclass(frozen=True)
class Description:
    """An edit as a person reads it."""

    path: str
    line: int
    before: str
    after: str
    kind: str

    @property
    def name(self) -> str:
        """Name the edit by its file and its text: the same after lines above it moved."""
        text = "\n".join((self.path, self.before, self.after))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    def __str__(self) -> str:
        return f"{self.name} {self.path}:{self.line} ({self.kind})\n    - {self.before}\n    + {self.after}"
