"""The folders of the package: no circle of imports, no crowded folder, a core that is pure NumPy."""

import graphlib
import sys
from collections import Counter

import grimp
import pytest

from tests.house.tree import ROOT, files

PACKAGE = ROOT / "app" / "unrolled"
MODULES = files("app/unrolled", suffixes=(".py",))
# Types and protocols, and tables of sentences that the tests of their users meet.
WITHOUT_TEST = frozenset({
    "core/derivatives/derivative.py",
    "core/networks/architecture.py",
    "core/networks/cell.py",
    "core/arrays/types.py",
    "experiment/uploads/wav_messages.py",
    "query/labels.py",
    "views/contract/view.py",
    "views/memory/messages.py", "web/pages/messages.py",
})  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Read every import of the package, also those inside functions and those for the type checker alone."""
    return grimp.build_graph("unrolled", include_external_packages=True)


def test_no_module_imports_itself_in_a_circle(graph: grimp.ImportGraph) -> None:
    own = [module for module in graph.modules if module.startswith("unrolled")]
    imports = {module: graph.find_modules_directly_imported_by(module) for module in own}
    assert len(own) > 200
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError with the circle


def test_the_core_imports_numpy_and_nothing_else(graph: grimp.ImportGraph) -> None:
    core = [module for module in graph.modules if module.startswith("unrolled.core")]
    imported = {name for module in core for name in graph.find_modules_directly_imported_by(module)}
    outside = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if not name.startswith(("unrolled.core", "unrolled.runtime"))} <= {
        "numpy", "unrolled.errors",
    }  # fmt: skip


def test_no_folder_holds_more_than_14_modules() -> None:
    assert [room for room, count in Counter(path.parent for path in MODULES).items() if count > 14] == []


def test_at_most_six_modules_stand_outside_the_rooms() -> None:
    assert len([path for path in MODULES if path.parent == PACKAGE]) <= 6


def test_every_room_says_what_it_is_for() -> None:
    rooms = {path.parent for path in MODULES} - {PACKAGE}
    assert [room for room in rooms if not (room / "__init__.py").read_text(encoding="utf-8").startswith('"""')] == []


def test_every_module_has_a_test_by_its_name() -> None:
    modules = [path.relative_to(PACKAGE) for path in MODULES if path.name != "__init__.py"]
    tested = {path for path in modules if (ROOT / "tests" / path.with_name(f"test_{path.name}")).is_file()}
    assert {path.as_posix() for path in modules if path not in tested} == WITHOUT_TEST
