"""How many steps back a truncated backpropagation must reach to keep a share of the squared influence Σ ‖P[t, k]‖²."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps


def sufficient_steps(log10_norm: Array, steps: Steps, share: float) -> tuple[int, int]:
    """Find the smallest K such that the pairs of lags below K hold at least the share of Σ ‖P[t, k]‖² over all pairs.

    Of every step (T,) it is exact, and both ends are it. Of evenly spaced steps (G,) it lies between the two: a pair
    between two sampled lags holds no less than the one and no more than the other, and beyond the last it goes on so.
    """
    largest = float(np.nanmax(log10_norm, initial=-np.inf))
    if largest == -np.inf:
        return 1, 1
    squares = np.nan_to_num(10.0 ** (2.0 * (log10_norm - largest)))
    length, stride = int(steps[-1]), int(steps[1] - steps[0]) if len(steps) > 1 else 1
    lag = np.arange(length)
    mean = np.array([np.diagonal(squares, -index).mean() for index in range(len(steps))])
    mean = np.append(mean, mean[-1] * min(mean[-1] / mean[-2], 1e100) if len(mean) > 1 and mean[-2] > 0 else mean[-1])
    before, after = lag // stride, -(-lag // stride)
    pairs = length - lag
    least, most = (choose(mean[before], mean[after]) * pairs for choose in (np.minimum, np.maximum))
    low, high = (int(np.argmax(_share(*ends) >= share)) + 1 for ends in ((most, least), (least, most)))
    return low, high


def _share(within: Array, beyond: Array) -> Array:
    """Give the share that lags up to each hold, where those hold one thing and the later ones another."""
    held = np.cumsum(within)
    left = np.concatenate([np.cumsum(beyond[::-1])[::-1][1:], [0.0]])
    return held / (held + left)
