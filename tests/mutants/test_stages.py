"""The nearest tests are asked first."""

from tests.house.tree import ROOT
from tests.mutants.stages import stages


def test_own_test_then_room_then_all() -> None:
    own, room, told, whole = stages(ROOT, "app/unrolled/core/norms/lanczos.py", browser=True)
    assert own.arguments[-1] == "tests/core/norms/test_lanczos.py"
    assert "tests/core/norms/test_squares.py" in room.arguments
    assert told.arguments[-1] == "tests/record/test_stored.py"
    assert whole.arguments[2:4] == ("tests/core", "tests/runtime")
    assert "tests/house" in whole.arguments
    assert "tests/browser" not in whole.arguments
    assert stages(ROOT, "app/unrolled/views/credit/__init__.py", browser=False)[-1].arguments[2] == "tests/views"


def test_a_script_is_asked_in_the_browser_that_carries_its_name() -> None:
    named = stages(ROOT, "static/js/compare/grid.js", browser=True)
    assert [stage.name for stage in named] == ["house", "browser: by name", "browser"]
    assert "tests/browser/test_compare.py" in named[1].arguments
    assert [stage.name for stage in stages(ROOT, "static/js/compare/grid.js", browser=False)] == ["house"]
    assert [stage.name for stage in stages(ROOT, "app/unrolled/web/pages/form.py", browser=True)][-1] == "browser"
