"""What evenly spaced samples of a chain leave open, found to the single lag by products between two samples."""

from dataclasses import replace

import numpy as np

from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import HORIZON_LOG10, Summary
from unrolled.core.jacobians.blocks import advance_products, block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import scaled_norms

# What reaches a threshold is looked for up to a sample that is so many decades below it, or so many samples on.
FAR_BELOW, FAR = 1.0, 2
# Whatever is not exactly zero.
_ANYTHING = -1e300


def profile_from_onset(chain: JacobianChain, steps: Steps, profile: LagProfile, norm: Norm) -> LagProfile:
    """Find the `onset` of a block that is exactly zero at lag 0: the first single lag with a path, and the size there.

    What the later sizes are compared with is the first lag with a path, not the first one that happens to be sampled:
    so the horizon does not hang on the samples.
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


def to_single_lags(chain: JacobianChain, steps: Steps, profile: LagProfile, norm: Norm, summary: Summary) -> Summary:
    """Sharpen the horizon, and the lag from which the products are zero, which were read off evenly spaced steps."""
    if len(steps) < 2 or profile.lag[1] == 1:
        return summary
    horizon, zero_from = summary.horizon, summary.zero_from
    if horizon is not None and not profile.is_zero:
        horizon = _last_lag(chain, steps, profile, horizon, norm, profile.reference + HORIZON_LOG10)
    if zero_from:
        zero_from = _last_lag(chain, steps, profile, zero_from - 1, norm, _ANYTHING) + 1
    return replace(summary, horizon=horizon, zero_from=zero_from)


def _last_lag(chain: JacobianChain, steps: Steps, profile: LagProfile, lag: int, norm: Norm, threshold: float) -> int:
    """Find the largest single lag at which the median size is at least the threshold.

    ``lag`` is the last sampled one at which it is, or a later one before the next sample. The products of all sampled k
    are carried to it over whole blocks, and from there step by step, to a sample that is clearly below.
    """
    stride = int(steps[1] - steps[0])
    index = lag // stride
    below = np.flatnonzero(profile.median[index + 1 :] < threshold - FAR_BELOW)
    until = min(index + 1 + int(below[0]) if below.size else len(steps) - 1, index + FAR)
    columns = len(steps) - index - 1
    products, exponents = np.array(chain.initial(steps[:columns])), np.zeros(columns, dtype=np.int64)
    if index:
        _multiply_blocks(chain, steps, index, products, exponents)
    last = [lag]
    for sample in range(index, until):
        columns = len(steps) - sample - 1
        products, exponents = products[:columns], exponents[:columns]

        def look(offset: int, products: Array, exponents: Steps, begin: int = sample * stride) -> None:
            if _reaches(chain.select_T(products), exponents, norm, threshold):
                last[0] = max(last[0], begin + offset)

        advance_products(chain, products, exponents, steps[sample:-1], steps[sample:-1] + stride, look)
    return last[0]


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
