"""How far back single steps remember: the memory horizon of each t by itself, to the single lag."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Flags, Norm, Steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.sampled import FAR, FAR_BELOW
from unrolled.core.behaviour.summary import HORIZON_LOG10
from unrolled.core.jacobians.blocks import block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import scaled_norms
from unrolled.runtime.progress import advance


@dataclass(frozen=True)
class StepHorizons:
    """The shortest and the longest horizon of single steps, and how many of the steps tell theirs.

    The past of ``untold`` steps is too short to tell: they still have a thousandth at their first step, or no path yet.
    Where that is so of every step there is no shortest and no longest one.
    """

    low: int | None
    high: int | None
    told: int
    untold: int


def step_horizons(log10_norm: Array, profile: LagProfile) -> StepHorizons:
    """Read them off a whole triangle (T, T): the largest lag with at least 10⁻³ times the reference of the profile."""
    steps = np.arange(1, len(log10_norm) + 1)
    is_above = _is_above(log10_norm, profile)
    lag = np.where(is_above, steps[:, None] - steps, 0).max(axis=1)
    return _gather(lag, steps, is_above[:, 0], profile)


def sampled_step_horizons(
    chain: JacobianChain, steps: Steps, log10_norm: Array, profile: LagProfile, norm: Norm
) -> StepHorizons:
    """Read those of evenly spaced steps t (G,) off their triangle (G, G), and from there on step by step.

    Each row is multiplied back to the earliest sample that it still remembers, and then one step at a time to the next
    that is clearly forgotten, or two samples on.
    """
    columns, is_above = np.arange(len(steps)), _is_above(log10_norm, profile)
    earliest = np.where(is_above, columns, columns[:, None]).min(axis=1)
    products, exponents = _rows(chain, steps, earliest)
    k, last = steps[earliest].copy(), steps[earliest].copy()
    # Up to a sample before it that is clearly forgotten.
    is_left = _is_above(log10_norm + FAR_BELOW, profile) & (columns <= columns[:, None])
    forgotten = np.where(is_left | (columns >= earliest[:, None]), -1, columns).max(axis=1)
    forgotten = np.maximum(forgotten, earliest - FAR)
    until = np.where(forgotten >= 0, steps[forgotten] + 1, 1)
    is_whole = is_above[:, 0] & (steps[0] == 1)
    while (moving := np.flatnonzero(k > until)).size:
        moved, powers = products[moving] @ chain.jacobians(k[moving]), exponents[moving]
        renormalise_(moved, powers)
        products[moving], exponents[moving] = moved, powers
        k[moving] -= 1
        sizes = scaled_norms(moved @ chain.initial(k[moving]).swapaxes(1, 2), powers, norm)
        above = moving[_is_above(sizes, profile)]
        last[above] = k[above]
        is_whole[above] |= k[above] == 1
        advance(2.0 * moving.size * chain.height * chain.state_size**2)
    return _gather(steps - last, steps, is_whole, profile)


def _rows(chain: JacobianChain, steps: Steps, earliest: Steps) -> tuple[Array, Steps]:
    """Multiply ∂(of)_t/∂s_k for every sampled t and its own earliest sampled k: (G, R, S), with powers of two (G,)."""
    count, size = len(steps), chain.state_size
    products = np.broadcast_to(chain.selector, (count, chain.height, size)).copy()
    exponents = np.zeros(count, dtype=np.int64)
    blocks = block_products(chain, steps)
    for back in range(1, count):
        moving = np.flatnonzero(np.arange(count) - back >= earliest)
        if not moving.size:
            break
        moved, powers = products[moving] @ blocks.products[moving - back].swapaxes(1, 2), exponents[moving]
        powers = powers + blocks.powers[moving - back]
        renormalise_(moved, powers)
        products[moving], exponents[moving] = moved, powers
        advance(2.0 * moving.size * chain.height * size**2)
    return products, exponents


def _is_above(sizes: Array, profile: LagProfile) -> Flags:
    """Tell what is at least a thousandth; of nothing at all there is none."""
    if profile.is_zero:
        return np.zeros(sizes.shape, dtype=np.bool_)
    return np.asarray(sizes >= profile.reference + HORIZON_LOG10)


def _gather(lag: Steps, steps: Steps, is_whole: Flags, profile: LagProfile) -> StepHorizons:
    """Leave out the steps that remember the whole of their past, and those before the first lag with a path."""
    is_untold = is_whole | ((steps <= profile.reference_lag) & (not profile.is_zero))
    told = lag[~is_untold]
    if not told.size:
        return StepHorizons(None, None, 0, len(lag))
    return StepHorizons(int(told.min()), int(told.max()), len(told), len(lag) - len(told))
