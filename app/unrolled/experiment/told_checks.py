"""What is told of a triangle, read off its cells a second time: lag by lag with nothing but comparisons and counts."""

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.behaviour.profile import LagProfile
from unrolled.core.behaviour.sampled import FAR
from unrolled.core.behaviour.step_horizons import StepHorizons
from unrolled.core.behaviour.summary import LONG, SHORT, Summary
from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.triangle import KEPT, horizons, sufficient_truncation, told
from unrolled.runtime.memo import Memo

_THOUSANDTH = 3.0


def told_checks_of(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check verdict, horizon and rate against the cells they were read off."""
    known = told(experiment, memo)
    wrong = known.profile.chained != bool(experiment.query.row.states)
    chain = Check.of("chain", float(wrong), "a model without a state has neither verdict nor rate", 0.0)
    return (*told_checks(known.steps, known.log10_norm, known.profile, known.summary), chain)


def horizons_checks_of(experiment: Experiment, memo: Memo) -> tuple[Check, ...]:
    """Check the horizons of single steps, and the truncation that holds 99 %, in the same way."""
    known = told(experiment, memo)
    cells = known.steps, known.log10_norm
    return (
        step_horizons_check(*cells, known.profile, horizons(experiment, memo)),
        kept_share_check(known.log10_norm, KEPT, sufficient_truncation(experiment, memo)),
    )


def told_checks(steps: Steps, log10_norm: Array, profile: LagProfile, summary: Summary) -> tuple[Check, ...]:
    """Check what is told of cells (G, G) at evenly spaced steps (G,).

    ``horizon``: it is that of the medians; of some steps it lies before the next sampled lag that is below.
    ``rate``: 10^rate to the power of its steps is the change of the medians. ``verdict``: it is that of the half-life.
    """
    medians = _medians(steps, log10_norm)
    lags = sorted(medians)
    reference = (
        profile.reference if profile.onset else next((medians[n] for n in lags if medians[n] > -np.inf), -np.inf)
    )
    checks = (
        _horizon_check(medians, reference, profile, summary, is_sampled=len(steps) < int(steps[-1])),
        _rate_check(medians, reference, profile, summary),
        _verdict_check(reference, profile, summary),
    )
    return checks if profile.far_share is None else (*checks, _far_share_check(steps, log10_norm, profile.far_share))


def step_horizons_check(steps: Steps, log10_norm: Array, profile: LagProfile, told: StepHorizons) -> Check:
    """Check the horizons of single steps row by row; of sampled ones those that fall below between the samples."""
    enough = -np.inf if profile.is_zero else profile.reference - _THOUSANDTH
    lags, is_whole = [], len(steps) == int(steps[-1])
    for row, t in enumerate(steps.tolist()):
        kept = [t - int(steps[column]) for column in range(row + 1) if -np.inf < enough <= log10_norm[row, column]]
        if max(kept, default=-1) < t - int(steps[0]) and (t > profile.reference_lag or profile.is_zero):
            lags.append(max(kept, default=0))
    if is_whole:
        expected = (min(lags), max(lags), len(lags)) if lags else (None, None, 0)
        wrong = sum(one != other for one, other in zip(expected, (told.low, told.high, told.told), strict=True))
        statement = "each step's last lag with 1/1000, where its past is long enough, row by row"
        return Check.of("step horizons", float(wrong), statement, 0.0)
    statement = "no sampled row has its last lag with 1/1000 below the shortest horizon, or above the longest"
    if not lags or told.low is None or told.high is None:
        return Check.of("step horizons", None, statement)
    return Check.of("step horizons", float(max(0, min(lags) - told.low, max(lags) - told.high)), statement, 0.0)


def kept_share_check(log10_norm: Array, share: float, told: tuple[int, int]) -> Check:
    """Check over every pair of steps that K steps hold the share of Σ ‖P[t, k]‖², and K − 1 do not."""
    statement = f"K steps hold {100 * share:g} % of the squared influence, K − 1 do not"
    if told[0] != told[1]:
        return Check.of("truncation", None, f"{statement}: only some pairs were measured")
    largest = float(np.nanmax(log10_norm))
    if largest == -np.inf:
        return Check.of("truncation", float(told[0] - 1), statement, 0.0)
    squares = np.nan_to_num(np.power(100.0, log10_norm - largest))
    lag = np.subtract.outer(np.arange(len(squares)), np.arange(len(squares)))
    total = float(squares.sum())
    held, before = (float(squares[lag < count].sum()) / total for count in (told[0], told[0] - 1))
    return Check.of("truncation", max(0.0, share - held, before - share if told[0] > 1 else 0.0), statement, 1e-9)


def _medians(steps: Steps, log10_norm: Array) -> dict[int, float]:
    """Give the median of the cells of each lag."""
    medians = {}
    for lag in range(len(steps)):
        rows = np.arange(lag, len(steps))
        sizes = sorted(log10_norm[rows, rows - lag].tolist())
        low, high = sizes[(len(sizes) - 1) // 2], sizes[len(sizes) // 2]
        medians[int(steps[lag] - steps[0])] = low if low == high else (low + high) / 2.0
    return medians


def _horizon_check(
    medians: dict[int, float], reference: float, profile: LagProfile, summary: Summary, *, is_sampled: bool
) -> Check:
    statement = "the medians are at least 1/1000 of that at lag 0 up to the horizon, and less beyond it"
    if reference == -np.inf:
        return Check.of("horizon", float(summary.horizon != 0), "nothing passes, and the horizon is 0", 0.0)
    enough = [lag for lag, size in medians.items() if size >= reference - _THOUSANDTH]
    never = all(lag in enough or lag < profile.reference_lag for lag in medians)
    if never or summary.horizon is None:
        return Check.of("horizon", float(never != (summary.horizon is None)), statement, 0.0)
    last = max(enough, default=profile.reference_lag)
    if not is_sampled:
        return Check.of("horizon", float(abs(summary.horizon - last)), statement, 0.0)
    stride = min((lag for lag in medians if lag), default=1)
    excess = max(last - summary.horizon, summary.horizon - last - FAR * stride, 0)
    return Check.of("horizon", float(excess), f"{statement}, at the sampled lags", 0.0)


def _rate_check(medians: dict[int, float], reference: float, profile: LagProfile, summary: Summary) -> Check:
    statement = "the rate leads from the median at the first lag to that at half of the steps"
    if summary.rate is None:
        return Check.of("rate", None, statement)
    lags = sorted(medians)
    start = profile.reference_lag
    half = max(lags[len(lags) // 2], min((lag for lag in lags if lag > start), default=lags[-1]))
    change = (half - start) * summary.rate
    return Check.of("rate", abs(reference + change - medians[half]), statement, 1e-9 * max(1.0, abs(change)))


def _far_share_check(steps: Steps, log10_norm: Array, told: float) -> Check:
    statement = "what the earlier half of the inputs has of the squared influence on the last output, added up again"
    if len(steps) < int(steps[-1]):
        return Check.of("far inputs", None, f"{statement}: only some of them were measured")
    largest = max(float(log10_norm[-1].max()), -1e300)
    squares = [100.0 ** (size - largest) if size > -np.inf else 0.0 for size in log10_norm[-1].tolist()]
    held = sum(squares[: len(squares) // 2]) / sum(squares) if any(squares) else 0.0
    return Check.of("far inputs", abs(held - told), statement)


def _verdict_check(reference: float, profile: LagProfile, summary: Summary) -> Check:
    statement = f"half-lives of {SHORT:g} and {LONG:g} steps part the verdicts"
    if not profile.chained or summary.verdict is None:
        return Check.of("verdict", None, statement)
    if summary.rate is None:
        is_zero = reference == -np.inf or profile.median[-1] == -np.inf
        return Check.of("verdict", float(summary.verdict != "zero" or not is_zero), statement, 0.0)
    # What is left after so many steps, as far as a number can hold it.
    left = [10.0 ** max(-300.0, min(300.0, summary.rate * steps)) for steps in (SHORT, LONG)]
    verdicts = {
        "vanishes": left[0] < 0.5,
        "decays": left[0] >= 0.5 >= left[1],
        "preserves": 0.5 < left[1] < 2.0,
        "grows": left[0] <= 2.0 <= left[1],
        "explodes": left[0] > 2.0,
    }
    edge = min(abs(abs(summary.rate) * steps - np.log10(2.0)) for steps in (SHORT, LONG)) < 1e-9
    return Check.of("verdict", float(not (edge or verdicts.get(summary.verdict, False))), statement, 0.0)
