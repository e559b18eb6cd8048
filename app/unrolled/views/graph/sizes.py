"""Sizes of vectors and of local derivatives, without overflow: log10 of shape (n,), −inf for exactly zero."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import rescale
from unrolled.core.arrays.types import Array, Norm
from unrolled.core.jacobians.product import scaled_norms
from unrolled.core.networks.diagrams.cell import CellDiagram, Constant, Diagonal, Factor, ScaledRows, Stack


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


def lengths(vectors: Array) -> Array:
    """Measure Euclidean lengths of vectors (n, H)."""
    return scaled_norms(vectors[:, None], np.zeros(len(vectors), dtype=np.int64), "frobenius")


def factor_norms(factor: Factor, count: int, norm: Norm) -> Array:
    """Measure a local derivative at each of ``count`` steps."""
    match factor:
        case Constant(matrix):
            return constant_norms(matrix, count, norm)
        case Diagonal(vectors):
            return diagonal_norms(vectors, norm)
        case ScaledRows(vectors, matrix):
            return scaled_row_norms(vectors, matrix, norm)
        case Stack(matrices):
            return scaled_norms(matrices, np.zeros(count, dtype=np.int64), norm)


def diagonal_norms(vectors: Array, norm: Norm) -> Array:
    """Measure diag(v) of every row v (n, H): the largest entry, or the length of all."""
    if norm == "frobenius":
        return lengths(vectors)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(np.abs(vectors).max(axis=1)))


def scaled_row_norms(vectors: Array, matrix: Array, norm: Norm) -> Array:
    """Measure diag(v) M of every row v (n, R), M (R, C)."""
    rows, powers = rescale(vectors[:, None])
    scaled, power = rescale(matrix[None])
    return scaled_norms(rows[:, 0, :, None] * scaled[0], powers + power[0], norm)


def constant_norms(matrix: Array, count: int, norm: Norm) -> Array:
    """Measure one matrix that is the same at every one of ``count`` steps."""
    return np.full(count, scaled_norms(matrix[None], np.zeros(1, dtype=np.int64), norm)[0])
