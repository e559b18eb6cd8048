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
    """Give P v, multiplied out where the state is small.

    Parameters
    ----------
    flow : JacobianChain
        The derivative's way.
    t, k : int
        1-based steps, k ≤ t.
    v : array of shape (C,)
        The direction.

    Returns
    -------
    vector : array of shape (R,)
        What arrives, but for its scale.
    log10_scale : float
        The truth is vector × 10^log10_scale; −inf where nothing arrives.
    """
    if chain.state_size > DENSE_SIZE:
        return jvp(chain, t, k, v)
    found = product(chain, t, k)
    return found.matrix @ v, found.log10_scale


def jvp(chain: JacobianChain, t: int, k: int, v: Array) -> tuple[Array, float]:
    """Carry a direction from step k to step t.

    Parameters
    ----------
    flow, t, k, v
        As `directional_derivative`.

    Returns
    -------
    vector, log10_scale
        As `directional_derivative`; a unit vector. NaN where a single factor leaves the range of float64.
    """
    cuts = np.cumsum([layer.state_size for layer in chain.layers])[:-1]
    whole, exponent = v @ chain.initial(np.array([k]))[0], 0
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(k + 1, t + 1):
            scaled, power = rescale(_onward(chain, np.array([step]), np.split(whole, cuts))[None, None])
            whole, exponent = scaled[0, 0], exponent + int(power[0])
            advance(2.0 * whole.size**2)
        arrived = chain.select(whole)
        size = float(np.linalg.norm(arrived))
    if size == 0.0:
        return arrived, -np.inf
    return arrived / size, float(np.log10(size)) + LOG10_2 * exponent


def _onward(chain: JacobianChain, steps: Steps, parts: list[Array]) -> Array:
    """Multiply by one factor, each layer by its own Jacobian and by what the one below hands up."""
    moved: list[Array] = []
    for layer, part in zip(chain.layers, parts, strict=True):
        own, power = layer.left_multiply(steps, part[None, None])
        arrived = np.ldexp(own[0, 0], power[0])
        if moved:
            below = chain.layers[len(moved) - 1].hidden_size
            arrived = arrived + layer.input_jacobians(steps)[0] @ moved[-1][:below]
        moved.append(arrived)
    return np.concatenate(moved)
