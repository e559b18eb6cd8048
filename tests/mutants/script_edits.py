"""Edits of a JavaScript file, read off its text once strings and comments are blanked."""

import re

from tests.mutants.edits import Edit

_OPAQUE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.S)
# What is looked for, what becomes of it, and the operator's name.
_OPERATORS: list[tuple[str, str, str]] = [
    (r"===", "!==", "comparison"),
    (r"!==", "===", "comparison"),
    (r" < ", " >= ", "comparison"),
    (r" <= ", " < ", "comparison"),
    (r" > ", " <= ", "comparison"),
    (r" >= ", " > ", "comparison"),
    (r" \+ ", " - ", "arithmetic"),
    (r" - ", " + ", "arithmetic"),
    (r" \* ", " / ", "arithmetic"),
    (r" / ", " * ", "arithmetic"),
    (r"&&", "||", "and and or"),
    (r"\|\|", "&&", "and and or"),
    (r"\?\?", "&&", "and and or"),
    (r"!(?=[\w(])", "", "dropped sign or not"),
    (r"\bMath\.min\b", "Math.max", "opposite function"),
    (r"\bMath\.max\b", "Math.min", "opposite function"),
    (r"\btrue\b", "false", "true and false"),
    (r"\bfalse\b", "true", "true and false"),
    (r"(?<![\w.])\d+(?![\w.])", "{+1}", "integer off by one"),
    (r"(?<=^)( +)(?:await )?[\w.?]+\([^\n{}]*\);$", "", "statement dropped"),
    (r"(?<=return )[^\s;{}][^;\n{}]*(?=;$)", "undefined", "early return"),
    (r"(?<=if \()[^\n{}]+(?=\) (?:\{|return|\w))", "!({})", "condition turned"),
]


def script_edits(path: str, source: str) -> list[Edit]:
    """List the edits of a script, in order."""
    blank = _OPAQUE.sub(lambda match: re.sub(r"[^\n]", "§", match[0]), source)
    found = []
    for pattern, text, kind in _OPERATORS:
        for match in re.finditer(pattern, blank, re.M):
            start, end = match.span()
            if blank[blank.rfind("\n", 0, start) + 1 : start].lstrip().startswith("import"):
                continue
            old = source[start:end]
            new = str(int(old) + 1) if text == "{+1}" else text.replace("{}", old)
            first = len(source[:start].encode())
            found.append(Edit(path, first, first + len(old.encode()), new, kind))
    return sorted(found, key=lambda edit: (edit.start, edit.end, edit.text))
