"""How much work a picture is, known before anything is allocated."""

from dataclasses import dataclass

from app.core.triangle import Norm

# A values-only SVD of an H×H matrix counts as this many H³ matrix-product flops, plus a fixed part for its call:
# fitted to timings at H = 16, 32, 64, 128 on one core, see tests/bench.
_SVD_FLOPS_PER_CUBE = 60.0
_SVD_FLOPS_FIXED = 2.0e5
_STEP_FLOPS_FIXED = 2.0e5
_BYTES = 8


@dataclass(frozen=True)
class Cost:
    """Estimated work: floating-point operations (in units of a matrix product's) and peak memory in bytes."""

    flops: float
    bytes: float


def triangle_cost(length: int, hidden: int, resolution: int, norm: Norm, input_size: int) -> Cost:
    """Estimate forward pass, block products, rows and norms: 2TH³ + G²H³ flops and 2G·H² numbers, and the norms.

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
    forward = length * (2.0 * hidden * (hidden + input_size) + _STEP_FLOPS_FIXED)
    products = 2.0 * (length + cells) * hidden**3
    per_cell = _SVD_FLOPS_PER_CUBE * hidden**3 + _SVD_FLOPS_FIXED if norm == "spectral" else 4.0 * hidden**2
    numbers = 4.0 * samples * hidden**2 + 4.0 * length * hidden + length * input_size + 4.0 * samples**2
    return Cost(forward + products + cells * per_cell, _BYTES * numbers)
