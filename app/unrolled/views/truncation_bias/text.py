"""What the bias of a truncation says, in words: the advice, what it saves, and what no amount of data mends."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, smallest_window
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number, percent

_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


@dataclass(frozen=True)
class Saving:
    """The smallest K of one kind that will do, and what it takes."""

    window: int
    bias: float
    cosine: float
    bytes: int
    flops: float
    whole_flops: float
    is_whole: bool

    def payload(self) -> dict[str, Any]:
        """Give it for JSON; ``work`` is the share of a whole backward pass."""
        return {
            "window": self.window,
            "bias": self.bias,
            "cosine": self.cosine,
            "bytes": self.bytes,
            "flops": self.flops,
            "work": self.flops / self.whole_flops,
            "is_whole": self.is_whole,
        }


@dataclass(frozen=True)
class Truncated:
    """What there is to say."""

    advice: dict[str, Saving | None]
    tolerance: float
    reach: int
    bytes: int
    whole_flops: float
    kind: str
    window: int
    own: dict[str, float]

    @classmethod
    def of(
        cls, found: TruncationBias, flops: dict[str, Array], way: LossGraph, bytes_: int, query: Query
    ) -> "Truncated":
        """Gather it."""
        whole = float(flops["chunked"][-1])
        advice: dict[str, Saving | None] = {}
        for kind in KINDS:
            chosen = smallest_window(found.windows, found.relative[kind], query.tolerance)
            place = -1 if chosen is None else int(np.searchsorted(found.windows, chosen))
            advice[kind] = (
                None if chosen is None else _saving(found, flops[kind], kind, place, bytes_, way.last_step, whole)
            )
        own = dict.fromkeys(("bias", "cosine", "ratio"), np.nan)
        if query.truncation != "none":
            place = int(np.searchsorted(found.windows, min(query.window, int(found.windows[-1]))))
            curves = (found.relative, found.cosine, found.ratio)
            own = {name: float(curve[query.truncation][place]) for name, curve in zip(own, curves, strict=True)}
        return cls(advice, query.tolerance, way.last_step, bytes_, whole, query.truncation, query.window, own)


def _saving(
    found: TruncationBias, flops: Array, kind: str, place: int, bytes_: int, reach: int, whole_flops: float
) -> Saving:
    window = int(found.windows[place])
    bias, cosine = (float(curve[kind][place]) for curve in (found.relative, found.cosine))
    return Saving(window, bias, cosine, min(window, reach) * bytes_, float(flops[place]), whole_flops, window >= reach)


def sentence_of_bias(said: Truncated) -> str:
    """Give the advice, and what it saves."""
    if not said.reach:
        return "No step has a next value to foretell, so there is no gradient to truncate."
    chunked, sliding = said.advice["chunked"], said.advice["sliding"]
    if chunked is None or sliding is None:
        return "The gradient of W_hh is exactly zero: no truncation can be right or wrong."
    within = f"For a bias of at most {number(said.tolerance)}"
    if chunked.is_whole and sliding.is_whole:
        return f"{within} nothing can be left out: either kind needs K = {chunked.window:,}, all of the sequence."
    first = f"{within} a chunked truncation needs {_reach(chunked)}, a sliding one {_reach(sliding)}."
    return " ".join([first, *(told for told in (_chunked(said, chunked), _sliding(said, sliding)) if told)])


def _reach(saving: Saving) -> str:
    return f"K = {saving.window:,}{', all of the sequence' if saving.is_whole else ''}"


def _chunked(said: Truncated, saving: Saving) -> str:
    if saving.is_whole:
        return ""
    whole, kept = amount(said.reach * said.bytes), amount(saving.bytes)
    same = saving.flops == said.whole_flops
    work = "and no work: every step is still gone through once" if same else f"and takes {_times(saving)}"
    return f"Chunked saves memory, {kept} instead of {whole}, {work}."


def _sliding(said: Truncated, saving: Saving) -> str:
    if saving.is_whole:
        return ""
    more = saving.flops > said.whole_flops
    why = ", as every loss goes back by itself" if more else ""
    return f"Sliding keeps {amount(saving.bytes)} and takes {_times(saving)}{why}."


def _times(saving: Saving) -> str:
    """Compare the work with that of a whole backward pass."""
    share, whole = saving.flops / saving.whole_flops, "the work of a whole backward pass"
    if share == 1.0:
        return whole
    return f"{percent(share)} of {whole}" if share < 1.0 else f"{number(share, 2)} times {whole}"


def notes_of_bias(said: Truncated, step: float, layers: int, windows: Steps) -> tuple[str, ...]:
    """Answer what a learner asks, and say how things were counted."""
    if not said.reach:
        return ()
    notes = []
    if said.kind != "none" and np.isfinite(said.own["bias"]):
        judged = "within" if said.own["bias"] <= said.tolerance else "above"
        cosine = f"cosine {number(said.own['cosine'])}, " if np.isfinite(said.own["cosine"]) else ""
        notes.append(
            f"Truncated, {said.kind} at K = {said.window:,}: {cosine}length ratio {number(said.own['ratio'])} and bias "
            f"{number(said.own['bias'])}, {judged} the tolerance."
        )
    notes.append(
        "A truncated gradient is biased: it leaves the same pairs out of every sequence. More data makes it less "
        "noisy, not less wrong."
    )
    notes.append(
        f"Counted is what a backward pass reads of {'all layers' if layers > 1 else 'the layer'}, {said.bytes:,} bytes "
        f"a step, and its matrix products, {counted(int(step), 'operation')} a step back."
    )
    if len(windows) < int(windows[-1]):
        notes.append(
            f"K was measured at {len(windows)} values from 1 to {int(windows[-1]):,}: advised is one of these."
        )
    return tuple(notes)


def amount(count: int) -> str:
    """Write a number of bytes."""
    for unit, size in _UNITS:
        if count >= size:
            return f"{number(count / size, 2)} {unit}"
    return counted(count, "byte")
