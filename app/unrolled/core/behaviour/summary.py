"""What a triangle says in a few numbers: rate per step, verdict, memory horizon.

The verdict follows from the rate alone, whatever the length: from the half-life n½ = log10 2 / |rate|, the number of
steps after which half of the gradient is left, or twice as much is there.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from unrolled.core.behaviour.profile import LagProfile

HORIZON_LOG10 = -3.0
Verdict = Literal["zero", "vanishes", "decays", "preserves", "grows", "explodes"]

# From what leaves least to what leaves most.
VERDICTS: tuple[Verdict, ...] = ("zero", "vanishes", "decays", "preserves", "grows", "explodes")
# Half-lives in steps: below the first a gradient vanishes or explodes, above the second it is preserved.
SHORT, LONG = 5.0, 100.0


@dataclass(frozen=True)
class Summary:
    """The verdict on one triangle.

    ``rate`` is in log10 a step; None where there is only one lag with a path, without a chain, and where the typical
    product is exactly zero. The ``verdict`` follows from it: ``zero`` in the last case, from the lag ``zero_from`` on,
    None in the others. The ``horizon`` is the largest lag whose median size is at least 10⁻³ times the reference of the
    profile; None if no later lag falls below, 0 where every typical product is exactly zero.
    """

    verdict: Verdict | None
    horizon: int | None
    rate: float | None
    zero_from: int | None = None


def summarise(profile: LagProfile) -> Summary:
    """Give verdict, horizon and rate.

    The rate is (m(n*) − m(n₀)) / (n* − n₀), where m is the median by lag, n₀ the lag of the reference and n* the
    largest lag that at least half of the steps still have.
    """
    if profile.is_zero:
        return Summary("zero" if profile.chained else None, 0, None, 0 if profile.chained else None)
    horizon = _horizon(profile)
    if profile.is_single or not profile.chained:
        return Summary(None, horizon, None)
    last = profile.half
    if profile.median[last] == -np.inf:
        alive = profile.lag[np.isfinite(profile.median)]
        return Summary("zero", horizon, None, int(alive.max(initial=profile.reference_lag)) + 1)
    rate = float((profile.median[last] - profile.reference) / (profile.lag[last] - profile.reference_lag))
    return Summary(verdict_of(rate), horizon, rate)


def _horizon(profile: LagProfile) -> int | None:
    above = profile.median >= profile.reference + HORIZON_LOG10
    if above[profile.lag >= profile.reference_lag].all():
        return None
    return int(profile.lag[above].max(initial=profile.reference_lag))


def half_life(rate: float) -> float:
    """Give the steps after which a gradient of this rate, in log10 a step, has halved or doubled; ∞ at rate 0."""
    return float(np.log10(2.0)) / abs(rate) if rate else np.inf


def verdict_of(rate: float) -> Verdict:
    """Judge a rate in log10 a step."""
    if rate == -np.inf:
        return "zero"
    steps = half_life(rate)
    if steps > LONG:
        return "preserves"
    if steps < SHORT:
        return "vanishes" if rate < 0 else "explodes"
    return "decays" if rate < 0 else "grows"
