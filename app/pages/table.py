"""The triangle as a table of at most two dozen steps, for readers without a picture."""

from collections.abc import Mapping
from typing import Any

ROWS = 24


def table_twin(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Choose steps and write the cells.

    Parameters
    ----------
    payload : mapping
        The answer of ``influence``: ``t``, ``k`` and ``log10_norm`` with None where there is no number.

    Returns
    -------
    dict
        ``k``: the chosen steps; ``rows``: pairs of a step t and the text of its cells, empty where there is no path.
    """
    steps = payload["t"]
    chosen = _chosen(len(steps))
    rows = []
    for row in chosen:
        cells = payload["log10_norm"][row]
        rows.append((steps[row], [_text(cells[column]) if column <= row else "" for column in chosen]))
    return {"k": [steps[index] for index in chosen], "rows": rows}


def _chosen(count: int) -> list[int]:
    """Choose indices at an even distance, counted from the last one."""
    stride = -(-count // ROWS)
    return list(range(count - 1, -1, -stride))[::-1]


def _text(log10_norm: float | None) -> str:
    """Write a cell; inside the triangle, what is no number is a product of exactly zero."""
    return "−∞" if log10_norm is None else f"{log10_norm:.2f}".replace("-", "−")
