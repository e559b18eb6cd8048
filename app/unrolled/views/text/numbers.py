"""Numbers in sentences: powers of ten, shares, counts; a real minus sign throughout."""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"


def power(log10: float) -> str:
    """Write a size as a power of ten: two digits that count, more only for large exponents.

    Parameters
    ----------
    log10 : float
        Decimal logarithm; −inf is an exact zero.

    Returns
    -------
    str
        For example ``10^−0.62``, ``10^−1,806``, ``1`` or ``0``.
    """
    if log10 == -math.inf:
        return "0"
    exponent = _two_digits(log10)
    return "1" if exponent == "0" else f"10^{exponent}"


def pace(log10: float) -> str:
    """Write a rate: what every step multiplies by.

    Parameters
    ----------
    log10 : float
        Decimal logarithm of the factor.

    Returns
    -------
    str
        For example ``10^−0.62 a step``, or ``a factor of 1 a step``, as a bare 1 would read like a count.
    """
    factor = power(log10)
    return f"{factor} a step" if "^" in factor else f"a factor of {factor} a step"


def number(value: float, digits: int = 3) -> str:
    """Write a number with some digits that count.

    Parameters
    ----------
    value : float
        A finite number.
    digits : int
        How many digits count.

    Returns
    -------
    str
        For example ``0.25`` or ``1,024``.
    """
    if value == 0.0:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        return power(math.log10(abs(value))) if value > 0 else MINUS + power(math.log10(abs(value)))
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def fixed(value: float, digits: int = 2) -> str:
    """Write a number with so many decimals, halves away from zero; never a negative zero."""
    text = f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)}"
    return _signed(text) if float(text) else text.removeprefix("-")


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, singular or plural.

    Parameters
    ----------
    count : int
        How many.
    noun : str
        The singular.

    Returns
    -------
    str
        For example ``1 step`` or ``1,000 steps``.
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def ordinal(count: int) -> str:
    """Write a rank.

    Parameters
    ----------
    count : int
        Which.

    Returns
    -------
    str
        For example ``16th`` or ``2nd``.
    """
    ending = "th" if 10 < count % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count:,}{ending}"


def percent(share: float) -> str:
    """Write a share as a percentage that never rounds something to nothing, nor a part to the whole.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
        For example ``31 %``, ``less than 1 %`` or ``0 %``.
    """
    if 0.0 < share < 0.005:
        return "less than 1 %"
    if 0.995 <= share < 1.0:
        return "more than 99 %"
    return f"{100.0 * share:.0f} %"


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Join words as in speech.

    Parameters
    ----------
    parts : iterable of str
        The words.
    last : str
        What stands before the last one.

    Returns
    -------
    str
        For example ``a, b and c``.
    """
    words = list(parts)
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _two_digits(value: float) -> str:
    """Round to two digits that count, or to a whole number from 10 on; at most four decimals."""
    size = abs(value)
    places = 0 if size >= 10 or size == 0 else min(4, 1 - math.floor(math.log10(size)))
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("0", "-0") else _signed(text)


def _signed(text: str) -> str:
    return text.replace("-", MINUS)
