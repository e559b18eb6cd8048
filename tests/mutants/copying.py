"""A copy of the project in which one edit at a time is made."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.edits import Edit


class Copy:
    """The files that Git knows of, elsewhere; the virtual environment is that of the project."""

    def __init__(self, root: Path, place: Path) -> None:
        self.place = place
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True, text=True,
        )  # fmt: skip
        shutil.rmtree(place, ignore_errors=True)
        for name in filter(None, listed.stdout.split("\0")):
            source, target = root / name, place / name
            if source.is_file() and not source.is_symlink():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        for folder in (".venv",):
            if (root / folder).exists():
                (place / folder).symlink_to((root / folder).resolve())

    @contextmanager
    def planted(self, edit: Edit) -> Iterator[None]:
        """Make an edit for a while."""
        original = (self.place / edit.path).read_bytes()
        self._write(edit.path, edit.apply(self.place))
        try:
            yield
        finally:
            self._write(edit.path, original)

    def _write(self, path: str, source: bytes) -> None:
        """Write a file; what Python compiled of it a moment ago may look as new as it."""
        target = self.place / path
        target.write_bytes(source)
        for compiled in (target.parent / "__pycache__").glob(f"{target.stem}.*"):
            compiled.unlink()
