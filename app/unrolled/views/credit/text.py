"""What the credit of a loss says, in words."""

from dataclasses import dataclass

import numpy as np

from unrolled.core.jacobians.truncation import Truncation
from unrolled.core.loss.credit import Credit, lag_of_share
from unrolled.core.loss.gradient import LossGraph
from unrolled.experiment.experiment import Experiment
from unrolled.views.text.numbers import MINUS, counted, number, ordinal, percent, power

# The share of the gradient that is asked for.
MOST_OF_IT = 0.9
# A sample that brings less than this part of what as many losses bring on average is no sample of the whole.
_FEWEST = 0.2


@dataclass(frozen=True)
class Said:
    """What there is to say."""

    loss: str
    count: int
    shown: int
    looked: int
    last: int
    total: float
    log10_gradient: float
    share: float
    nearest: float
    reached: int | None
    kept_share: float
    stride: int
    begins_with_nothing: bool

    @classmethod
    def of(cls, loss: str, way: LossGraph, found: Credit, cut: Truncation, looked: int) -> "Said":
        """Gather it."""
        is_there = bool(np.isfinite(found.log10_gradient))
        share = float(found.by_lag.sum()) if is_there else np.nan
        stride = int(found.k[1] - found.k[0]) if len(found.k) > 1 else 1
        kept = np.nan
        if cut.kind == "sliding" and is_there and looked == len(way.steps):
            kept = float(found.by_lag[: cut.window].sum())
        elif cut.kind == "chunked" and is_there and len(found.t) == len(way.steps) and stride == 1:
            kept = float(found.share[cut.kept(found.t, found.k)].sum())
        return cls(
            loss,
            len(way.steps),
            len(found.t),
            looked,
            way.last_step,
            float(way.values.sum()),
            found.log10_gradient,
            share,
            float(found.by_lag[0]) if is_there else np.nan,
            lag_of_share(found.by_lag, MOST_OF_IT) if is_there and share > 0 else None,
            kept,
            stride,
            1 in found.k and not way.trace.layers[way.layer - 1].h[0].any(),
        )


def sentence_of_credit(said: Said) -> str:
    """Say how many steps back bring most of the gradient."""
    if not said.count:
        return "No step has a next value to foretell, so there is no loss and no gradient."
    whose = f"The loss of step {said.last:,}" if said.loss == "last" else f"The loss of {counted(said.count, 'step')}"
    if not np.isfinite(said.log10_gradient):
        return f"{whose} is {number(said.total)}; its gradient of W_hh is exactly zero, so no step gets any credit."
    first = f"{whose} is {number(said.total)}; its gradient of W_hh has the size {power(said.log10_gradient)}."
    return f"{first} {_reach(said)}"


def _reach(said: Said) -> str:
    if said.looked < said.count and (said.reached is None or said.share < _FEWEST * said.looked / said.count):
        told = signed_percent(said.share)
        return f"The {said.shown:,} losses that are shown bring {told} of it: too little to say how far back it goes."
    what = "it" if said.looked == said.count else f"what the {said.shown:,} losses that are shown bring"
    near = f"those of the step itself {signed_percent(said.nearest / said.share)}"
    if not said.reached:
        return f"Pairs of the same step, t = k, bring at least {MOST_OF_IT:.0%} of {what}.".replace("%", " %")
    back = counted(said.reached, "step")
    return f"Pairs at most {back} apart bring {percent(MOST_OF_IT)} of {what}, {near}."


def notes_of_credit(said: Said, experiment: Experiment, cut: Truncation, given: int) -> tuple[str, ...]:
    """Say what one must know to read the triangles."""
    query = experiment.query
    if not said.count:
        return ()
    notes = []
    if np.isfinite(said.log10_gradient):
        notes.append(
            "Shares are signed: a pair with a negative one pulls against the gradient. All pairs together bring 100 %."
        )
    if said.begins_with_nothing:
        notes.append("At k = 1 W_hh multiplies the initial state, which is zero: these pairs bring nothing.")
    if query.layer is not None and query.layer < query.layers:
        notes.append(
            f"∂L_t/∂h_k of layer {query.layer} contains what goes up through the layers above at the same step k, as "
            "grad has it in PyTorch."
        )
    if given < query.length:
        notes.append(f"Padding is nothing to foretell: the last loss is that of step {said.last:,}.")
    if said.shown < said.count:
        brings = f": what is shown brings {signed_percent(said.share)}" if said.looked < said.count else ""
        notes.append(
            f"Of the {said.count:,} losses every {ordinal(said.stride)} is shown, {said.shown:,} in all. Their values "
            f"are exact, and shares are those of the whole gradient{brings}."
        )
    elif said.stride > 1:
        notes.append(f"Every {ordinal(said.stride)} step k is shown; its values are exact, not averages.")
    return (*notes, *_cut_off(said, cut))


def _cut_off(said: Said, cut: Truncation) -> tuple[str, ...]:
    """Say what a truncation leaves of the gradient."""
    if not cut.is_on:
        return ()
    told = f"Truncated, {cut.kind} at K = {cut.window:,}: faint cells are cut off."
    if np.isfinite(said.kept_share):
        told += f" The pairs that are left bring {signed_percent(said.kept_share)} of the whole gradient."
    return (told,)


def signed_percent(share: float) -> str:
    """Write a share that may be negative, or larger than all."""
    if not np.isfinite(share):
        return "nothing"
    if abs(share) > 10.0:
        return f"{number(share)} times all"
    size = percent(abs(share)) if abs(share) <= 1.0 else f"{100.0 * abs(share):.0f} %"
    return f"{MINUS}{size.removeprefix('less than ')}" if share < 0.0 else size
