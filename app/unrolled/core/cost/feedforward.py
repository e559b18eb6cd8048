"""The work of a model without recurrence: its forward pass, and the Jacobians of the sampled cells."""

from dataclasses import dataclass

from unrolled.core.cost.recurrent import Cost

_BYTES = 8
# A row of cells is a few calls; a cell's norm is little beside its Jacobian.
_ROW, _CELL = 4.0e5, 60.0


@dataclass(frozen=True)
class DirectSize:
    """Sizes of a model without recurrence, T, H, L and D, as many outputs as inputs, and d_k of attention.

    ``receptive_field`` is how many inputs an output reads at most: 1, the window, or all T.
    """

    model: str
    length: int
    hidden: int
    layers: int
    input_size: int
    receptive_field: int
    key: int


def direct_cost(size: DirectSize, rows: int, columns: int) -> Cost:
    """Estimate a forward pass and a triangle of sampled rows and columns."""
    hidden, entries = size.hidden, size.input_size
    if size.model == "attention":
        weights = entries * hidden + hidden * (2 * size.key + hidden) + hidden * entries
        forward = 2.0 * size.length * weights + size.length**2 * (2.0 * size.key + 2.0 * entries + 12.0) / 2
        cell = 2.0 * entries * (hidden + size.key) + _CELL * entries**2
        trace = size.length * (2 * size.key + 3 * hidden + 2 * entries)
    else:
        weights = size.receptive_field * entries * hidden + (size.layers - 1) * hidden**2 + hidden * entries
        forward = 2.0 * size.length * weights
        cell = 2.0 * hidden * entries**2 + _CELL * entries**2
        trace = size.length * (2 * size.layers * hidden + (size.receptive_field + 2) * entries)
    backward = rows * (2.0 * entries * weights + _ROW)
    cells = rows * min(columns, size.receptive_field) * cell
    cells_held = (
        min(columns, size.receptive_field) * entries * (4.0 * entries + hidden + size.key) + 4.0 * rows * columns
    )
    return Cost(forward + backward + cells, _BYTES * (trace + cells_held + 2.0**18))
