"""What a triangle says in a few numbers: size by lag, memory horizon, rate per step, verdict."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.core.arrays import Array, Steps

Verdict = Literal["vanishes", "preserves", "explodes"]

HORIZON_LOG10 = -3.0


@dataclass(frozen=True)
class LagProfile:
    """The sizes log10 ‖P[t, t−n]‖ gathered by lag n; −inf where a product is exactly zero.

    Attributes
    ----------
    lag : array of shape (n,)
        The lags met at the sampled steps, rising from 0.
    median, low, high : arrays of shape (n,)
        Median, minimum and maximum over t.
    """

    lag: Steps
    median: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class Summary:
    """The verdict on one triangle.

    Attributes
    ----------
    verdict : str
        "vanishes", "preserves" or "explodes": whether a product across the whole sequence loses more than nine
        tenths, gains more than tenfold, or neither, at the measured rate.
    horizon : int or None
        Largest lag whose median size is at least 10⁻³ times that at lag 0; None if no lag falls below.
    rate : float or None
        log10 per step; None for a single step and where the chain dies exactly.
    """

    verdict: Verdict
    horizon: int | None
    rate: float | None


def by_lag(log10_norm: Array, steps: Steps) -> LagProfile:
    """Gather a triangle by lag.

    Parameters
    ----------
    log10_norm : array of shape (G, G)
        The triangle, NaN above the diagonal.
    steps : array of shape (G,)
        The sampled steps, evenly spaced.

    Returns
    -------
    LagProfile
        Median and range at every lag of the samples.
    """
    count = len(steps)
    stats = np.empty((3, count))
    for index in range(count):
        sizes = np.sort(np.diagonal(log10_norm, -index))
        middle = sizes[(sizes.size - 1) // 2], sizes[sizes.size // 2]
        # The mean of two equal values first: −inf and −inf would give NaN in a difference, not in a sum.
        stats[:, index] = 0.5 * (middle[0] + middle[1]), sizes[0], sizes[-1]
    return LagProfile(steps - steps[0], *stats)


def summarise(profile: LagProfile, length: int) -> Summary:
    """Judge a triangle.

    The rate is (m(n*) − m(0)) / n*, where m is the median by lag and n* the largest lag that at least half of the
    steps still have: longer lags rest on a few products only.

    Parameters
    ----------
    profile : LagProfile
        Sizes by lag.
    length : int
        Number of steps T.

    Returns
    -------
    Summary
        Verdict, horizon and rate.
    """
    alive = profile.median >= profile.median[0] + HORIZON_LOG10
    horizon = None if alive.all() else int(profile.lag[alive].max())
    reach = len(profile.lag) // 2
    if reach == 0:
        return Summary("preserves", horizon, None)
    if profile.median[reach] == -np.inf:
        return Summary("vanishes", horizon, None)
    rate = float((profile.median[reach] - profile.median[0]) / profile.lag[reach])
    change = rate * (length - 1)
    return Summary("vanishes" if change <= -1 else "explodes" if change >= 1 else "preserves", horizon, rate)
