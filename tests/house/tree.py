"""The files of the project, as the tests of the house read them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
_SKIPPED = {"vendor", "node_modules", "build", "dist"}


def files(*places: str, suffixes: tuple[str, ...]) -> list[Path]:
    """List the files below some places of the project, without vendored, hidden and generated ones.

    Parameters
    ----------
    *places : str
        Folders or files, relative to the root; the root itself when none is given.
    suffixes : tuple of str
        Endings of the names to list.

    Returns
    -------
    list of pathlib.Path
        Absolute paths in order.
    """
    paths = []
    for place in places or (".",):
        for path in sorted((ROOT / place).rglob("*")):
            parts = path.relative_to(ROOT).parts
            hidden = any(part.startswith(".") and part != ".ci" for part in parts) or "__pycache__" in parts
            if path.is_file() and path.name.endswith(suffixes) and not hidden and not _SKIPPED & set(parts):
                paths.append(path)
    return paths


def read(name: str) -> str:
    """Read a text file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")
