"""The triangle as a table of at most two dozen steps, for readers without a picture."""

from collections.abc import Mapping
from typing import Any

ROWS = 24


def table_twin(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Choose steps and write the cells.

    Parameters
    ----------
    payload : mapping
        The answer of ``influence``: ``t``, ``k``, ``log10_norm`` with None where there is no number, and, under a
        truncation, ``kept``.

    Returns
    -------
    dict
        ``k``: the chosen steps; ``rows``: pairs of a step t and the text of its cells, empty where there is no path.
    """
    t, k = payload["t"], payload["k"]
    rows, columns = _chosen(len(t)), _chosen(len(k))
    return {
        "k": [k[column] for column in columns],
        "rows": [
            (t[row], [_cell(payload, row, column) if k[column] <= t[row] else "" for column in columns]) for row in rows
        ],
    }


def _chosen(count: int) -> list[int]:
    """Choose indices at an even distance, counted from the last one."""
    stride = -(-count // ROWS)
    return list(range(count - 1, -1, -stride))[::-1]


def _cell(payload: Mapping[str, Any], row: int, column: int) -> str:
    """Write a cell; what a truncation cuts off is said to be."""
    kept = payload.get("kept")
    cut = kept is not None and not kept[row][column]
    return "cut" if cut else _text(payload["log10_norm"][row][column])


def _text(log10_norm: float | None) -> str:
    """Write a cell; inside the triangle, what is no number is a product of exactly zero."""
    return "−∞" if log10_norm is None else f"{log10_norm:.2f}".replace("-", "−")
