"""How many steps, lags and rows are looked at."""

from dataclasses import dataclass

from unrolled.core.behaviour.blocks import Split
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.inputs import sequence_of
from unrolled.experiment.variants import variant_of
from unrolled.runtime.memo import Memo

# How many steps are looked at where the sequence has them, and at most; how many the triangles span.
_STEPS, _PER_UNIT, _MOST_STEPS, _TRIANGLE = 600, 4, 2000, 48
# A fit needs rows: so many a number that is read, and so many at all.
_ROWS, _FEWEST = 3, 30
_LAGS, _BEYOND, _MOST_LAGS, _MOST_READ = 24, 8, 64, 1024
# The first steps still depend on the initial state: so many are discarded, at most this part of all; and the gap.
_WASHOUT, _WASHED_PART, _GAP_PART = 100, 10, 20


@dataclass(frozen=True)
class Span:
    """How many steps of the sequence are looked at, how many the triangles span, and lags and steps of the memory."""

    steps: int
    triangle: int
    lags: int
    driven: int

    @property
    def order(self) -> Split:
        """How the steps that have a next one are used."""
        gap = max(1, min(self.lags, self.steps // _GAP_PART))
        return Split.of(self.steps - 1, min(_WASHOUT, self.steps // _WASHED_PART), gap)

    @property
    def memory(self) -> Split:
        """How the steps of independent inputs are used: what is fitted and what is tested have none in common."""
        return Split.of(self.driven, _WASHOUT, self.lags)


def span_of(experiment: Experiment, memo: Memo) -> Span:
    """Choose how many steps are looked at: as many as the sequence truly has, whatever the length of the picture."""
    steps = sequence_of(in_order(experiment, wanted_steps(experiment)), memo).data_length
    return Span(steps, min(triangle_steps(experiment), steps), lags_of(experiment), driven_steps(experiment))


def needed_steps(experiment: Experiment) -> int:
    """Tell how many steps a sequence must have for its states to be fitted and tested."""
    return max(_FEWEST, _ROWS * (experiment.query.hidden + 1))


def in_order(experiment: Experiment, length: int, order: str = "original") -> Experiment:
    """Take the first steps of the sequence in an order, and ∂o_t/∂x_k of them, whatever was chosen."""
    first = variant_of(experiment, "order", order).changed(length=length)
    return first.changed(of="o", wrt="x", layer=None, origin=None, truncation="none")


def wanted_steps(experiment: Experiment) -> int:
    """Tell how many steps are wanted; one's own inputs are as long as they are."""
    length = experiment.query.length
    if experiment.inputs is None:
        length = max(length, _STEPS, _PER_UNIT * experiment.query.hidden)
    return min(length, _MOST_STEPS)


def triangle_steps(experiment: Experiment) -> int:
    """Tell how many steps the triangles span."""
    return min(experiment.query.length, _TRIANGLE)


def driven_steps(experiment: Experiment) -> int:
    """Tell how many independent inputs drive the network, washout and gap included."""
    return _WASHOUT + lags_of(experiment) + max(_STEPS, _PER_UNIT * experiment.query.hidden)


def lags_of(experiment: Experiment) -> int:
    """Choose the largest lag: past the window where that is not too far, and never more than can be read."""
    wanted = min(_MOST_LAGS, max(_LAGS, experiment.query.window + _BEYOND))
    return max(1, min(wanted, _MOST_READ // experiment.input_size))
