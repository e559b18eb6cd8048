"""Which tests are asked first of an edited file, and which after them."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.mutants.drawing import SCRIPTS

# Seconds that a stage may take; beyond them the edit made something endless.
_NEAR_SECONDS, _WHOLE_SECONDS = 300, 1800
# What renders and answers, and is therefore seen by a browser alone.
_SEEN_IN_A_BROWSER = ("app/unrolled/web/pages",)
# Stored answers to a few questions about everything.
_TOLD = "tests/record/test_stored.py"
_NOT_BROWSER = ("-m", "not browser and not oracle and not install")
_BROWSER = ("-m", "browser")


@dataclass(frozen=True)
class Stage:
    """Tests that run together."""

    name: str
    arguments: tuple[str, ...]
    seconds: int

    @property
    def is_near(self) -> bool:
        """Whether these are a few tests that are asked of every edit."""
        return self.seconds == _NEAR_SECONDS


def stages(root: Path, path: str, browser: bool) -> list[Stage]:
    """List the tests of a file in the order in which they are asked: its own, its room's, all."""
    if path.startswith(SCRIPTS):
        named = _browser_tests(root, path)
        found = [Stage("browser: by name", (*_BROWSER, *named), _WHOLE_SECONDS)] if named else []
        house = Stage("house", (*_NOT_BROWSER, "tests/house/test_scripts.py"), _NEAR_SECONDS)
        return [house, *found, Stage("browser", (*_BROWSER, "tests/browser"), _WHOLE_SECONDS)] if browser else [house]
    inside = PurePosixPath(path).relative_to("app/unrolled")
    name = inside.parent.name if inside.name == "__init__.py" else inside.stem
    own = PurePosixPath("tests") / inside.parent / f"test_{name}.py"
    if inside.name == "__init__.py":
        own = PurePosixPath("tests") / inside.parent.parent / f"test_{name}.py"
    room = PurePosixPath("tests") / inside.parent
    found = []
    if (root / own).is_file():
        found.append(Stage("own", (*_NOT_BROWSER, str(own)), _NEAR_SECONDS))
    near = sorted(str(each.relative_to(root)) for each in (root / room).glob("test_*.py"))
    if near and near != [str(own)]:
        found.append(Stage("room", (*_NOT_BROWSER, *near), _NEAR_SECONDS))
    if (root / _TOLD).is_file():
        found.append(Stage("told", (*_NOT_BROWSER, _TOLD), _NEAR_SECONDS))
    found.append(Stage("whole", (*_NOT_BROWSER, *_nearest_first(root, inside)), _WHOLE_SECONDS))
    if browser and path.startswith(_SEEN_IN_A_BROWSER):
        found.append(Stage("browser", (*_BROWSER, "tests/browser"), _WHOLE_SECONDS))
    return found


def _nearest_first(root: Path, inside: PurePosixPath) -> list[str]:
    """List all tests but the browser's: those of the layer, then of the layers above it, then the rest."""
    layers = ["core", "runtime", "experiment", "query", "views", "service", "web"]
    first = inside.parts[0] if inside.parts[0] in layers else "web"
    order = layers[layers.index(first) :] + layers[: layers.index(first)]
    loose = sorted(str(each.relative_to(root)) for each in (root / "tests").glob("test_*.py"))
    others = sorted(
        str(each.relative_to(root))
        for each in (root / "tests").iterdir()
        if each.is_dir() and each.name not in {*layers, "browser", "mutants", "__pycache__"}
    )
    return [*(f"tests/{layer}" for layer in order), *loose, *others]


def _browser_tests(root: Path, path: str) -> list[str]:
    """List the tests in a browser that carry the name of a script or of its folder, and those of single modules."""
    words = {PurePosixPath(path).stem, PurePosixPath(path).parent.name, "modules"}
    return sorted(
        str(test.relative_to(root))
        for test in (root / "tests" / "browser").glob("test_*.py")
        if words & {test.stem.removeprefix("test_"), *test.stem.split("_")}
    )
