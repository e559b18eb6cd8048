"""What the bias of a truncation says, in words: the advice, what it saves, and what no amount of data mends."""

import numpy as np

from unrolled.views.text.message import Message, Text, joined, say
from unrolled.views.text.numbers import counted, number, percent
from unrolled.views.truncation_bias.advice import Advice, Saving

MESSAGES = {
    "no loss": "No step has a next value to foretell, so there is no gradient to truncate.",
    "zero": "The gradient of W_hh is exactly zero: no truncation can be right or wrong.",
    "nothing left out": (
        "For a bias of at most {tolerance} nothing can be left out: either kind needs K = {chunked:,}, every step "
        "up to the last loss."
    ),
    "chunked, one cut": "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}.",
    "chunked, worst": (
        "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}, with its first cut "
        "at the worst of {cuts} places."
    ),
    "chunked, at least": (
        "For a bias of at most {tolerance} a chunked truncation needs at least K = {chunked:,}, with its first "
        "cut at the worst of {cuts} places."
    ),
    "chunked, whole": (
        "For a bias of at most {tolerance} a chunked truncation needs K = {chunked:,}, every step up to the last loss."
    ),
    "sliding": "A sliding one needs K = {sliding:,}.",
    "sliding, whole": "A sliding one needs K = {sliding:,}, every step up to the last loss.",
    "chunked, same work": (
        "Chunked saves memory, {chunked_kept} instead of {whole}, and no work: every step is still gone through once."
    ),
    "chunked, less work": (
        "Chunked saves memory, {chunked_kept} instead of {whole}, and takes {chunked_share} of the work of a whole "
        "backward pass."
    ),
    "sliding, same work": "Sliding keeps {sliding_kept} and takes the work of a whole backward pass.",
    "sliding, less work": (
        "Sliding keeps {sliding_kept} and takes {sliding_share} of the work of a whole backward pass."
    ),
    "sliding, more work": (
        "Sliding keeps {sliding_kept} and takes {sliding_factor} times the work of a whole backward pass, as every "
        "loss goes back by itself."
    ),
    "set, within": (
        "Truncated, {kind} at K = {window:,}: cosine {cosine}, length ratio {ratio} and bias {bias}, within the "
        "tolerance."
    ),
    "set, above": (
        "Truncated, {kind} at K = {window:,}: cosine {cosine}, length ratio {ratio} and bias {bias}, above the "
        "tolerance."
    ),
    "set, within, no cosine": (
        "Truncated, {kind} at K = {window:,}: length ratio {ratio} and bias {bias}, within the tolerance."
    ),
    "set, above, no cosine": (
        "Truncated, {kind} at K = {window:,}: length ratio {ratio} and bias {bias}, above the tolerance."
    ),
    "set chunked": "chunked from the first step on",
    "set sliding": "sliding",
    "first cuts": (
        "How wrong a chunked gradient is depends on where its first cut falls: the line is the mean over the places "
        "where it may, 8 evenly spaced ones where a chunk has more steps, the band their range, and the advice holds "
        "at the worst of them."
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
    "sampled": (
        "Sliding was measured at every K, chunked at {count} values from 1 to {last:,}, {larger} of them larger than "
        "the advised one: a K between these may yet be above the tolerance."
    ),
    "sampled, whole": (
        "Sliding was measured at every K, chunked at {count} values from 1 to {last:,}: at {below:,} it is above the "
        "tolerance."
    ),
    "whole check": "K ≥ T: what either kind adds up to is the whole gradient",
    "one step check": "K = 1: chunked and sliding keep the same pairs, t = k",
    "kept pairs check": "at some K, chunked from every first cut and sliding: what is kept, pair by pair",
    "advice check": "above the tolerance one step below the advised K, within it at some K from there on",
    "curves check": (
        "every K: bias² = 1 + ratio² − 2 · ratio · cosine where it is one gradient, the mean within its range, and "
        "exact where K keeps everything"
    ),
    "told check": "the advice against the curves; bytes, and flops at a few K, counted step by step",
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
    "range": "chunked, by first cut",
    "range hover": "chunked, K = %{x}: bias up to %{y:.3g}<extra></extra>",
    "cosine curve": "{kind}, cosine",
    "ratio curve": "{kind}, length ratio",
    "tolerance": "tolerated: {tolerance}",
    "advised": "advised",
    "advised hover": "{kind}: K = {window:,} is the smallest that will do, bias {bias}<extra></extra>",
}
_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def bias_sentence(advice: Advice) -> Message:
    """Give the advice, and what it saves, in a few sentences."""
    if not advice.last_step:
        return say(MESSAGES["no loss"])
    chunked, sliding = advice.savings["chunked"], advice.savings["sliding"]
    if chunked is None or sliding is None:
        return say(MESSAGES["zero"])
    tolerance = number(advice.tolerance)
    if chunked.is_whole and sliding.is_whole:
        return say(MESSAGES["nothing left out"], tolerance=tolerance, chunked=chunked.window)
    message = (
        "whole"
        if chunked.is_whole
        else "at least"
        if advice.count is not None
        else "worst"
        if chunked.cuts > 1
        else "one cut"
    )
    needed = [
        say(MESSAGES[f"chunked, {message}"], tolerance=tolerance, chunked=chunked.window, cuts=chunked.cuts),
        say(MESSAGES["sliding, whole" if sliding.is_whole else "sliding"], sliding=sliding.window),
    ]
    savings = ((kind, saving) for kind, saving in (("chunked", chunked), ("sliding", sliding)) if not saving.is_whole)
    return joined(*needed, *(_saving_sentence(advice, kind, saving) for kind, saving in savings))


def _saving_sentence(advice: Advice, kind: str, saving: Saving) -> Message:
    """Say what a kind keeps, and compare its work with that of a whole backward pass."""
    share = saving.flops / saving.whole_flops
    work = "same" if share == 1.0 else "less" if share < 1.0 else "more"
    values = {
        f"{kind}_kept": amount(saving.bytes),
        f"{kind}_share": percent(share) if share < 1.0 else "",
        f"{kind}_factor": number(share, 2),
    }
    return say(MESSAGES[f"{kind}, {work} work"], whole=amount(advice.last_step * advice.bytes), **values)


def bias_notes(advice: Advice, step_flops: float, layers: int) -> tuple[str, ...]:
    """Answer what a learner asks, and say how things were counted; nothing where there is no loss.

    ``step_flops`` is what one step back takes.
    """
    if not advice.last_step:
        return ()
    notes: list[str] = [_set_note(advice)] if advice.kind != "none" and np.isfinite(advice.current["bias"]) else []
    notes.append(say(MESSAGES["biased"]))
    chunked = advice.savings["chunked"]
    if chunked is not None and advice.last_step > 2:
        notes.append(say(MESSAGES["first cuts"]))
    message = "counted, all layers" if layers > 1 else "counted, one layer"
    notes.append(say(MESSAGES[message], bytes=advice.bytes, operations=counted(int(step_flops), "operation")))
    if advice.count is not None and chunked is not None:
        message = "sampled, whole" if chunked.is_whole else "sampled"
        measured = {"count": advice.count, "last": advice.last_step + 1, "larger": advice.larger}
        notes.append(say(MESSAGES[message], **measured, below=chunked.window - 1))
    return tuple(notes)


def _set_note(advice: Advice) -> Message:
    """Judge the truncation that is set."""
    message = "set, within" if advice.current["bias"] <= advice.tolerance else "set, above"
    if not np.isfinite(advice.current["cosine"]):
        message += ", no cosine"
    values = {name: number(value) for name, value in advice.current.items() if np.isfinite(value)}
    return say(MESSAGES[message], kind=MESSAGES[f"set {advice.kind}"], window=advice.window, **values)


def amount(count: int) -> Text:
    """Write a number of bytes, for example ``3.2 kB``."""
    for unit, size in _UNITS:
        if count >= size:
            return Text(f"{number(count / size, 2)} {unit}", count)
    return counted(count, "byte")
