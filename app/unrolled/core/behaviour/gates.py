"""What the gate that keeps the past leaves by itself, step by step: the constant error carousel and its like."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.networks.layer import LayerTrace


def gate_retention(layer: LayerTrace, steps: Steps) -> Array:
    """Multiply the keeping gate over the lags of the sampled steps: log10 of its geometric mean over the units.

    Parameters
    ----------
    layer : LayerTrace
        An LSTM's (its forget gate f; ∂c_t/∂c_k with the gates held fixed is diag ∏ f) or a GRU's (its update gate z).
    steps : array of shape (G,)
        Rising 1-based steps, evenly spaced.

    Returns
    -------
    array of shape (G,)
        The median over t of what is left at each lag of the samples.
    """
    gate = next(iter(layer.unit_factors(np.arange(1, layer.length + 1)).values()))
    # A gate that is exactly closed is counted apart: what lies on one side of it is a number.
    closed = gate == 0.0
    logs = np.log10(np.where(closed, 1.0, gate)).mean(axis=1)
    sums, zeros = (np.concatenate([[0.0], np.cumsum(each)])[steps] for each in (logs, closed.any(axis=1)))
    found = np.empty(len(steps))
    for lag in range(len(steps)):
        first, last = slice(0, len(steps) - lag), slice(lag, len(steps))
        found[lag] = np.median(np.where(zeros[last] > zeros[first], -np.inf, sums[last] - sums[first]))
    return found
