"""What a triangle says in a few numbers: size by lag, memory horizon, rate per step, verdict.

What a sampled one cannot show is sharpened to a single lag: where a derivative begins, and its horizon.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from unrolled.core.arrays.scaling import renormalise_
from unrolled.core.arrays.types import Array, Norm, Steps
from unrolled.core.jacobians.blocks import advance_products, block_products
from unrolled.core.jacobians.chain import JacobianChain
from unrolled.core.jacobians.product import scaled_norms

Verdict = Literal["vanishes", "preserves", "explodes"]

HORIZON_LOG10 = -3.0


@dataclass(frozen=True)
class LagProfile:
    """Median and range over t of log10 ‖P[t, t−n]‖ at the sampled lags n, rising from 0; −inf for exactly zero.

    `onset` is the lag and median at which a block that is exactly zero at lag 0, such as ∂h_k/∂c_k, begins between the
    first two samples: what the sizes are compared with must not depend on which lags are sampled. `chained` is False
    where every derivative is a single hop, not a product that grows with the lag; then `reach` is the largest lag at
    which an output sees an input, None where it sees all of them.
    """

    lag: Steps
    median: Array
    low: Array
    high: Array
    onset: tuple[int, float] | None = None
    chained: bool = True
    reach: int | None = None

    @property
    def reference_lag(self) -> int:
        """The lag that the others are compared with: 0, or the first with a path."""
        return int(self.lag[self._first]) if self.onset is None else self.onset[0]

    @property
    def reference(self) -> float:
        """The median size there."""
        return float(self.median[self._first]) if self.onset is None else self.onset[1]

    @property
    def _first(self) -> int:
        """The index of the first sampled lag with a path."""
        finite = np.flatnonzero(np.isfinite(self.median))
        return int(finite[0]) if finite.size else 0


@dataclass(frozen=True)
class Summary:
    """The verdict on one triangle.

    It tells whether a product across the whole sequence loses more than nine tenths, gains more than tenfold, or
    neither, at the measured rate (log10 per step; None for a single step and where the chain dies exactly). The horizon
    is the largest lag whose median size is at least 10⁻³ times the reference of the profile; None if no later lag falls
    below.
    """

    verdict: Verdict
    horizon: int | None
    rate: float | None


def lag_profile(log10_norm: Array, steps: Steps) -> LagProfile:
    """Gather a triangle (G, G) of evenly spaced steps (G,), NaN above the diagonal, by lag."""
    count = len(steps)
    stats = np.empty((3, count))
    for index in range(count):
        sizes = np.sort(np.diagonal(log10_norm, -index))
        middle = sizes[(sizes.size - 1) // 2], sizes[sizes.size // 2]
        # The mean of two equal values first: −inf and −inf would give NaN in a difference, not in a sum.
        stats[:, index] = 0.5 * (middle[0] + middle[1]), sizes[0], sizes[-1]
    return LagProfile(steps - steps[0], *stats)


def summarise(profile: LagProfile, length: int) -> Summary:
    """Give verdict, horizon and rate of a triangle over T steps.

    The rate is (m(n*) − m(n₀)) / (n* − n₀), where m is the median by lag, n₀ is 0 and n* the largest lag that at least
    half of the steps still have: longer lags rest on a few products only. A block that is exactly zero at lag 0, such
    as ∂h_k/∂c_k, is compared with the first lag at which it is not, which is then n₀.
    """
    reference_lag, lag = profile.reference_lag, profile.lag
    above = profile.median >= profile.reference + HORIZON_LOG10
    horizon = None if above[lag >= reference_lag].all() else int(lag[above].max(initial=0))
    reach = max(len(lag) // 2, min(int(np.searchsorted(lag, reference_lag, side="right")), len(lag) - 1))
    if lag[reach] <= reference_lag:
        return Summary("preserves", horizon, None)
    if profile.median[reach] == -np.inf:
        return Summary("vanishes", horizon, None)
    rate = float((profile.median[reach] - profile.reference) / (lag[reach] - reference_lag))
    change = rate * (length - 1)
    return Summary("vanishes" if change <= -1 else "explodes" if change >= 1 else "preserves", horizon, rate)


def horizon_range(log10_norm: Array, steps: Steps, profile: LagProfile) -> tuple[int, int | None]:
    """Find the shortest and the longest memory horizon of single steps t, over the later half of the sequence.

    The largest lag at which the step still has 10⁻³ of the reference; the longest is None when some step remembers all.
    """
    lag = steps[:, None] - steps[None, :]
    above = np.where(log10_norm >= profile.reference + HORIZON_LOG10, lag, 0)[len(steps) // 2 :]
    reach, longest = above.max(axis=1), lag[len(steps) // 2 :].max(axis=1)
    return int(reach.min()), None if (reach == longest).any() else int(reach.max())


def truncation_steps(log10_norm: Array, steps: Steps, share: float) -> int:
    """Find how many steps back a truncated backpropagation must reach to keep a share of Σ ‖P[t, k]‖².

    That is the smallest sampled lag within which so much of the sum lies, plus one; the steps (G,) are evenly spaced.
    """
    largest = np.nanmax(log10_norm)
    if largest == -np.inf:
        return 1
    squares = np.nan_to_num(10.0 ** (2.0 * (log10_norm - largest)))
    cumulative = np.cumsum([np.trace(squares, -index) for index in range(len(steps))])
    index = int(np.searchsorted(cumulative, share * cumulative[-1]))
    return int(steps[min(index, len(steps) - 1)] - steps[0]) + 1


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
