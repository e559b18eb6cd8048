"""A cell with the sizes that are drawn: log10 of the lengths of its values and of the norms of its derivatives."""

from collections.abc import Mapping
from dataclasses import dataclass

from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.local_norms import factor_norms, lengths
from unrolled.core.networks.diagrams.cell import CellDiagram


@dataclass(frozen=True)
class MeasuredCell:
    """A cell with the sizes (n,) at the drawn steps of each node by its name, and of each edge in the cell's order.

    ``initial`` has the lengths of the states before the first step.
    """

    diagram: CellDiagram
    lengths: Mapping[str, Array]
    norms: tuple[Array, ...]
    initial: Mapping[str, float]


def measured(cell: CellDiagram, count: int, norm: Norm) -> MeasuredCell:
    """Measure a cell at each of ``count`` steps."""
    return MeasuredCell(
        cell,
        {node.name: lengths(node.values) for node in cell.nodes},
        tuple(factor_norms(edge.derivative, count, norm) for edge in cell.edges),
        {name: float(lengths(state[None])[0]) for name, state in cell.states.items()},
    )
