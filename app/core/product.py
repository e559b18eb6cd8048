"""One product ∂s_t/∂s_k whole, and its factors step by step."""

from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.scaled import LOG10_2, largest_singular_values, normalised
from app.core.trace import Trace
from app.core.triangle import Norm


@dataclass(frozen=True)
class ScaledMatrix:
    """A matrix of unit Frobenius norm and its scale: the truth is matrix × 10^log10_scale (zeros and −inf for zero)."""

    matrix: Array
    log10_scale: float


def product(trace: Trace, t: int, k: int) -> ScaledMatrix:
    """Multiply out P[t, k] = J_t … J_{k+1}, the identity for t = k.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    t, k : int
        1-based steps, k ≤ t.

    Returns
    -------
    ScaledMatrix
        The product, scaled to unit Frobenius norm.
    """
    matrix, exponent = np.eye(trace.state_size), 0
    for step in range(k + 1, t + 1):
        matrix, exponent = _advanced(trace, step, matrix, exponent)
    size = float(np.linalg.norm(matrix))
    if size == 0.0:
        return ScaledMatrix(matrix, -np.inf)
    return ScaledMatrix(matrix / size, float(np.log10(size)) + LOG10_2 * exponent)


def running_norms(trace: Trace, t: int, k: int, norm: Norm) -> Array:
    """Measure log10 ‖P[j, k]‖ for j = k … t, shape (t − k + 1,): how the product grew, factor by factor."""
    matrix, exponent = np.eye(trace.state_size), 0
    sizes = [log10_norms(matrix[None], norm)[0]]
    for step in range(k + 1, t + 1):
        matrix, exponent = _advanced(trace, step, matrix, exponent)
        sizes.append(log10_norms(matrix[None], norm)[0] + LOG10_2 * exponent)
    return np.array(sizes)


def running_norms_back(trace: Trace, t: int, k: int, norm: Norm) -> Array:
    """Measure log10 ‖P[t, j]‖ for j = k … t, shape (t − k + 1,): what is left of the gradient going back from t."""
    matrix, exponent = np.eye(trace.state_size), 0
    sizes = [log10_norms(matrix[None], norm)[0]]
    for step in range(t, k, -1):
        factor, power = normalised(trace.jacobians(np.array([step])))
        moved, more = normalised(matrix @ factor)
        matrix, exponent = moved[0], exponent + int(power[0] + more[0])
        sizes.append(log10_norms(matrix[None], norm)[0] + LOG10_2 * exponent)
    return np.array(sizes[::-1])


def step_norms(trace: Trace, steps: Steps, norm: Norm) -> Array:
    """Measure log10 ‖J_j‖ at some 1-based steps, shape (n,)."""
    factors, exponents = normalised(trace.jacobians(steps))
    return log10_norms(factors, norm) + LOG10_2 * exponents


def log10_norms(matrices: Array, norm: Norm) -> Array:
    """Measure log10 of the norms of some matrices whose entries are not extreme; −inf for a zero matrix."""
    sizes = largest_singular_values(matrices) if norm == "spectral" else np.linalg.norm(matrices, axis=(-2, -1))
    with np.errstate(divide="ignore"):
        return np.log10(sizes)


def _advanced(trace: Trace, step: int, matrix: Array, exponent: int) -> tuple[Array, int]:
    """Multiply by J_step from the left and renormalise."""
    factor, power = normalised(trace.jacobians(np.array([step])))
    moved, more = normalised(factor @ matrix)
    return moved[0], exponent + int(power[0] + more[0])
