"""How much work a picture is, known before anything is allocated."""

from dataclasses import dataclass

from app.core.frobenius import GROUP
from app.core.triangle import Norm

# Everything is counted in flops of a large matrix product; what is bound by memory or by the call itself is counted by
# the time it takes on one core, fitted at H = 1 … 256 with NumPy's own BLAS.
_STEP, _STEP_OVERHEAD = 2.0, 1.2e5
_ROW_OVERHEAD = 6.0e5
_BLOCK_ENTRY = 200.0
_GRAM_ENTRY = 4.0
_BYTES = 8


@dataclass(frozen=True)
class Cost:
    """Estimated work: floating-point operations (in units of a matrix product's) and peak memory in bytes."""

    flops: float
    bytes: float


def triangle_cost(length: int, hidden: int, resolution: int, norm: Norm, input_size: int) -> Cost:
    """Estimate forward pass, block products, rows and norms, and the largest memory held at once.

    Parameters
    ----------
    length, hidden, resolution : int
        T, H and G.
    norm : {"spectral", "frobenius"}
        How cells are measured.
    input_size : int
        D.

    Returns
    -------
    Cost
        The estimate.
    """
    samples = min(length, resolution)
    cells = samples * (samples + 1) / 2
    square, cube = float(hidden**2), float(hidden**3)
    forward = length * (_STEP * hidden * (hidden + input_size) + _STEP_OVERHEAD)
    blocks = length * (2.0 * cube + _BLOCK_ENTRY * square)
    if norm == "spectral":
        rows, held = cells * (2.0 * cube + _svd_flops(hidden)), 4.0
    else:
        # One row in a group is multiplied out to all columns, with its Gram matrices, and the triangles within groups.
        multiplied = 2.0 * cells / GROUP + samples * GROUP / 2
        rows, held = 2.0 * multiplied * cube + cells * _GRAM_ENTRY * square, 6.0
    numbers = held * samples * square + 4.0 * length * hidden + length * input_size + 4.0 * samples**2
    return Cost(forward + blocks + samples * _ROW_OVERHEAD + rows, _BYTES * numbers)


def measured_cost(length: int, hidden: int, resolution: int, norm: Norm, input_size: int) -> Cost:
    """Estimate a triangle and its horizon, which for a sampled sequence is sought step by step between two samples.

    Parameters
    ----------
    length, hidden, resolution, norm, input_size
        As `triangle_cost`.

    Returns
    -------
    Cost
        The estimate; the horizon is counted where it is dearest.
    """
    cost, samples = triangle_cost(length, hidden, resolution, norm, input_size), min(length, resolution)
    if samples == length:
        return cost
    square, cube = float(hidden**2), float(hidden**3)
    blocks = length * (2.0 * cube + _BLOCK_ENTRY * square)
    between = blocks + length * (_svd_flops(hidden) if norm == "spectral" else _GRAM_ENTRY * square)
    carried = samples**2 / 4 * (2.0 * cube + _BLOCK_ENTRY * square)
    return Cost(cost.flops + blocks + between + carried, cost.bytes)


def _svd_flops(size: int) -> float:
    """Count a values-only SVD of one matrix among many."""
    return 10.0 * size**3 + 1.0e3 * size**2 + 2.0e4 * size
