"""Operators on JavaScript leave strings and comments alone."""

from tests.mutants.script_edits import script_edits


def after(source: str) -> set[str]:
    """Give what all operators make of a source."""
    return {source[: edit.start] + edit.text + source[edit.end :] for edit in script_edits("x.js", source)}


def test_operators_edit_what_is_executed() -> None:
    assert after("a === b") == {"a !== b"}
    assert after("if (a < 3) return b;") == {
        "if (a >= 3) return b;", "if (a < 4) return b;", "if (!(a < 3)) return b;", "if (a < 3) return undefined;",
    }  # fmt: skip
    assert after("    show(a);\n") == {"\n"}
    assert after("const x = !a ?? true;") == {"const x = a ?? true;", "const x = !a && true;", "const x = !a ?? false;"}


def test_texts_and_comments_are_left_alone() -> None:
    assert after('import { a } from "b";\n// a === b && 3\n/* 1 + 1 */ const x = "a < 3";') == set()
