"""Every operator makes the edit that it is named for, and what it leaves is Python."""

import ast

import pytest

from tests.mutants.edits import Edit
from tests.mutants.python_edits import python_edits


def texts(source: str) -> dict[str, set[str]]:
    """Give what each operator makes of a source."""
    found: dict[str, set[str]] = {}
    for edit in python_edits("x.py", source):
        after = source.encode()[: edit.start] + edit.text.encode() + source.encode()[edit.end :]
        ast.parse(after)
        found.setdefault(edit.kind, set()).add(after.decode())
    return found


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        ("a < b", "comparison", {"a <= b", "a >= b"}),
        ("a is not b", "comparison", {"a is b"}),
        ("a + 3", "integer off by one", {"a + 4", "a + 2"}),
        ("a - b", "arithmetic", {"a + b"}),
        ("a //= b", "arithmetic", {"a *= b"}),
        ("not a", "dropped sign or not", {"(a)"}),
        ("a and b or c", "and and or", {"a or b or c", "a and b and c"}),
        ("max(a, b)", "opposite function", {"min(a, b)"}),
        ("x.min()", "opposite function", {"x.max()"}),
        ("f(a, b, key=c)", "arguments swapped", {"f(b, a, key=c)"}),
        ("f(a, b, key=c)", "keyword dropped", {"f(a, b)"}),
        ("f(key=c, other=d)", "keyword dropped", {"f(other=d)", "f(key=c)"}),
        ("{'a': b}", "another key", {"{'a_': b}"}),
        ("a[b:c]", "bound of a slice", {"a[(b) + 1:c]", "a[:c]", "a[b:(c) + 1]", "a[b:]"}),
        ("a if b else c", "condition turned", {"a if (not (b)) else c"} | {"c if b else a"}),
        ("x = [a for a in b if a]", "condition dropped", {"x = [a for a in b if (a or True)]"}),
        (
            "def f() -> float:\n    return 'é' * a",
            "sign of what is returned",
            {"def f() -> float:\n    return -('é' * a)"},
        ),
        ("def f() -> None:\n    a()", "early return", {"def f() -> None:\n    return\n    a()"}),
        ("a.b = c\nd = e", "statement dropped", {"pass\nd = e"}),
        ("raise A", "statement dropped", {"pass"}),
    ],
)
def test_an_operator_makes_its_edit(source: str, kind: str, expected: set[str]) -> None:
    found = texts(source)
    # An expression that is chosen by a condition is turned in two ways, by two operators.
    assert found[kind] == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""A text of 3 words."""\nfrom a import b\n',
        'x: Literal["a", 1]\n',
        "@dataclass(frozen=True)\nclass A:\n    y: list[int]\n",
        "if TYPE_CHECKING:\n    x = 1\n",
        "x = f(a, strict=True)\n",
        "x = np.isclose(a, b)\n",
    ],
)
def test_what_is_not_executed_is_left_alone(source: str) -> None:
    assert python_edits("x.py", source) == []


def test_an_edit_is_known_by_its_text_and_not_by_its_line(tmp_path) -> None:
    (tmp_path / "x.py").write_text("a = b + c\n", encoding="utf-8")
    before = Edit("x.py", 6, 7, "-", "arithmetic").describe(tmp_path)
    (tmp_path / "x.py").write_text("# é\n\na = b + c\n", encoding="utf-8")
    after = Edit("x.py", 12, 13, "-", "arithmetic").describe(tmp_path)
    assert (before.line, after.line) == (1, 3)
    assert (before.before, before.after) == ("a = b + c", "a = b - c")
    assert before.name == after.name
