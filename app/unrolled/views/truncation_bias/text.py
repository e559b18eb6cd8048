"""What the bias of a truncation says, in words: the advice, what it saves, and what no amount of data mends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.core.arrays.types import Array, Steps
from unrolled.core.loss.gradient import LossGraph
from unrolled.core.loss.truncation_bias import KINDS, TruncationBias, smallest_window
from unrolled.query.query import Query
from unrolled.views.text.numbers import counted, number, percent

MESSAGES = {
    "no loss": "No step has a next value to foretell, so there is no gradient to truncate.",
    "zero": "The gradient of W_hh is exactly zero: no truncation can be right or wrong.",
    "nothing left out": (
        "For a bias of at most {tolerance} nothing can be left out: either kind needs K = {chunked:,}, all of the "
        "sequence."
    ),
    "advice": (
        "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}, a sliding one K = {sliding:,}."
    ),
    "advice, chunked whole": (
        "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}, all of the sequence, a sliding "
        "one K = {sliding:,}."
    ),
    "advice, sliding whole": (
        "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}, a sliding one K = {sliding:,}, "
        "all of the sequence."
    ),
    "chunked, same work": (
        "Chunked saves memory, {kept} instead of {whole}, and no work: every step is still gone through once."
    ),
    "chunked, less work": (
        "Chunked saves memory, {kept} instead of {whole}, and takes {share} of the work of a whole backward pass."
    ),
    "chunked, more work": (
        "Chunked saves memory, {kept} instead of {whole}, and takes {factor} times the work of a whole backward pass."
    ),
    "sliding, same work": "Sliding keeps {kept} and takes the work of a whole backward pass.",
    "sliding, less work": "Sliding keeps {kept} and takes {share} of the work of a whole backward pass.",
    "sliding, more work": (
        "Sliding keeps {kept} and takes {factor} times the work of a whole backward pass, as every loss goes back by "
        "itself."
    ),
    "within": (
        "Truncated, {kind} at K = {window:,}: cosine {cosine}, length ratio {ratio} and bias {bias}, within the "
        "tolerance."
    ),
    "above": (
        "Truncated, {kind} at K = {window:,}: cosine {cosine}, length ratio {ratio} and bias {bias}, above the "
        "tolerance."
    ),
    "within, no cosine": (
        "Truncated, {kind} at K = {window:,}: length ratio {ratio} and bias {bias}, within the tolerance."
    ),
    "above, no cosine": (
        "Truncated, {kind} at K = {window:,}: length ratio {ratio} and bias {bias}, above the tolerance."
    ),
    "biased": (
        "A truncated gradient is biased: it leaves the same pairs out of every sequence. More data makes it less "
        "noisy, not less wrong."
    ),
    "counted, one layer": (
        "Counted is what a backward pass reads of the layer, {bytes:,} bytes a step, and its matrix products, "
        "{operations} a step back."
    ),
    "counted, all layers": (
        "Counted is what a backward pass reads of all layers, {bytes:,} bytes a step, and its matrix products, "
        "{operations} a step back."
    ),
    "sampled": "K was measured at {count} values from 1 to {last:,}: advised is one of these.",
    "whole check": "K ≥ T: what either kind adds up to is the whole gradient",
    "one step check": "K = 1: chunked and sliding keep the same pairs, t = k",
    "empty": "no gradient, no bias",
    "bias heading": "how far from the whole gradient",
    "cosine heading": "cosine (solid), length ratio (dotted)",
    "bias axis": "relative bias",
    "cosine axis": "cosine, length ratio",
    "window axis": "K, steps that are kept",
    "bias hover": "{kind}, K = %{{x}}: bias %{{y:.3g}}<extra></extra>",
    "cosine hover": "{kind}, K = %{{x}}: cosine %{{y:.3g}}<extra></extra>",
    "ratio hover": "{kind}, K = %{{x}}: length ratio %{{y:.3g}}<extra></extra>",
    "bias curve": "{kind}",
    "cosine curve": "{kind}, cosine",
    "ratio curve": "{kind}, length ratio",
    "tolerance": "tolerated: {tolerance}",
    "advised": "advised",
    "advised hover": "{kind}: K = {window:,} is the smallest that will do<extra></extra>",
}
_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


@dataclass(frozen=True)
class Saving:
    """The smallest K of one kind that will do, its bias and cosine, and what it takes.

    ``bytes`` must be kept for the backward pass, which takes ``flops``, a whole one ``whole_flops``; ``is_whole`` is
    whether that K keeps everything.
    """

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
class Advice:
    """What the sentence and the notes are made of.

    ``savings`` by kind, None where there is no gradient. Each step up to ``last_step``, the last one with a loss,
    leaves ``bytes`` for the backward pass. ``current`` has bias, cosine and length ratio of the truncation that is
    set, ``kind`` at ``window``; NaN without one.
    """

    savings: Mapping[str, Saving | None]
    tolerance: float
    last_step: int
    bytes: int
    whole_flops: float
    kind: str
    window: int
    current: Mapping[str, float]

    @classmethod
    def of(cls, bias: TruncationBias, flops: dict[str, Array], graph: LossGraph, bytes_: int, query: Query) -> "Advice":
        """Choose the smallest K of both kinds; ``flops`` at every K (n,), by kind, ``bytes_`` of each step."""
        whole = float(flops["chunked"][-1])
        savings: dict[str, Saving | None] = {}
        for kind in KINDS:
            chosen = smallest_window(bias.windows, bias.relative[kind], query.tolerance)
            index = -1 if chosen is None else int(np.searchsorted(bias.windows, chosen))
            savings[kind] = (
                None if chosen is None else _saving(bias, flops[kind], kind, index, bytes_, graph.last_step, whole)
            )
        current = dict.fromkeys(("bias", "cosine", "ratio"), np.nan)
        if query.truncation != "none":
            index = int(np.searchsorted(bias.windows, min(query.window, int(bias.windows[-1]))))
            curves = (bias.relative, bias.cosine, bias.ratio)
            current = {name: float(curve[query.truncation][index]) for name, curve in zip(current, curves, strict=True)}
        return cls(savings, query.tolerance, graph.last_step, bytes_, whole, query.truncation, query.window, current)


def _saving(
    bias: TruncationBias, flops: Array, kind: str, index: int, bytes_: int, last_step: int, whole_flops: float
) -> Saving:
    window = int(bias.windows[index])
    relative, cosine = (float(curve[kind][index]) for curve in (bias.relative, bias.cosine))
    kept, is_whole = min(window, last_step) * bytes_, window >= last_step
    return Saving(window, relative, cosine, kept, float(flops[index]), whole_flops, is_whole)


def bias_sentence(advice: Advice) -> str:
    """Give the advice, and what it saves, in a few sentences."""
    if not advice.last_step:
        return MESSAGES["no loss"]
    chunked, sliding = advice.savings["chunked"], advice.savings["sliding"]
    if chunked is None or sliding is None:
        return MESSAGES["zero"]
    message = {
        (False, False): "advice",
        (True, False): "advice, chunked whole",
        (False, True): "advice, sliding whole",
        (True, True): "nothing left out",
    }[chunked.is_whole, sliding.is_whole]
    first = MESSAGES[message].format(tolerance=number(advice.tolerance), chunked=chunked.window, sliding=sliding.window)
    savings = ((kind, saving) for kind, saving in (("chunked", chunked), ("sliding", sliding)) if not saving.is_whole)
    return " ".join([first, *(_saving_sentence(advice, kind, saving) for kind, saving in savings)])


def _saving_sentence(advice: Advice, kind: str, saving: Saving) -> str:
    """Say what a kind keeps, and compare its work with that of a whole backward pass."""
    share = saving.flops / saving.whole_flops
    work = "same" if share == 1.0 else "less" if share < 1.0 else "more"
    return MESSAGES[f"{kind}, {work} work"].format(
        kept=amount(saving.bytes),
        whole=amount(advice.last_step * advice.bytes),
        share=percent(share) if share < 1.0 else "",
        factor=number(share, 2),
    )


def bias_notes(advice: Advice, step_flops: float, layers: int, windows: Steps) -> tuple[str, ...]:
    """Answer what a learner asks, and say how things were counted; nothing where there is no loss.

    ``step_flops`` is what one step back takes, ``windows`` (n,) the K that were measured.
    """
    if not advice.last_step:
        return ()
    notes = []
    if advice.kind != "none" and np.isfinite(advice.current["bias"]):
        message = "within" if advice.current["bias"] <= advice.tolerance else "above"
        if not np.isfinite(advice.current["cosine"]):
            message += ", no cosine"
        values = {name: number(value) for name, value in advice.current.items() if np.isfinite(value)}
        notes.append(MESSAGES[message].format(kind=advice.kind, window=advice.window, **values))
    notes.append(MESSAGES["biased"])
    message = "counted, all layers" if layers > 1 else "counted, one layer"
    notes.append(MESSAGES[message].format(bytes=advice.bytes, operations=counted(int(step_flops), "operation")))
    if len(windows) < int(windows[-1]):
        notes.append(MESSAGES["sampled"].format(count=len(windows), last=int(windows[-1])))
    return tuple(notes)


def amount(count: int) -> str:
    """Write a number of bytes, for example ``3.2 kB``."""
    for unit, size in _UNITS:
        if count >= size:
            return f"{number(count / size, 2)} {unit}"
    return counted(count, "byte")
