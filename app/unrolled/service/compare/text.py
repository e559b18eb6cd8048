"""What a comparison shows, in words."""

from collections.abc import Sequence

from unrolled.query.query import Query
from unrolled.query.types import series_text
from unrolled.service.compare.averages import Average
from unrolled.service.compare.axes import written
from unrolled.service.compare.gather import Finished
from unrolled.service.compare.request import Comparison
from unrolled.views.text.caption import Caption, caption
from unrolled.views.text.numbers import counted, listed, pace

_DOES = (("preserves", "keep the gradient"), ("vanishes", "lose it"), ("explodes", "blow it up"))
_NAMES = 3


def sentence(met: Sequence[Finished]) -> str:
    """Say what a grid shows.

    Parameters
    ----------
    met : sequence of Finished
        Every cell, row by row.

    Returns
    -------
    str
        For example "Of 18 networks 4 keep the gradient and 14 lose it; LSTM at T = 128 remembers longest, 97 steps."
    """
    shown = [(each.cell.name, each.average) for each in met if each.average]
    if not shown:
        return "None of these networks has a picture: each tile says why."
    missing = len(met) - len(shown)
    left_out = f" {counted(missing, 'tile')} {'has' if missing == 1 else 'have'} no picture." if missing else ""
    counts = [(sum(each.verdict == verdict for _, each in shown), does) for verdict, does in _DOES]
    if len(shown) == 1:
        said = _memory(shown)
        return f"{said[0].upper()}{said[1:]}.{left_out}"
    told = [f"{count} {_agreeing(does, count)}" for count, does in counts if count]
    kept = told if counts[0][0] else ["none keeps the gradient", *told]
    return f"Of {len(shown)} networks {listed(kept)}; {_memory(shown)}.{left_out}"


def tile_sentence(average: Average) -> str:
    """Say what one tile shows, in a few words.

    Parameters
    ----------
    average : Average
        The tile.

    Returns
    -------
    str
        For example ``vanishes by 10^−0.62 a step, reaches 5 steps back``.
    """
    if average.reach:
        return average.reach
    rate = "" if average.rate is None else f" at {pace(average.rate)}"
    horizon, most = average.horizon, average.length - 1
    reach = f"all {counted(most, 'step')}" if horizon is None else counted(horizon, "step")
    return f"{average.verdict}{rate}, reaches {reach} back"


def derivative_sentence(asked: Comparison) -> str:
    """Say what is measured in every tile, where that is not what a network is asked for by itself.

    Parameters
    ----------
    asked : Comparison
        What is compared.

    Returns
    -------
    str
        A sentence, or nothing.
    """
    if not asked.shares or (asked.base.of, asked.base.wrt) != ("o", "x"):
        return ""
    if all(axis.field != "model" for axis in asked.axes):
        return ""
    return (
        "Models with a state and models without one stand side by side: all are asked how strongly the input x_k moves "
        "the output o_t, so that one scale means one thing."
    )


def title_of(asked: Comparison) -> str:
    """Name a comparison by what runs, for example ``Activation × Length``."""
    return " × ".join(axis.title for axis in asked.axes if axis.field) or "One network"


def table_caption(asked: Comparison) -> str:
    """Say what the rows and the columns of the grid are."""
    rows, columns = asked.rows.title or "one", asked.columns.title or "one"
    return f"Rows: {rows}. Columns: {columns}. Each tile is a link to the explorer."


def caption_of(asked: Comparison) -> Caption:
    """Give the setting that all networks have in common."""
    values = dict.fromkeys(Query.names(), "")
    for name, value in asked.common().items():
        values[name] = "" if value is None else series_text(value) if name == "series" else written(value)
    running = {axis.field for axis in asked.axes}
    return [part for part in caption(values) if part["field"] not in running]


def _agreeing(does: str, count: int) -> str:
    """Make a verb agree with a single network."""
    verb, _, rest = does.partition(" ")
    return f"{verb if count > 1 else f'{verb}s'} {rest}"


def _memory(shown: Sequence[tuple[str, Average]]) -> str:
    """Say which network remembers longest; one that explodes remembers nothing, unless all do."""
    steady = [(name, each) for name, each in shown if each.verdict != "explodes"] or list(shown)
    longest = max(_reach(each) for _, each in steady)
    first = [(name, each) for name, each in steady if _reach(each) == longest]
    names = [name for name, _ in first]
    if len(names) > _NAMES:
        names = [*names[: _NAMES - 1], f"{len(names) - _NAMES + 1} others"]
    whole = all(each.horizon is None for _, each in first)
    reach = f"all {counted(longest, 'step')} there are" if whole and longest else counted(longest, "step")
    return f"{listed(names)} {'remembers' if len(names) == 1 else 'remember'} longest, {reach}"


def _reach(average: Average) -> int:
    """Give the horizon in steps, that of the sequence where it is never reached."""
    return average.length - 1 if average.horizon is None else average.horizon
