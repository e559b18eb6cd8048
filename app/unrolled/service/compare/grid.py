"""The cells of a comparison: which network stands where, and why there is none where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from unrolled.core.cost.recurrent import Cost
from unrolled.errors import InvalidInput, TooMuchWork, UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.choices import properties
from unrolled.query.fields import Fields
from unrolled.query.query import Query
from unrolled.service.compare.axes import Axis, Value
from unrolled.service.compare.request import Comparison
from unrolled.service.compare.tile import tile_cost
from unrolled.service.limits import admit
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.text.numbers import number

# Cells a side; more tiles have fewer, so that a full grid is there in two seconds.
FINE, COARSE, FEW = 64, 48, 24
_ADMITTED = replace(VIEWS["influence"], label="A tile of the comparison", cost=tile_cost)


@dataclass(frozen=True)
class Cell:
    """One place in the grid.

    Attributes
    ----------
    row, column : int
        Where, from 0.
    values : tuple
        What the row and the column set; None where nothing runs.
    name : str
        What the tile is called, for example ``LSTM at T = 128``.
    query : Query or None
        The network as the explorer shows it; None where there is none.
    problems : tuple of Experiment
        What is measured, one a seed.
    reason : str
        Why there is nothing to measure; empty where there is.
    """

    row: int
    column: int
    values: tuple[Value | None, Value | None]
    name: str
    query: Query | None
    problems: tuple[Experiment, ...]
    reason: str = ""


def cells_of(asked: Comparison, settings: Settings) -> tuple[Cell, ...]:
    """Set up every cell of a comparison, row by row; what would be too much work is left out beforehand.

    Parameters
    ----------
    asked : Comparison
        What is compared.
    settings : Settings
        How much work one answer may be.

    Returns
    -------
    tuple of Cell
        As many as rows times columns.
    """
    return tuple(_within(list(_cells(asked)), settings))


def resolution_of(asked: Comparison) -> int:
    """Give how many cells a side a tile has at most."""
    count = max(1, len(asked.rows.values)) * max(1, len(asked.columns.values)) * asked.seeds
    return min(int(asked.base.resolution), FINE if count <= FEW else COARSE)


def _cells(asked: Comparison) -> Iterator[Cell]:
    finest, common, most = resolution_of(asked), asked.common(), int(properties()["seed"]["maximum"])
    for row, (down, row_label) in enumerate(zip(asked.rows.places, asked.rows.labels, strict=True)):
        for column, (across, label) in enumerate(zip(asked.columns.places, asked.columns.labels, strict=True)):
            values = next(iter(down.values()), None), next(iter(across.values()), None)
            place = (row, column, values, _called(row_label, label, asked.columns))
            try:
                query = Query.build({**common, **down, **across})
            except InvalidInput as error:
                yield Cell(*place, None, (), error.detail)
                continue
            last = query.seed + asked.seeds - 1
            if last > most:
                reason = f"There is no seed {last:,}: the last one is {most:,}. Lower seed or seeds."
                yield Cell(*place, None, (), reason)
                continue
            # A short sequence shows all of its steps at any resolution: then the explorer's own is asked for.
            shown = Fields.default("resolution") if query.length <= finest else finest
            problems = tuple(
                Experiment(query.model_copy(update={"resolution": shown, "seed": seed}))
                for seed in range(query.seed, last + 1)
            )
            yield Cell(*place, query, problems)


def _called(down: str, across: str, columns: Axis) -> str:
    """Call a tile by what its row and its column set."""
    if not (down and across):
        return down or across or "this network"
    if columns.is_named:
        return f"{down} with {across}"
    return f"{down} ({across})" if columns.is_choice else f"{down} at {across}"


def _within(cells: list[Cell], settings: Settings) -> list[Cell]:
    """Leave out what is too much by itself, then, the largest first, what is too much together for one answer."""
    most_flops, most_bytes = settings.max_gflop * 1e9, settings.max_memory_mib * 2.0**20
    costs: dict[int, Cost] = {}
    for index, cell in enumerate(cells):
        if not cell.problems:
            continue
        try:
            admit(cell.problems[0], _ADMITTED, max_flops=most_flops, max_bytes=most_bytes)
        except TooMuchWork as error:
            cells[index] = without(cell, error)
        else:
            costs[index] = tile_cost(cell.problems[0])
    spent = 0.0
    for index in sorted(costs, key=lambda index: costs[index].flops):
        work = costs[index].flops * len(cells[index].problems)
        spent += work
        if spent > most_flops:
            needs = f"{cells[index].name} needs about {number(work / 1e9)} GFLOP of work"
            reason = f"{needs}, more than is left of the {number(most_flops / 1e9)} that all tiles may take together: "
            reason += "compare fewer values or fewer seeds, or lower length or hidden."
            cells[index] = replace(cells[index], problems=(), reason=reason)
    return cells


def without(cell: Cell, error: UnrolledError) -> Cell:
    """Give a cell that has no picture, and says why.

    Parameters
    ----------
    cell : Cell
        The cell.
    error : UnrolledError
        What was wrong.

    Returns
    -------
    Cell
        The same place with the reason.
    """
    return replace(cell, problems=(), reason=error.detail)
