"""Where templates and static files lie: inside an installed package, in a checkout beside the folder of the sources."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent

_MISSING_FOLDER = (
    "The folder {name} is missing or empty: neither {installed} nor {checkout} holds it; "
    "install Unrolled again, or check out the whole project."
)
_MISSING_FILE = (
    "The file {path} is missing, and {user} needs it; install Unrolled again, or check out the whole project."
)

_PAGES = ("explorer.html", "compare.html", "docs.html", "error.html")
_TEMPLATES = re.compile(r'\{%-? *(?:extends|from|include|import) "([^"]+)"')
_STATIC = re.compile(r'"/static/([^"{}]+)"')
_MODULES = re.compile(r'^(?:import|export|\})[^;"]*"(\.{1,2}/[^"]+\.js)"', re.MULTILINE)


class MissingFiles(RuntimeError):
    """Files that the pages are made of are not there; the message names the place and the way out."""


def folder(name: str) -> Path:
    """Find ``static`` or ``templates``; raises `MissingFiles` where neither place holds it."""
    places = (PACKAGE / name, PACKAGE.parents[1] / name)
    for place in places:
        if place.is_dir() and any(place.iterdir()):
            return place
    raise MissingFiles(_MISSING_FOLDER.format(name=name, installed=places[0], checkout=places[1]))


def roots() -> tuple[Path, ...]:
    """Give the folders that together hold every file of the application, none of them inside another."""
    folders = (folder("static"), folder("templates"))
    return (PACKAGE, *(place for place in folders if not place.is_relative_to(PACKAGE)))


def require_files() -> None:
    """Raise `MissingFiles` for the first file that a page needs and that is not there."""
    for path, user in needed_files().items():
        if not path.is_file():
            raise MissingFiles(_MISSING_FILE.format(path=path, user=user))


def needed_files() -> dict[Path, str]:
    """Follow every reference from the pages on to each template, script, style and font; say what needs it first."""
    places = {name: folder(name) for name in ("templates", "static")}
    users = {places["templates"] / page: "the site" for page in _PAGES}
    waiting = [("templates", page) for page in _PAGES]
    while waiting:
        kind, name = waiting.pop()
        for reference in _references(kind, name, places[kind] / name):
            path = places[reference[0]] / reference[1]
            if path not in users:
                users[path] = name
                waiting.append(reference)
    return users


def _references(kind: str, name: str, path: Path) -> Iterator[tuple[str, str]]:
    """Give the files that a template, a script or a style names; vendored ones stand alone."""
    if path.suffix not in (".html", ".js", ".css") or name.startswith("vendor/") or not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    yield from (("static", found) for found in _STATIC.findall(text))
    if kind == "templates":
        yield from (("templates", found) for found in _TEMPLATES.findall(text))
    for module in _MODULES.findall(text) if path.suffix == ".js" else ():
        yield "static", posixpath.normpath(posixpath.join(posixpath.dirname(name), module))
