"""What a caller asserts of a network: reading it, and holding measured numbers to it."""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from unrolled.errors import FieldError
from unrolled.query.messages import quoted
from unrolled.query.types import plain_number
from unrolled.views.derivative.metrics import METRICS

MOST = 50
_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_FORM = re.compile(r"\s*([A-Za-z0-9_]+)\s*(>=|<=|==|!=|>|<)\s*([^\s=].*?)\s*", re.DOTALL)
_VERDICTS = ("vanishes", "preserves", "explodes")


@dataclass(frozen=True)
class Assertion:
    """One assertion: ``text`` as given, ``name`` of a gauge, ``sign`` of a comparison, what is ``expected``."""

    text: str
    name: str
    sign: str
    expected: float | str

    def judged(self, measured: float | str | None, missing: str | None) -> dict[str, Any]:
        """Hold a measured value to it.

        Parameters
        ----------
        measured : float, str or None
            The value; one that does not exist fails.
        missing : str or None
            Why it does not exist, or is no number that JSON can hold.

        Returns
        -------
        dict
            For JSON: ``assert``, ``name``, ``operator``, ``expected``, ``measured``, ``passed``, and as ``why`` the
            reason where nothing is measured.
        """
        passed = measured is not None and bool(_OPERATORS[self.sign](measured, self.expected))
        told = measured if isinstance(measured, str) or measured is None or math.isfinite(measured) else None
        return {
            "assert": self.text,
            "name": self.name,
            "operator": self.sign,
            "expected": self.expected,
            "measured": told,
            "passed": passed,
            "why": missing or "",
        }


def read_assertions(texts: Iterable[Any]) -> tuple[list[Assertion], list[FieldError]]:
    """Read assertions.

    Parameters
    ----------
    texts : iterable of str
        Each as ``horizon>=50``.

    Returns
    -------
    assertions : list of Assertion
        Those that could be read, in the order given.
    faults : list of FieldError
        One for every other; one where there is none at all or there are too many.
    """
    given, faults, made = list(texts), [], []
    if not given:
        message = f"assert is missing: give one or more such as assert=horizon>=50; there are {', '.join(METRICS)}."
        return [], [FieldError("assert", message, tuple(METRICS))]
    if len(given) > MOST:
        return [], [FieldError("assert", f"{len(given)} assertions are given; at most {MOST} are taken.")]
    for text in given:
        read = _read(text)
        if isinstance(read, Assertion):
            made.append(read)
        else:
            faults.append(read)
    return made, faults


def _read(text: Any) -> Assertion | FieldError:
    """Read one assertion, or say what is wrong with it."""
    form = _FORM.fullmatch(text) if isinstance(text, str) else None
    if form is None:
        return FieldError("assert", f"assert is {quoted(text)}; give a name, a comparison and a value: horizon>=50.")
    name, sign, value = form.groups()
    if name not in METRICS:
        return FieldError("assert", f"assert names {quoted(name)}; it may name {', '.join(METRICS)}.", tuple(METRICS))
    if name == "verdict":
        if value not in _VERDICTS or sign not in ("==", "!="):
            message = f"assert is {quoted(text)}; a verdict is == or != one of {', '.join(_VERDICTS)}."
            return FieldError("assert", message, _VERDICTS)
        return Assertion(text, name, sign, value)
    try:
        number = float(plain_number(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return FieldError("assert", f"assert compares {name} with {quoted(value)}; give a finite number such as 50.")
    return Assertion(text, name, sign, number)
