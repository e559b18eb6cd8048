"""One product ∂(of)_t/∂(wrt)_k whole, and its factors step by step."""

from dataclasses import dataclass

import numpy as np

from app.core.arrays import Array, Steps
from app.core.flow import Flow
from app.core.progress import advance
from app.core.scaled import LOG10_2, largest_singular_values, normalised, settled
from app.core.triangle import Norm


@dataclass(frozen=True)
class ScaledMatrix:
    """A matrix of unit Frobenius norm and its scale: the truth is matrix × 10^log10_scale (zeros and −inf for zero)."""

    matrix: Array
    log10_scale: float


def product(flow: Flow, t: int, k: int) -> ScaledMatrix:
    """Multiply out ∂(of)_t/∂(wrt)_k.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    t, k : int
        1-based steps, k ≤ t; k = 0 is the initial state.

    Returns
    -------
    ScaledMatrix
        The product, scaled to unit Frobenius norm.
    """
    products, exponents = _begun(flow, k)
    for step in range(k + 1, t + 1):
        products, exponents = _moved(flow, step, products, exponents)
    # What is cut out may be far smaller than the rest.
    return _unit(flow.cut(products).swapaxes(1, 2), exponents)


def product_back(flow: Flow, t: int, k: int) -> ScaledMatrix:
    """Multiply out ∂(of)_t/∂s_k of the whole joint state, factor by factor from the later end.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    t, k : int
        1-based steps, k ≤ t.

    Returns
    -------
    ScaledMatrix
        The product, scaled to unit Frobenius norm.
    """
    matrix, exponents = np.eye(flow.state_size)[flow.rows][None], np.zeros(1, dtype=np.int64)
    for step in range(t, k, -1):
        matrix, more = normalised(matrix @ flow.jacobians(np.array([step])))
        exponents = exponents + more
    return _unit(matrix, exponents)


def running_norms(flow: Flow, k: int, steps: Steps, norm: Norm) -> Array:
    """Measure how a product grew: log10 ‖∂(of)_j/∂(wrt)_k‖ at some rising steps j ≥ k.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    k : int
        1-based step.
    steps : array of shape (n,)
        The steps j.
    norm : {"spectral", "frobenius"}
        How sizes are measured.

    Returns
    -------
    array of shape (n,)
        The sizes.
    """
    products, exponents = _begun(flow, k)
    sizes, before = np.empty(len(steps)), k
    for index, end in enumerate(steps):
        for step in range(before + 1, int(end) + 1):
            products, exponents = _moved(flow, step, products, exponents)
        sizes[index], before = scaled_norms(flow.cut(products), exponents, norm)[0], int(end)
    return sizes


def running_norms_back(flow: Flow, t: int, steps: Steps, norm: Norm) -> Array:
    """Measure what is left of a gradient on its way: log10 ‖∂(of)_t/∂(wrt)_j‖ at some rising steps j ≤ t.

    Parameters
    ----------
    flow : Flow
        The derivative's way.
    t : int
        1-based step.
    steps : array of shape (n,)
        The steps j.
    norm : {"spectral", "frobenius"}
        How sizes are measured.

    Returns
    -------
    array of shape (n,)
        The sizes.
    """
    matrix, exponents = np.eye(flow.state_size)[flow.rows][None], np.zeros(1, dtype=np.int64)
    sizes, before = np.empty(len(steps)), t
    for index in range(len(steps) - 1, -1, -1):
        for step in range(before, int(steps[index]), -1):
            matrix, more = normalised(matrix @ flow.jacobians(np.array([step])))
            exponents = exponents + more
            advance(2.0 * matrix.size * flow.state_size)
        before = int(steps[index])
        sizes[index] = _ended(flow, before, matrix, exponents, norm)
    return sizes


def step_norms(flow: Flow, steps: Steps, norm: Norm) -> Array:
    """Measure log10 ‖J_j‖ of the joint factors at some 1-based steps, shape (n,)."""
    sizes = np.empty(len(steps))
    for index, step in enumerate(steps):
        factors, exponents = normalised(flow.jacobians(step[None]))
        sizes[index] = scaled_norms(factors, exponents, norm)[0]
    return sizes


def scaled_norms(matrices: Array, exponents: Steps, norm: Norm) -> Array:
    """Measure log10 of the norms of some matrices with powers of two; −inf for a zero matrix.

    Parameters
    ----------
    matrices : array of shape (n, R, C)
        The matrices, transposed or not.
    exponents : array of shape (n,)
        Their powers of two.
    norm : {"spectral", "frobenius"}
        How they are measured.

    Returns
    -------
    array of shape (n,)
        The sizes.
    """
    scaled, more = normalised(matrices)
    return log10_norms(scaled, norm) + LOG10_2 * (exponents + more)


def log10_norms(matrices: Array, norm: Norm) -> Array:
    """Measure log10 of the norms of some matrices whose entries are not extreme; −inf for a zero matrix."""
    sizes = largest_singular_values(matrices) if norm == "spectral" else np.linalg.norm(matrices, axis=(-2, -1))
    with np.errstate(divide="ignore"):
        return np.log10(sizes)


def _unit(matrices: Array, exponents: Steps) -> ScaledMatrix:
    """Scale a single matrix to unit Frobenius norm."""
    scaled, more = normalised(matrices)
    size = float(np.linalg.norm(scaled[0]))
    if size == 0.0:
        return ScaledMatrix(scaled[0], -np.inf)
    return ScaledMatrix(scaled[0] / size, float(np.log10(size)) + LOG10_2 * int(exponents[0] + more[0]))


def _begun(flow: Flow, k: int) -> tuple[Array, Steps]:
    """Begin a product; at the initial state no input has entered."""
    return np.array(flow.begun(np.array([k]))), np.zeros(1, dtype=np.int64)


def _moved(flow: Flow, step: int, products: Array, exponents: Steps) -> tuple[Array, Steps]:
    """Multiply by J_step from the left."""
    moved, more = flow.carried(np.array([step]), products)
    exponents = exponents + more
    settled(moved, exponents)
    advance(2.0 * moved.size * moved.shape[-1])
    return moved, exponents


def _ended(flow: Flow, step: int, matrix: Array, exponents: Steps, norm: Norm) -> float:
    """Measure what stands before ∂s_step/∂(wrt)_step."""
    whole = flow.columns is not None and flow.width == flow.state_size
    return float(
        scaled_norms(matrix if whole else matrix @ flow.begun(np.array([step])).swapaxes(1, 2), exponents, norm)[0]
    )
