"""What a comparison shows, in words."""

from collections.abc import Sequence

from unrolled.query.query import Query
from unrolled.query.types import series_text
from unrolled.service.compare.averages import Average
from unrolled.service.compare.axes import value_text
from unrolled.service.compare.gather import FinishedCell
from unrolled.service.compare.request import Comparison
from unrolled.views.text.caption import Caption, caption
from unrolled.views.text.numbers import counted, listed, pace

_NO_PICTURE = "None of these networks has a picture: each tile says why."
_ONE_NETWORK = "{memory}.{missing}"
_NETWORKS = "Of {count} networks {verdicts}; {memory}.{missing}"
_TITLE_OF_ONE = "One network"
_TABLE = "Rows: {rows}. Columns: {columns}. Each tile is a link to the explorer."
_TILE = "{verdict}{rate}, reaches {reach} back"
_BOTH_KINDS = (
    "Models with a state and models without one stand side by side: all are asked how strongly the input x_k moves "
    "the output o_t, so that one scale means one thing."
)
# What networks do by their verdict: of one, and of several.
_VERDICTS = {
    "preserves": ("keeps the gradient", "keep the gradient"),
    "vanishes": ("loses it", "lose it"),
    "explodes": ("blows it up", "blow it up"),
}
_MAX_NAMES = 3


def title_of(comparison: Comparison) -> str:
    """Name a comparison by its axes, for example ``Activation × Length``."""
    return " × ".join(axis.title for axis in comparison.axes if axis.field) or _TITLE_OF_ONE


def table_caption(comparison: Comparison) -> str:
    """Say what the rows and the columns of the grid are."""
    return _TABLE.format(rows=comparison.rows.title or "one", columns=comparison.columns.title or "one")


def caption_of(comparison: Comparison) -> Caption:
    """Give the setting that all networks have in common."""
    values = dict.fromkeys(Query.names(), "")
    for name, value in comparison.common().items():
        values[name] = "" if value is None else series_text(value) if name == "series" else value_text(value)
    on_axes = {axis.field for axis in comparison.axes}
    return [part for part in caption(values) if part["field"] not in on_axes]


def grid_sentence(cells: Sequence[FinishedCell]) -> str:
    """Say what a grid shows.

    For example "Of 18 networks 4 keep the gradient and 14 lose it; LSTM at T = 128 remembers longest, 97 steps."
    """
    shown = [(finished.cell.name, finished.average) for finished in cells if finished.average]
    if not shown:
        return _NO_PICTURE
    count = len(cells) - len(shown)
    missing = f" {counted(count, 'tile')} {'has' if count == 1 else 'have'} no picture." if count else ""
    memory = _longest_memory(shown)
    if len(shown) == 1:
        return _ONE_NETWORK.format(memory=f"{memory[0].upper()}{memory[1:]}", missing=missing)
    counts = {verdict: sum(average.verdict == verdict for _, average in shown) for verdict in _VERDICTS}
    verdicts = [f"{count} {_VERDICTS[verdict][count > 1]}" for verdict, count in counts.items() if count]
    if not counts["preserves"]:
        verdicts = ["none keeps the gradient", *verdicts]
    return _NETWORKS.format(count=len(shown), verdicts=listed(verdicts), memory=memory, missing=missing)


def tile_sentence(average: Average) -> str:
    """Say what one tile shows, for example ``vanishes by 10^−0.62 a step, reaches 5 steps back``."""
    if average.reach:
        return average.reach
    rate = "" if average.rate is None else f" at {pace(average.rate)}"
    horizon, most = average.horizon, average.length - 1
    reach = f"all {counted(most, 'step')}" if horizon is None else counted(horizon, "step")
    return _TILE.format(verdict=average.verdict, rate=rate, reach=reach)


def derivative_sentence(comparison: Comparison) -> str:
    """Say what is measured in every tile, where that is not what a network is asked for by itself; else nothing."""
    has_both_kinds = comparison.has_stateless and any(axis.field == "model" for axis in comparison.axes)
    return _BOTH_KINDS if has_both_kinds and (comparison.base.of, comparison.base.wrt) == ("o", "x") else ""


def _longest_memory(shown: Sequence[tuple[str, Average]]) -> str:
    """Say which network remembers longest; one that explodes remembers nothing, unless all do."""
    steady = [(name, average) for name, average in shown if average.verdict != "explodes"] or list(shown)
    longest = max(_horizon_steps(average) for _, average in steady)
    best = [(name, average) for name, average in steady if _horizon_steps(average) == longest]
    names = [name for name, _ in best]
    if len(names) > _MAX_NAMES:
        names = [*names[: _MAX_NAMES - 1], f"{len(names) - _MAX_NAMES + 1} others"]
    is_all = all(average.horizon is None for _, average in best)
    reach = f"all {counted(longest, 'step')} there are" if is_all and longest else counted(longest, "step")
    return f"{listed(names)} {'remembers' if len(names) == 1 else 'remember'} longest, {reach}"


def _horizon_steps(average: Average) -> int:
    """Give the horizon in steps, that of the sequence where it is never reached."""
    return average.length - 1 if average.horizon is None else average.horizon
