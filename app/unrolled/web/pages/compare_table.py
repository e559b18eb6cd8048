"""The table of a comparison in words; `static/js/compare/table.js` writes the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from unrolled.service.compare.answer import tile_payload
from unrolled.service.compare.gather import Finished
from unrolled.views.text.numbers import MINUS

_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True)
class Row:
    """One tile in words.

    Attributes
    ----------
    name, link : str
        What it is called, and the page that shows it large; no link where there is no such network.
    cells : tuple of str
        Verdict, horizon, rate, path length, operations, parameters.
    reason : str
        Why there is no tile.
    """

    name: str
    link: str
    cells: tuple[str, ...]
    reason: str


def rows_of(met: Sequence[Finished]) -> list[Row]:
    """Write the rows of the table.

    Parameters
    ----------
    met : sequence of Finished
        The tiles, row by row.

    Returns
    -------
    list of Row
        One a tile.
    """
    return [_row(tile_payload(each, short=True)) for each in met]


def compact(value: float | None) -> str:
    """Write a large number with three digits that count.

    Parameters
    ----------
    value : float or None
        Zero or more.

    Returns
    -------
    str
        For example ``929``, ``55.3 k`` or ``1.06 M``; a dash for None.
    """
    if value is None:
        return "–"
    for unit, letter in _UNITS:
        if value >= 0.9995 * unit:
            share = value / unit
            places = 2 if share < 9.995 else 1 if share < 99.95 else 0
            return f"{share:.{places}f} {letter}"
    return f"{value:.0f}"


def _row(tile: dict[str, Any]) -> Row:
    if tile["reason"]:
        return Row(tile["name"], tile["link"] or "", (), tile["reason"])
    ranges = tile["range"]
    cells = (
        tile["reach"] or _ranged(tile["verdict"], ranges["verdict"], str),
        _ranged(tile["horizon"], ranges["horizon"], lambda value: "all" if value is None else f"{value:,}"),
        _ranged(tile["rate"], ranges["rate"], _rate),
        compact(tile.get("path_length")),
        compact(tile["flops"]),
        compact(tile["parameters"]),
    )
    return Row(tile["name"], tile["link"], cells, "")


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", MINUS)


def _ranged(value: Any, ends: Sequence[Any], write: Callable[[Any], str]) -> str:
    """Write a median, with its range over the seeds where there is one."""
    low, high = map(write, ends)
    return write(value) if low == high else f"{write(value)} ({low} to {high})"
