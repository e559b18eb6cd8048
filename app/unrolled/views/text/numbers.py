"""Numbers in sentences: powers of ten, shares, counts; each text keeps its value. A real minus sign throughout."""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from unrolled.views.text.message import Text

MINUS = "−"
MESSAGES = {
    "pace": "× {factor} per step",
    "scientific": "{mantissa} × 10^{exponent}",
    "fraction": "1/{count}",
    "percent": "{percent:.0f} %",
    "percent.little": "less than 1 %",
    "percent.most": "more than 99 %",
}


def power(log10: float) -> Text:
    """Write a size as a power of ten with two digits that count: ``10^−0.62``, ``10^−1,806``, ``1``; ``0`` of −inf."""
    exponent = "" if log10 == -math.inf else _two_digits(log10)
    return Text("0" if not exponent else "1" if exponent == "0" else f"10^{exponent}", log10)


def pace(log10: float) -> Text:
    """Write what every step multiplies by: ``× 0.63 per step``."""
    return Text(MESSAGES["pace"].format(factor=factor(log10)), log10)


def factor(log10: float) -> Text:
    """Write a factor with two digits that count, three of one near 1: ``0.63``, ``1.02``, ``39``, ``6.3 × 10^−7``."""
    if log10 == -math.inf:
        return Text("0", log10)
    if not -4.0 <= log10 < 5.99:
        exponent = math.floor(log10 + 1e-12)
        return Text(_scientific(10.0 ** (log10 - exponent), exponent), log10)
    value = 10.0**log10
    digits = 3 if abs(log10) < 0.05 else 2
    rounded = round(value, digits - 1 - math.floor(math.log10(value) + 1e-12))
    places = max(0, digits - 1 - math.floor(math.log10(rounded) + 1e-12))
    return Text(f"{rounded:,.{places}f}", log10)


def remainder(log10: float) -> Text:
    """Write what is left of a whole: ``16 %``, ``1/1,600``, ``6.3 × 10^−7``; ``0`` of −inf."""
    if log10 >= -2.0:
        return Text(percent(min(1.0, 10.0**log10)), log10)
    if log10 < -6.0:
        return factor(log10)
    count = 10.0**-log10
    return Text(MESSAGES["fraction"].format(count=f"{round(count, 1 - math.floor(math.log10(count))):,.0f}"), log10)


def _scientific(mantissa: float, exponent: int) -> str:
    text = f"{mantissa:.1f}"
    if text == "10.0":
        text, exponent = "1.0", exponent + 1
    return MESSAGES["scientific"].format(mantissa=text, exponent=_signed(f"{exponent:,}"))


def number(value: float, digits: int = 3) -> Text:
    """Write a finite number with some digits that count: ``0.25`` or ``1,024``."""
    return Text(_number(value, digits), value)


def _number(value: float, digits: int) -> str:
    if value == 0.0:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        return power(math.log10(abs(value))) if value > 0 else MINUS + power(math.log10(abs(value)))
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text)


def fixed(value: float, digits: int = 2) -> Text:
    """Write a number with so many decimals, halves away from zero; never a negative zero."""
    return Text(_fixed(value, digits), value)


def _fixed(value: float, digits: int) -> str:
    if abs(value) >= 1e21:  # Decimals say nothing here, and a Decimal of the default precision ends soon.
        return _signed(repr(value))
    text = f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)}"
    return _signed(text) if float(text) else text.removeprefix("-")


def counted(count: int, noun: str) -> Text:
    """Write a count with its noun, singular or plural: ``1 step``, ``2,000 steps``."""
    return Text(f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s", count)


def ordinal(count: int) -> str:
    """Write a rank: ``16th`` or ``2nd``."""
    ending = "th" if 10 < count % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count:,}{ending}"


def percent(share: float) -> Text:
    """Write a share from 0 to 1 as ``31 %``: never rounds something to nothing, nor a part to the whole."""
    key = "percent.little" if 0.0 < share < 0.005 else "percent.most" if 0.995 <= share < 1.0 else "percent"
    return Text(MESSAGES[key].format(percent=100.0 * share), share)


def listed(parts: Iterable[str], last: str = "and") -> str:
    """Join words as in speech: ``a, b and c``."""
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
