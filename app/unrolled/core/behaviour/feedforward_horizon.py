"""The memory horizon of a model without recurrence, sharpened between two sampled lags."""

import numpy as np

from unrolled.core.arrays.types import Norm, Steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.summary import HORIZON_LOG10
from unrolled.core.feedforward.trace import DirectTrace


def direct_horizon(
    trace: DirectTrace, steps: Steps, profile: LagProfile, norm: Norm, horizon: int | None
) -> int | None:
    """Sharpen a horizon that was read off evenly spaced steps (G,), by bisection up to the next sampled lag.

    Gives a lag whose median over the sampled k is at least 10⁻³ times the reference of the profile, and that of the
    next is not; None stays None.
    """
    stride = int(profile.lag[1]) if len(steps) > 1 else 1
    if horizon is None or stride == 1 or profile.is_zero:
        return horizon
    starts = steps[: len(steps) - horizon // stride - 1]
    if not len(starts):
        return horizon
    low, high = horizon, horizon + stride
    while high - low > 1:
        middle = (low + high) // 2
        reached = _median(trace, starts, middle, norm) >= profile.reference + HORIZON_LOG10
        low, high = (middle, high) if reached else (low, middle)
    return low


def _median(trace: DirectTrace, starts: Steps, lag: int, norm: Norm) -> float:
    """Measure the median size of ∂o_t/∂x_{t−lag} over some k = t − lag."""
    sizes = [trace.log10_norms(int(k) + lag, np.array([k]), norm)[0] for k in starts]
    return float(np.median(sizes))
