"""What a comparison shows, in words."""

from collections.abc import Mapping, Sequence

from unrolled.core.behaviour.summary import Verdict
from unrolled.query.query import Query
from unrolled.query.types import series_text
from unrolled.service.compare.axes import value_text
from unrolled.service.compare.gather import FinishedCell
from unrolled.service.compare.median import MedianTile
from unrolled.service.compare.request import Comparison
from unrolled.views.text.caption import Caption, caption
from unrolled.views.text.message import Message, joined, say
from unrolled.views.text.numbers import counted, listed, pace
from unrolled.views.text.verdict import verdict_label

MESSAGES = {
    "no picture": "None of these networks has a picture: each tile says why.",
    "one tile missing": "1 tile has no picture.",
    "tiles missing": "{count} tiles have no picture.",
    "networks": "Of {count} networks: {verdicts}.",
    "longest": "Longest horizon: {steps} ({names}).",
    "longest, whole": "Longest horizon: the whole sequence of {steps} ({names}).",
    "others": "{count} others",
    "one network": "One network",
    "table": "Rows: {rows}. Columns: {columns}. Each tile is a link to the explorer.",
    "tile": "{verdict}, {rate}, horizon {steps}",
    "tile, whole": "{verdict}, {rate}, horizon: the whole sequence",
    "tile, zero": "exactly zero from lag {lag} on",
    "both kinds": "Models with a state and models without one stand side by side: all are asked how strongly the input "
    "x_k moves the output o_t, so that one scale means one thing.",
    "untruncated": "A truncation is seen in the pictures. Verdict, horizon, rate and the curves are those of the "
    "derivative itself, which no truncation changes.",
}
# What networks do by their verdict, from what leaves most to what leaves least; None is a model without a chain.
_VERDICTS: Mapping[Verdict | None, str] = {
    "preserves": "{count} preserved",
    "decays": "{count} decaying slowly",
    "vanishes": "{count} vanishing",
    "zero": "{count} exactly zero",
    "grows": "{count} growing slowly",
    "explodes": "{count} exploding",
    None: "{count} without a chain",
}
_ONE: Mapping[Verdict, str] = {
    "preserves": "preserved",
    "decays": "decaying slowly",
    "vanishes": "vanishing",
    "zero": "exactly zero",
    "grows": "growing slowly",
    "explodes": "exploding",
}
_MAX_NAMES = 3


def title_of(comparison: Comparison) -> str:
    """Name a comparison by its axes, for example ``Activation × Length``."""
    return " × ".join(axis.title for axis in comparison.axes if axis.field) or MESSAGES["one network"]


def table_caption(comparison: Comparison) -> str:
    """Say what the rows and the columns of the grid are."""
    return MESSAGES["table"].format(rows=comparison.rows.title or "one", columns=comparison.columns.title or "one")


def caption_of(comparison: Comparison) -> Caption:
    """Give the setting that all networks have in common."""
    values = dict.fromkeys(Query.names(), "")
    for name, value in comparison.common().items():
        values[name] = "" if value is None else series_text(value) if name == "series" else value_text(value)
    on_axes = {axis.field for axis in comparison.axes}
    return [part for part in caption(values) if part["field"] not in on_axes]


def grid_sentence(cells: Sequence[FinishedCell]) -> Message:
    """Say what a grid shows.

    "Of 18 networks: 4 preserved and 14 vanishing. Longest horizon: 97 steps (LSTM at T = 128)."
    """
    shown = [(finished.cell.name, finished.median) for finished in cells if finished.median]
    if not shown:
        return say(MESSAGES["no picture"])
    count = len(cells) - len(shown)
    missing = say(MESSAGES["one tile missing" if count == 1 else "tiles missing"], count=count) if count else ""
    verdicts = [median.summary.verdict for _, median in shown]
    told = [text.format(count=verdicts.count(verdict)) for verdict, text in _VERDICTS.items() if verdict in verdicts]
    networks = say(MESSAGES["networks"], count=len(shown), verdicts=listed(told)) if len(shown) > 1 else ""
    return joined(networks, _longest_horizon(shown), missing)


def tile_sentence(median: MedianTile) -> Message:
    """Say what one tile shows, for example ``vanishing, × 0.24 per step, horizon 5 steps``."""
    summary, profile = median.summary, median.tile.told.profile
    if summary.rate is None or summary.verdict is None:
        key = summary.verdict == "zero" and summary.zero_from
        return say(MESSAGES["tile, zero"], lag=summary.zero_from) if key else say(verdict_label(summary, profile))
    return say(
        MESSAGES["tile" if summary.horizon is not None else "tile, whole"],
        verdict=_ONE[summary.verdict],
        rate=pace(summary.rate),
        steps=counted(median.horizon_steps, "step"),
    )


def derivative_sentence(comparison: Comparison) -> Message:
    """Say what is measured in every tile, where that is not what one would think; else nothing."""
    has_both_kinds = comparison.has_stateless and any(axis.field == "model" for axis in comparison.axes)
    is_output = (comparison.base.of, comparison.base.wrt) == ("o", "x")
    is_cut = comparison.base.truncation != "none" or any(axis.field == "truncation" for axis in comparison.axes)
    return joined(
        MESSAGES["both kinds"] if has_both_kinds and is_output else "", MESSAGES["untruncated"] if is_cut else ""
    )


def _longest_horizon(shown: Sequence[tuple[str, MedianTile]]) -> Message:
    """Say which network has the longest horizon: none that is zero, and one that grows only where all others are."""
    alive = [(name, median) for name, median in shown if median.summary.verdict != "zero"]
    steady = [(name, median) for name, median in alive if median.summary.verdict not in ("grows", "explodes")] or alive
    if not steady:
        return say("")
    longest = max(median.horizon_steps for _, median in steady)
    best = [(name, median) for name, median in steady if median.horizon_steps == longest]
    names = [name for name, _ in best]
    if len(names) > _MAX_NAMES:
        others = MESSAGES["others"].format(count=len(names) - _MAX_NAMES + 1)
        names = [*names[: _MAX_NAMES - 1], others]
    is_whole = all(median.summary.horizon is None for _, median in best) and longest > 0
    message = MESSAGES["longest, whole" if is_whole else "longest"]
    return say(message, steps=counted(longest, "step"), names=listed(names))
