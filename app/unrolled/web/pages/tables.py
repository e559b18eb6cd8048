"""The triangle as a table of at most two dozen steps, for readers without a picture."""

from collections.abc import Mapping
from typing import Any

ROWS = 24


def table_twin(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Choose steps of an answer of ``influence`` and write the cells: ``k``, and ``rows`` of a step t and its cells."""
    t, k = payload["t"], payload["k"]
    rows, columns = _even_indices(len(t)), _even_indices(len(k))
    return {
        "k": [k[column] for column in columns],
        "rows": [
            (t[row], [_cell(payload, row, column) if k[column] <= t[row] else "" for column in columns]) for row in rows
        ],
    }


def _even_indices(count: int) -> list[int]:
    """Choose indices at an even distance, counted from the last one."""
    stride = -(-count // ROWS)
    return list(range(count - 1, -1, -stride))[::-1]


def _cell(payload: Mapping[str, Any], row: int, column: int) -> str:
    """Write a cell, or that a truncation cuts it off."""
    kept = payload.get("kept")
    cut = kept is not None and not kept[row][column]
    return "cut" if cut else _text(payload["log10_norm"][row][column])


def _text(log10_norm: float | None) -> str:
    """Write a cell; inside the triangle, what is no number is a product of exactly zero."""
    return "−∞" if log10_norm is None else f"{log10_norm:.2f}".replace("-", "−")
