"""Every edit that the operators make of a Python file, read off its syntax tree."""

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise

from tests.mutants.edits import Edit

Found = Iterator[tuple[ast.AST | tuple[int, int], str, str]]

_COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="), ast.GtE: (">", "<"), ast.Eq: ("!=",),
    ast.NotEq: ("==",), ast.Is: ("is not",), ast.IsNot: ("is",), ast.In: ("not in",), ast.NotIn: ("in",),
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "*", ast.Mod: "//", ast.Pow: "*",
    ast.BitAnd: "|", ast.BitOr: "&", ast.BitXor: "&", ast.LShift: ">>", ast.RShift: "<<",
}  # fmt: skip
# What is called by one name and what by its opposite.
_OPPOSITES = {
    "min": "max", "minimum": "maximum", "any": "all", "argmin": "argmax", "floor": "ceil", "real": "imag",
    "floor_divide": "true_divide", "cumsum": "cumprod", "sum": "prod", "log10": "log2", "triu": "tril", "left": "right",
    "zeros": "ones", "zeros_like": "ones_like", "isposinf": "isneginf", "lower": "upper", "startswith": "endswith",
    "append": "remove", "update": "clear", "hypot": "maximum", "nanmin": "nanmax", "flatnonzero": "argsort",
}  # fmt: skip
_OPPOSITES |= {there: here for here, there in list(_OPPOSITES.items())}
# What says something only where the program is wrong already, or to the type checker.
_GUARDS = {"frozen", "slots", "kw_only", "strict"}
# Of these the order of the arguments does not matter.
_SYMMETRIC = {
    "max",
    "min",
    "maximum",
    "minimum",
    "hypot",
    "logaddexp",
    "union1d",
    "intersect1d",
    "isclose",
    "gcd",
    "vecdot",
}
# Results whose sign can be turned.
_NUMBERS = {"Array", "float", "int", "Steps", "complex"}


def python_edits(path: str, source: str) -> list[Edit]:
    """List the edits of a file, in order."""
    tree = ast.parse(source)
    offsets = _Offsets(source)
    found: set[tuple[int, int, str, str]] = set()
    for node in _edited_nodes(tree):
        for operator in _OPERATORS:
            for place, text, kind in operator(node, offsets):
                start, end = place if isinstance(place, tuple) else offsets.span(place)
                if offsets.text(start, end) != text:
                    found.add((start, end, text, kind))
    return [Edit(path, *each) for each in sorted(found)]


class _Offsets:
    """Places of nodes as offsets in bytes."""

    def __init__(self, source: str) -> None:
        self._bytes = source.encode()
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Give where a node begins and ends."""
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def at(self, line: int, column: int) -> int:
        """Give the offset of a place."""
        return self._starts[line - 1] + column

    def text(self, start: int, end: int) -> str:
        """Give the source between two offsets."""
        return self._bytes[start:end].decode()

    def of(self, node: ast.AST) -> str:
        """Give the source of a node."""
        return self.text(*self.span(node))

    def between(self, before: ast.AST, after: ast.AST, token: str) -> tuple[int, int]:
        """Find an operator between two nodes."""
        first, last = self.span(before)[1], self.span(after)[0]
        start = self._bytes.index(token.encode(), first, last)
        return start, start + len(token)


def _edited_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through all that is executed: no annotation, no import, no docstring, nothing for the type checker alone."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test):
        return
    if isinstance(node, ast.keyword) and node.arg in _GUARDS:
        return
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        return
    yield node
    for name, field in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params"}:
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                yield from _edited_nodes(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _comparison(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.Compare):
        for left, operator, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            token = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}.get(
                type(operator)
            ) or {ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"}[type(operator)]
            for other in _COMPARISONS[type(operator)]:
                yield offsets.between(left, right, token), other, "comparison"


def _number(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield node, str(node.value + 1), "integer off by one"
        if node.value > 0:
            yield node, str(node.value - 1), "integer off by one"
    if isinstance(node, ast.Constant) and type(node.value) is float:
        yield node, "1.0" if node.value == 0.0 else "0.0", "another number"
        yield node, repr(node.value * 2.0 if node.value else -1.0), "another number"
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield node, str(not node.value), "true and false"


def _arithmetic(node: ast.AST, offsets: _Offsets) -> Found:
    tokens = {
        ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
        ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    }  # fmt: skip
    if isinstance(node, ast.BinOp) and type(node.op) in tokens:
        is_text = any(isinstance(side, ast.JoinedStr) or _is_string(side) for side in (node.left, node.right))
        if not is_text:
            yield (
                offsets.between(node.left, node.right, tokens[type(node.op)]),
                _ARITHMETIC[type(node.op)],
                "arithmetic",
            )
    if isinstance(node, ast.AugAssign) and type(node.op) in tokens:
        place = offsets.between(node.target, node.value, tokens[type(node.op)] + "=")
        yield place, _ARITHMETIC[type(node.op)] + "=", "arithmetic"


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sign(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node, f"({offsets.of(node.operand)})", "dropped sign or not"


def _logic(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.BoolOp):
        here, there = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in pairwise(node.values):
            yield offsets.between(left, right, here), there, "and and or"
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield node.test, f"(not ({offsets.of(node.test)}))", "condition turned"
    if isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield test, f"({offsets.of(test)} or True)", "condition dropped"


def _opposite(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id in _OPPOSITES:
            yield called, _OPPOSITES[called.id], "opposite function"
        if isinstance(called, ast.Attribute) and called.attr in _OPPOSITES:
            end = offsets.span(called)[1]
            yield (end - len(called.attr.encode()), end), _OPPOSITES[called.attr], "opposite function"


def _arguments(node: ast.AST, offsets: _Offsets) -> Found:
    if not isinstance(node, ast.Call):
        return
    starts = sorted(offsets.span(each)[0] for each in [*node.args, *node.keywords])
    for keyword in node.keywords:
        start, end = offsets.span(keyword)
        following = [other for other in starts if other > start]
        previous = [offsets.span(each)[1] for each in [*node.args, *node.keywords] if offsets.span(each)[1] <= start]
        if keyword.arg is None or keyword.arg in _GUARDS:
            continue
        if following:
            yield (start, following[0]), "", "keyword dropped"
        else:
            yield (max(previous) if previous else start, end), "", "keyword dropped"
    plain = [each for each in node.args if not isinstance(each, ast.Starred)]
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    if len(plain) == len(node.args) and called not in _SYMMETRIC:
        for one, other in pairwise(plain):
            first, last = offsets.span(one)[0], offsets.span(other)[1]
            middle = offsets.text(offsets.span(one)[1], offsets.span(other)[0])
            if "#" not in middle and not isinstance(one, ast.GeneratorExp):
                yield (first, last), offsets.of(other) + middle + offsets.of(one), "arguments swapped"


def _key(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if key is not None and _is_string(key):
                yield key, repr(f"{key.value}_"), "another key"  # type: ignore[attr-defined]
    if isinstance(node, ast.Subscript) and _is_string(node.slice):
        yield node.slice, repr(f"{node.slice.value}_"), "another key"  # type: ignore[attr-defined]


def _slice(node: ast.AST, offsets: _Offsets) -> Found:
    if isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None:
                yield bound, f"({offsets.of(bound)}) + 1", "bound of a slice"
                yield bound, "", "bound of a slice"
        if node.step is not None:
            yield node.step, "", "bound of a slice"
    if isinstance(node, ast.IfExp):
        text = f"{offsets.of(node.orelse)} if {offsets.of(node.test)} else {offsets.of(node.body)}"
        yield node, text, "condition turned"


def _function(node: ast.AST, offsets: _Offsets) -> Found:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    result = ast.unparse(node.returns) if node.returns else ""
    turned = "-" if result in _NUMBERS else "not " if result == "bool" else ""
    for value in [each.value for each in _own_nodes(node) if isinstance(each, ast.Return)]:
        if turned and value is not None:
            yield value, f"{turned}({offsets.of(value)})", "sign of what is returned"
    if result == "None":
        for each in node.body:
            if not _is_docstring(each) and not isinstance(each, ast.FunctionDef):
                start = offsets.span(each)[0]
                yield (start, start), "return\n" + " " * each.col_offset, "early return"


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own_nodes(child)


def _statement(node: ast.AST, offsets: _Offsets) -> Found:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await)
    is_change = isinstance(node, ast.AugAssign | ast.Continue | ast.Break) or (
        isinstance(node, ast.Assign) and not any(isinstance(target, ast.Name) for target in node.targets)
    )
    if is_call or is_change or isinstance(node, ast.Raise):
        yield node, "pass", "statement dropped"


_OPERATORS: tuple[Callable[[ast.AST, _Offsets], Found], ...] = (
    _comparison, _number, _arithmetic, _sign, _logic, _opposite, _arguments, _key, _slice, _function, _statement,
)  # fmt: skip
