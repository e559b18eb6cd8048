"""What a sampled triangle cannot show: where a derivative begins, and its horizon, both to a single lag."""

from dataclasses import replace

import numpy as np

from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.behaviour.summary import HORIZON_LOG10, LagProfile
from unrolled.core.jacobians.blocks import advance_products, block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import scaled_norms


def initial_profile(chain: JacobianChain, steps: Steps, profile: LagProfile, norm: Norm) -> LagProfile:
    """Find the `onset` of a block that is exactly zero at lag 0: the first single lag with a path, and the size there.

    ∂h_t/∂c_t is zero, and what the later sizes are compared with is ∂h_t/∂c_{t−1}: the first lag with a path, not the
    first one that happens to be sampled. So the horizon does not hang on the resolution.
    """
    stride = int(profile.lag[1]) if len(steps) > 1 else 1
    if stride == 1 or profile.median[0] > -np.inf:
        return profile
    starts = steps[:-1]
    products, exponents = np.array(chain.initial(starts)), np.zeros(len(starts), dtype=np.int64)
    for lag in range(1, stride):
        advance_products(chain, products, exponents, starts + (lag - 1), starts + lag)
        size = float(np.median(scaled_norms(chain.select_T(products), exponents, norm)))
        if size > -np.inf:
            return replace(profile, onset=(lag, size))
    return profile


def refined_horizon(
    chain: JacobianChain, steps: Steps, profile: LagProfile, norm: Norm, horizon: int | None
) -> int | None:
    """Sharpen a horizon that was read off evenly spaced steps (G,); None stays None.

    The products of all sampled k are carried to the last sampled lag that is still above 10⁻³ times the reference of
    the profile, and from there step by step to the next sampled lag.
    """
    stride = int(profile.lag[1]) if len(steps) > 1 else 1
    if horizon is None or stride == 1:
        return horizon
    index = horizon // stride
    columns = len(steps) - index - 1
    products, exponents = np.array(chain.initial(steps[:columns])), np.zeros(columns, dtype=np.int64)
    if index:
        _multiply_blocks(chain, steps, index, products, exponents)
    refined, threshold = [horizon], profile.reference + HORIZON_LOG10

    def refine(offset: int, products: Array, exponents: Steps) -> None:
        if _reaches(chain.select_T(products), exponents, norm, threshold):
            refined[0] = horizon + offset

    starts = steps[index : index + columns]
    advance_products(chain, products, exponents, starts, starts + (stride - 1), refine)
    return refined[0]


def _multiply_blocks(chain: JacobianChain, steps: Steps, index: int, products: Array, exponents: Steps) -> None:
    """Carry products over whole blocks, in place."""
    blocks = block_products(chain, steps)
    for offset in range(index):
        part = slice(offset, offset + len(products))
        products[:] = products @ blocks.products[part]
        exponents += blocks.powers[part]
        renormalise_(products, exponents)


def _reaches(products: Array, exponents: Steps, norm: Norm, threshold: float) -> bool:
    """Tell whether the median size is at least the threshold; ‖P‖_F/√S ≤ ‖P‖₂ ≤ ‖P‖_F settles most without an SVD."""
    above = float(np.median(scaled_norms(products, exponents, "frobenius")))
    if norm == "frobenius" or above < threshold:
        return above >= threshold
    below = above - 0.5 * float(np.log10(min(products.shape[1:])))
    return below >= threshold or float(np.median(scaled_norms(products, exponents, norm))) >= threshold
