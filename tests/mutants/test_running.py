"""A failing test kills, an endless one too, and the copy is as it was."""

from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.mutants.copying import Copy
from tests.mutants.edits import Edit
from tests.mutants.record import Record, summary
from tests.mutants.running import failing, verdict
from tests.mutants.stages import Stage

pytestmark = pytest.mark.usefixtures("no_plugins")
SOURCE = b"def twice(x):\n    return x + x\n"


@pytest.fixture
def no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest start fast."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def project(place: Path) -> Copy:
    """Give a small project under test."""
    (place / "app").mkdir(parents=True)
    (place / "app" / "double.py").write_bytes(SOURCE)
    (place / "test_double.py").write_text(
        "from double import twice\ndef test_two():\n    assert twice(3) == 6\ndef test_broken():\n    assert False\n"
    )
    copy = Copy.__new__(Copy)
    copy.place = place
    return copy


def test_a_test_kills_and_what_failed_before_does_not(tmp_path: Path) -> None:
    copy, stage = project(tmp_path / "copy"), Stage("own", ("test_double.py",), 60)
    broken = {stage: failing(copy.place, stage)}
    assert broken[stage] == ["test_double.py::test_broken"]
    record = Record(tmp_path / "record.jsonl")
    for text, fate in (("*", "killed"), ("- -", "survived")):
        edit = Edit("app/double.py", SOURCE.index(b"+"), SOURCE.index(b"+") + 1, text, "arithmetic")
        with copy.planted(edit):
            assert text.encode() in (copy.place / edit.path).read_bytes()
            judged = verdict(copy.place, [stage], broken)
        assert judged[0] == fate
        record.add(edit.describe(copy.place), *judged)
    assert (copy.place / "app" / "double.py").read_bytes() == SOURCE
    again = Record(tmp_path / "record.jsonl")
    assert again.entries == record.entries
    assert [entry.why for entry in again.entries.values()] == ["test_double.py::test_two", ""]
    assert "    + return x - - x" in summary(list(again.entries.values())).splitlines()


def test_what_never_ends_is_ended(tmp_path: Path) -> None:
    copy = project(tmp_path / "copy")
    (copy.place / "test_double.py").write_text("def test_endless():\n    while True:\n        pass\n")
    assert (
        verdict(copy.place, [Stage("own", ("test_double.py",), 3)], {Stage("own", ("test_double.py",), 3): []})[0]
        == "killed"
    )


def test_a_copy_holds_the_files_that_git_knows(tmp_path: Path) -> None:
    copy = Copy(ROOT, tmp_path / "copy")
    assert (copy.place / "app" / "unrolled" / "main.py").read_bytes() == (
        ROOT / "app" / "unrolled" / "main.py"
    ).read_bytes()
    assert not (copy.place / ".git").exists()
