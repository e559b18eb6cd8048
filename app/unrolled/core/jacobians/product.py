"""One product ∂(of)_t/∂(wrt)_k, whole, along one direction, and factor by factor; steps are 1-based, k ≤ t.

Along a direction nothing larger than the Jacobian of a layer is made, and nothing but vectors is carried: a stack is
followed layer by layer, v_l ← J_l v_l + B_l h_{l−1}, without the joint Jacobian that products are made of.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.flops import product_step, step_calls
from unrolled.core.arrays.scaling import LOG10_2, largest_singular_values, renormalise_, rescale
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.runtime.progress import advance

# Up to this size a product of a few steps is multiplied out: it is what the pictures are made of.
DENSE_SIZE = 192
# A step, what a product is there, and its power of two.
ProductAt = tuple[int, Array, Steps]


@dataclass(frozen=True)
class ScaledMatrix:
    """A matrix of unit Frobenius norm and its scale: the truth is matrix × 10^log10_scale (zeros and −inf for zero)."""

    matrix: Array
    log10_scale: float


def product(chain: JacobianChain, t: int, k: int) -> ScaledMatrix:
    """Multiply out ∂(of)_t/∂(wrt)_k; k = 0 is the initial state."""
    _, products, exponents = _last(_forward(chain, k, t))
    # What is cut out may be far smaller than the rest.
    return unit(chain.select_T(products).swapaxes(1, 2), exponents)


def product_back(chain: JacobianChain, t: int, k: int) -> ScaledMatrix:
    """Multiply out ∂(of)_t/∂s_k of the joint state, factor by factor from the later end."""
    _, matrix, exponents = _last(_backward(chain, t, k))
    return unit(matrix, exponents)


def directional_derivative(chain: JacobianChain, t: int, k: int, v: Array) -> tuple[Array, float]:
    """Give P v, multiplied out where the state is small; shapes and scale as `jvp`."""
    if chain.state_size > DENSE_SIZE:
        return jvp(chain, t, k, v)
    dense = product(chain, t, k)
    return dense.matrix @ v, dense.log10_scale


def jvp(chain: JacobianChain, t: int, k: int, v: Array) -> tuple[Array, float]:
    """Carry a direction v (C,) from step k to step t ≥ k: a unit vector (R,), and log10 of its length.

    The length's logarithm is −inf where nothing arrives, NaN where a single factor leaves the range of float64.
    """
    cuts = np.cumsum([layer.state_size for layer in chain.layers])[:-1]
    vector, exponent = v @ chain.initial(np.array([k]))[0], 0
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(k + 1, t + 1):
            scaled, power = rescale(_apply_factor(chain, np.array([step]), np.split(vector, cuts))[None, None])
            vector, exponent = scaled[0, 0], exponent + int(power[0])
            advance(2.0 * vector.size**2)
        result = chain.select(vector)
        size = float(np.linalg.norm(result))
    if size == 0.0:
        return result, -np.inf
    return result / size, float(np.log10(size)) + LOG10_2 * exponent


def _apply_factor(chain: JacobianChain, steps: Steps, parts: list[Array]) -> Array:
    """Multiply by one factor, each layer by its own Jacobian and by what the one below hands up."""
    layers: list[Array] = []
    for layer, part in zip(chain.layers, parts, strict=True):
        own, power = layer.left_multiply(steps, part[None, None])
        result = np.ldexp(own[0, 0], power[0])
        if layers:
            below = chain.layers[len(layers) - 1].hidden_size
            result = result + layer.input_jacobians(steps)[0] @ layers[-1][:below]
        layers.append(result)
    return np.concatenate(layers)


def running_norms(chain: JacobianChain, k: int, steps: Steps, norm: Norm) -> Array:
    """Measure how a product grew: log10 ‖∂(of)_j/∂(wrt)_k‖ at some rising steps j ≥ k."""
    chosen = set(steps.tolist())
    return np.array([
        scaled_norms(chain.select_T(products), exponents, norm)[0]
        for step, products, exponents in _forward(chain, k, int(steps[-1]))
        if step in chosen
    ])  # fmt: skip


def running_norms_back(chain: JacobianChain, t: int, steps: Steps, norm: Norm) -> Array:
    """Measure what is left of a gradient on its way: log10 ‖∂(of)_t/∂(wrt)_j‖ at some rising steps j ≤ t."""
    chosen = set(steps.tolist())
    norms = [
        _initial_norm(chain, step, matrix, exponents, norm)
        for step, matrix, exponents in _backward(chain, t, int(steps[0]))
        if step in chosen
    ]
    return np.array(norms[::-1])


def step_norms(chain: JacobianChain, steps: Steps, norm: Norm) -> Array:
    """Measure log10 ‖J_j‖ of the joint factors at some 1-based steps, shape (n,)."""
    norms = np.empty(len(steps))
    for index, step in enumerate(steps):
        factors, exponents = rescale(chain.jacobians(step[None]))
        norms[index] = scaled_norms(factors, exponents, norm)[0]
    return norms


def scaled_norms(matrices: Array, exponents: Steps, norm: Norm) -> Array:
    """Measure log10 of the norms of matrices (n, R, C), transposed or not, with powers of two (n,); −inf for zero."""
    scaled, more = rescale(matrices)
    return log10_norms(scaled, norm) + LOG10_2 * (exponents + more)


def log10_norms(matrices: Array, norm: Norm) -> Array:
    """Measure log10 of the norms of some matrices whose entries are not extreme; −inf for a zero matrix."""
    norms = largest_singular_values(matrices) if norm == "spectral" else np.linalg.norm(matrices, axis=(-2, -1))
    with np.errstate(divide="ignore"):
        return np.log10(norms)


def unit(matrices: Array, exponents: Steps) -> ScaledMatrix:
    """Scale a single matrix (1, R, C) with its power of two (1,) to unit Frobenius norm."""
    scaled, more = rescale(matrices)
    size = float(np.linalg.norm(scaled[0]))
    if size == 0.0:
        return ScaledMatrix(scaled[0], -np.inf)
    return ScaledMatrix(scaled[0] / size, float(np.log10(size)) + LOG10_2 * int(exponents[0] + more[0]))


def _forward(chain: JacobianChain, k: int, t: int) -> Iterator[ProductAt]:
    """Carry ∂s_j/∂(wrt)_k, transposed, from j = k to t."""
    products, exponents = np.array(chain.initial(np.array([k]))), np.zeros(1, dtype=np.int64)
    yield k, products, exponents
    for step in range(k + 1, t + 1):
        products, more = chain.left_multiply(np.array([step]), products)
        exponents = exponents + more
        renormalise_(products, exponents)
        advance(product_step_flops(chain, 1, chain.width))
        yield step, products, exponents


def _backward(chain: JacobianChain, t: int, k: int) -> Iterator[ProductAt]:
    """Carry ∂(of)_t/∂s_j of the whole joint state from j = t to k."""
    matrix, exponents = chain.selector[None], np.zeros(1, dtype=np.int64)
    yield t, matrix, exponents
    for step in range(t, k, -1):
        matrix, more = rescale(matrix @ chain.jacobians(np.array([step])))
        exponents = exponents + more
        advance(product_step_flops(chain, 1, chain.height))
        yield step - 1, matrix, exponents


def _last(products: Iterator[ProductAt]) -> ProductAt:
    """Give the last of some products."""
    return deque(products, maxlen=1).pop()


def _initial_norm(chain: JacobianChain, step: int, matrix: Array, exponents: Steps, norm: Norm) -> float:
    """Measure ∂(of)_t/∂s_step, given as a matrix, times ∂s_step/∂(wrt)_step."""
    if not chain.is_block:
        matrix = matrix @ chain.initial(np.array([step])).swapaxes(1, 2)
    elif chain.width < chain.state_size:
        matrix = matrix[..., chain.columns]
    return float(scaled_norms(matrix, exponents, norm)[0])


def product_step_flops(chain: JacobianChain, count: int, width: int) -> float:
    """Count one step of some products of `width` columns along a chain, its calls included."""
    lowest, layers, size = chain.layers[0], len(chain.layers), chain.state_size
    gates = lowest.weights.rows / lowest.hidden_size
    # Of one layer only h passes through matrices; the Jacobian of a stack is multiplied as a whole.
    dense = lowest.hidden_size if layers == 1 else size
    return step_calls(gates, layers) + count * product_step(gates, dense, width, size)
