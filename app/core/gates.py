"""What the gate that keeps the past leaves by itself, step by step: the constant error carousel and its like."""

import numpy as np

from app.core.arrays import Array, Steps
from app.core.trace import LayerTrace


def kept_by_gate(layer: LayerTrace, steps: Steps) -> Array:
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
    gate = next(iter(layer.opened(np.arange(1, layer.length + 1)).values()))
    with np.errstate(divide="ignore"):
        sums = np.concatenate([[0.0], np.cumsum(np.log10(gate).mean(axis=1))])[steps]
    found = np.empty(len(sums))
    for index in range(len(sums)):
        late, early = sums[index:], sums[: len(sums) - index]
        # Beyond a gate that is exactly closed nothing can be told apart any more: all is zero.
        found[index] = np.median(np.where(np.isfinite(late), late - np.where(np.isfinite(early), early, 0.0), -np.inf))
    return found
