"""Values that an axis of a comparison proposes around the one that is set, out of that and the values of all fields."""

from collections.abc import Callable, Mapping
from typing import Any


def octaves(number: float, _: Mapping[str, Any]) -> list[float]:
    """Propose half, once, twice and four times."""
    start = number or 16
    return [start / 2, start, 2 * start, 4 * start]


def around(number: float, _: Mapping[str, Any]) -> list[float]:
    """Propose up to half less and half more."""
    return [number / 2, 0.75 * number, number, 1.25 * number, 1.5 * number] if number else [0.0, 0.5, 1.0, 1.5, 2.0]


def quarters(number: float, _: Mapping[str, Any]) -> list[float]:
    """Propose from a quarter to four times."""
    return [number / 4, number / 2, number, 2 * number, 4 * number] if number else [0, 0.5, 1]


def consecutive(number: float, _: Mapping[str, Any]) -> list[float]:
    """Propose this one and the next three."""
    return [number, number + 1, number + 2, number + 3]


def offsets(number: float, _: Mapping[str, Any]) -> list[float]:
    """Propose one and two less and more."""
    return [-1.0, 0.0, 1.0, 2.0, 4.0] if not number else [number - 2, number - 1, number, number + 1, number + 2]


def first_four(_: float, __: Mapping[str, Any]) -> list[float]:
    """Propose one to four."""
    return [1, 2, 3, 4]


def up_to(field: str) -> Callable[[float, Mapping[str, Any]], list[float]]:
    """Propose one to what another field is set to."""

    def spread(_: float, values: Mapping[str, Any]) -> list[float]:
        return [float(number) for number in range(1, values[field] + 1)]

    return spread
