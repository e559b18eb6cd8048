"""The memory horizon between two samples of a long sequence, found at every single lag."""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.product import log10_norms
from app.core.scaled import LOG10_2, normalised
from app.core.summary import HORIZON_LOG10, LagProfile
from app.core.trace import Trace
from app.core.triangle import Norm, block_products


def refined_horizon(trace: Trace, steps: Steps, profile: LagProfile, norm: Norm, horizon: int | None) -> int | None:
    """Sharpen a horizon that was read off sampled lags.

    The products P[k + n, k] of all sampled k are carried to the last sampled lag that is still above the threshold, and
    from there step by step to the next sampled lag.

    Parameters
    ----------
    trace : Trace
        Forward pass with its one-step Jacobians.
    steps : array of shape (G,)
        The sampled steps, evenly spaced.
    profile : LagProfile
        Sizes by sampled lag.
    norm : {"spectral", "frobenius"}
        How sizes are measured.
    horizon : int or None
        The largest sampled lag whose median is at least 10⁻³ times that at lag 0.

    Returns
    -------
    int or None
        The largest lag at which the median over the sampled k is; None stays None.
    """
    stride = int(profile.lag[1]) if len(steps) > 1 else 1
    if horizon is None or stride == 1:
        return horizon
    index = horizon // stride
    columns = len(steps) - index - 1
    blocks, powers = block_products(trace, steps)
    products = np.broadcast_to(np.eye(trace.state_size), (columns, trace.state_size, trace.state_size))
    exponents = np.zeros(columns, dtype=np.int64)
    for offset in range(index):
        products, more = normalised(blocks[offset : offset + columns] @ products)
        exponents += powers[offset : offset + columns] + more
    found, threshold = horizon, float(profile.median[0]) + HORIZON_LOG10
    for offset in range(1, stride):
        factors, power = normalised(trace.jacobians(steps[index : index + columns] + offset))
        products, more = normalised(factors @ products)
        exponents += power + more
        if _reaches(products, exponents, norm, threshold):
            found = horizon + offset
    return found


def _reaches(products: Array, exponents: Steps, norm: Norm, threshold: float) -> bool:
    """Tell whether the median size is at least the threshold; ‖P‖_F/√S ≤ ‖P‖₂ ≤ ‖P‖_F settles most without an SVD."""
    shifts = LOG10_2 * exponents
    above = float(np.median(log10_norms(products, "frobenius") + shifts))
    if norm == "frobenius" or above < threshold:
        return above >= threshold
    below = above - 0.5 * float(np.log10(products.shape[-1]))
    return below >= threshold or float(np.median(log10_norms(products, norm) + shifts)) >= threshold
