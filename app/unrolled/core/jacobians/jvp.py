"""A derivative along one direction, so that the largest state can be followed for some steps.

Nothing larger than the Jacobian of a layer is made, and nothing but vectors is carried.
A stack is followed layer by layer, v_l ← J_l v_l + B_l h_{l−1}, without the joint Jacobian that products are made of.
"""

import numpy as np

from unrolled.core.arrays.scaling import LOG10_2, rescale
from unrolled.core.arrays.types import Array, Steps
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import product
from unrolled.runtime.progress import advance

# Up to this size a product of a few steps is multiplied out: it is what the pictures are made of.
DENSE_SIZE = 192


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
