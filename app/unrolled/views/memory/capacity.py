"""Short-term memory by Jaeger's definition: how much of independent inputs can be read back, by lag and in sum.

Inputs that can themselves be predicted would measure that: of a sine, one value tells all others. So the network is
driven with values drawn independently from the steps of its sequence, which keeps their distribution (and the network
where it works). Then no input says anything of another, R²_n is 0 of a network without memory, and Σ_{n≥1} R²_n, the
memory capacity, is at most the number of units that are read (Jaeger 2001, proposition 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from unrolled.core.arrays.types import Array
from unrolled.core.behaviour.blocks import standard_error
from unrolled.core.behaviour.probe import RidgeProbe
from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import generators, sequence_of
from unrolled.experiment.run import Run
from unrolled.runtime.memo import Memo
from unrolled.views.memory.estimate import Estimates
from unrolled.views.memory.span import Span, in_order

# More than this share of what entered counts as read back.
HALF = 0.5


@dataclass(frozen=True)
class Capacity:
    """R² of what entered n steps ago, by lag n from 0 on, and the memory capacity: all NaN where it cannot be fitted.

    The capacity is the sum over lags n ≥ 1: on tested steps noise adds nothing to it but its error. ``missing`` says
    why there is none: ``overflow`` of the state under these inputs, a state ``too wide`` to be fitted, or inputs that
    stand ``still``, or change at so ``few`` steps that there is no error to be told.
    """

    by_lag: Estimates
    total: float
    error: float
    missing: str = ""

    @property
    def reach(self) -> tuple[int, int]:
        """The largest lag up to which more than half is read back: surely, and at most; −1 where not even lag 0 is."""
        return _until(self.by_lag.least > HALF), _until(self.by_lag.most > HALF)


def drive_of(experiment: Experiment, memo: Memo, span: Span) -> Array:
    """Draw independent inputs from the steps of the sequence, with replacement."""
    steps = sequence_of(in_order(experiment, span.steps), memo).inputs[: span.steps]
    return steps[generators(experiment.query)[4].integers(span.steps, size=span.driven)]


def capacity(forward: Run, drive: Array, span: Span, initial: Mapping[str, Array] | None) -> Capacity:
    """Measure what can be read of independent inputs (n, D): by an MLP out of its own."""
    none = Estimates.none(span.lags + 1)
    try:
        state = forward.network.run(forward.parameters, drive, initial).readable(span.lags + 1)
    except Overflow:
        return Capacity(none, np.nan, np.nan, "overflow")
    if state.shape[1] >= span.memory.fitted:
        return Capacity(none, np.nan, np.nan, "too wide")
    probe = RidgeProbe(state, span.memory)
    # What comes round from the end is in the washout.
    ratios = [probe.fit(np.roll(drive, lag, axis=0)).unexplained for lag in range(span.lags + 1)]
    left = Estimates.of(ratios)
    by_lag = Estimates(1.0 - left.values, left.errors)
    if np.isnan(by_lag.values).any():
        return Capacity(by_lag, np.nan, np.nan, "still")
    if np.isnan(by_lag.errors).any():
        return Capacity(none, np.nan, np.nan, "few")
    moved = np.sum([ratio.deviations for ratio in ratios[1:]], axis=0)
    return Capacity(by_lag, float(by_lag.values[1:].sum()), standard_error(moved))


def _until(is_read: npt.NDArray[np.bool_]) -> int:
    """Give the last lag before the first that is not."""
    missing = np.flatnonzero(~is_read)
    return int(missing[0]) - 1 if missing.size else len(is_read) - 1
