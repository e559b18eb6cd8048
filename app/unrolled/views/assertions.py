"""What a caller asserts of a network: reading it, and holding measured numbers to it."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from unrolled.core.behaviour.summary import VERDICTS
from unrolled.errors import FieldError
from unrolled.query.messages import quoted
from unrolled.query.types import plain_number
from unrolled.views.derivative.metrics import METRICS

MOST = 50
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_FORM = re.compile(r"\s*([A-Za-z0-9_]+)\s*(>=|<=|==|!=|>|<)\s*([^\s=].*?)\s*", re.DOTALL)
MESSAGES = {
    "missing": "assert is missing: give one or more such as assert=horizon>=50; there are {names}.",
    "many": "{count} assertions are given; at most {most} are taken.",
    "form": "assert is {text}; give a name, a comparison and a value: horizon>=50.",
    "name": "assert names {name}; it may name {names}.",
    "verdict": "assert is {text}; a verdict is == or != one of {verdicts}.",
    "number": "assert compares {name} with {value}; give a finite number such as 50.",
}


@dataclass(frozen=True)
class Assertion:
    """One assertion: the ``name`` of a metric, a comparison, what is ``expected``, and the ``text`` of all."""

    text: str
    name: str
    sign: str
    expected: float | str

    def judge(self, measured: float | str | None, missing: str | None) -> dict[str, Any]:
        """Hold a measured value to it, for JSON; one that does not exist fails.

        ``missing`` says why it does not exist, or is no number that JSON can hold.
        """
        passed = measured is not None and bool(_OPERATORS[self.sign](measured, self.expected))
        finite = isinstance(measured, str) or measured is None or math.isfinite(measured)
        return {
            "assert": self.text,
            "name": self.name,
            "operator": self.sign,
            "expected": self.expected,
            "measured": measured if finite else None,
            "passed": passed,
            "why": missing or "",
        }


def read_assertions(texts: Iterable[Any]) -> tuple[list[Assertion], list[FieldError]]:
    """Read assertions such as ``horizon>=50``, in their order, and give a fault for every one that cannot be read.

    One fault, too, where there is none at all or there are too many.
    """
    rows, faults, assertions = list(texts), [], []
    if not rows:
        return [], [_fault("missing", tuple(METRICS), names=", ".join(METRICS))]
    if len(rows) > MOST:
        return [], [_fault("many", count=len(rows), most=MOST)]
    for text in rows:
        result = _read(text)
        if isinstance(result, Assertion):
            assertions.append(result)
        else:
            faults.append(result)
    return assertions, faults


def _read(text: Any) -> Assertion | FieldError:
    """Read one assertion, or say what is wrong with it."""
    form = _FORM.fullmatch(text) if isinstance(text, str) else None
    if form is None:
        return _fault("form", text=quoted(text))
    name, sign, value = form.groups()
    if name not in METRICS:
        return _fault("name", tuple(METRICS), name=quoted(name), names=", ".join(METRICS))
    if name == "verdict":
        if value not in VERDICTS or sign not in ("==", "!="):
            return _fault("verdict", VERDICTS, text=quoted(text), verdicts=", ".join(VERDICTS))
        return Assertion(text, name, sign, value)
    try:
        number = float(plain_number(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return _fault("number", name=name, value=quoted(value))
    return Assertion(text, name, sign, number)


def _fault(key: str, allowed: tuple[str, ...] | None = None, **values: Any) -> FieldError:
    return FieldError("assert", MESSAGES[key].format(**values), allowed)
