"""The cells of a comparison's table in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from unrolled.views.text.numbers import MINUS

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def row_texts(tile: Mapping[str, Any]) -> list[str]:
    """Write verdict, horizon, rate, path length, operations and parameters of a tile, with ranges over the seeds."""
    ranges = tile["range"]
    return [
        tile["reach"] or _with_range(tile["verdict"], ranges["verdict"], lambda value: value or "–"),
        _with_range(tile["horizon"], ranges["horizon"], lambda value: "all" if value is None else f"{value:,}"),
        _with_range(tile["rate"], ranges["rate"], _rate),
        compact(tile.get("path_length")),
        compact(tile["flops"]),
        compact(tile["parameters"]),
    ]


def compact(value: float | None) -> str:
    """Write a large number with three digits that count, such as ``929``, ``55.3 k`` or ``1.06 M``; a dash for None."""
    if value is None:
        return "–"
    for unit, letter in _UNITS:
        if value >= 0.9995 * unit:
            share = value / unit
            places = 2 if share < 9.995 else 1 if share < 99.95 else 0
            return f"{share:.{places}f} {letter}"
    return f"{value:.0f}"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", MINUS)


def _with_range(value: Any, ends: Sequence[Any], write: Callable[[Any], str]) -> str:
    """Write a median, with its range over the seeds where there is one."""
    low, high = map(write, ends)
    return write(value) if low == high else f"{write(value)} ({low} to {high})"
