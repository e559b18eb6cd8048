"""The cells of a comparison: which network stands where, and why there is none where there is none."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from unrolled.core.cost.derivative import Cost
from unrolled.errors import InvalidInput, TooMuchWork, UnrolledError
from unrolled.experiment.experiment import Experiment
from unrolled.query.choices import properties
from unrolled.query.fields import Fields
from unrolled.query.query import Query
from unrolled.service.compare.axes import Axis, Value
from unrolled.service.compare.request import Comparison
from unrolled.service.compare.tile import tile_cost
from unrolled.service.limits import check_cost, limits_of
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.text.numbers import number

_NO_SUCH_SEED = "There is no seed {seed:,}: the last one is {last:,}. Lower seed or seeds."
_TOO_MUCH_TOGETHER = (
    "{tile} needs about {work} GFLOP of work, more than is left of the {allowed} that all tiles may take together: "
    "compare fewer values or fewer seeds, or lower length or hidden."
)

# Cells a side; more tiles have fewer, so that a full grid is there in two seconds.
FINE_RESOLUTION, COARSE_RESOLUTION, FEW_TILES = 64, 48, 24
TILE_VIEW = replace(VIEWS["influence"], label="A tile of the comparison", cost=tile_cost, checks_cost=lambda _: Cost())


@dataclass(frozen=True)
class Cell:
    """One place in the grid: the values of row and column (None where nothing runs), an experiment for each seed.

    Where there is nothing to measure ``reason`` says why; ``query`` is None where there is no such network.
    """

    row: int
    column: int
    values: tuple[Value | None, Value | None]
    name: str
    query: Query | None
    experiments: tuple[Experiment, ...]
    reason: str = ""


def build_cells(comparison: Comparison, settings: Settings) -> tuple[Cell, ...]:
    """Set up every cell of a comparison, row by row; what would be too much work is left out beforehand."""
    return tuple(_within_limits(list(_unlimited_cells(comparison)), settings))


def resolution_of(comparison: Comparison) -> int:
    """Give how many cells a side a tile has at most."""
    count = max(1, len(comparison.rows.values)) * max(1, len(comparison.columns.values)) * comparison.seeds
    return min(int(comparison.base.resolution), FINE_RESOLUTION if count <= FEW_TILES else COARSE_RESOLUTION)


def _unlimited_cells(comparison: Comparison) -> Iterator[Cell]:
    finest, common, most = resolution_of(comparison), comparison.common(), int(properties()["seed"]["maximum"])
    for row, (down, row_label) in enumerate(zip(comparison.rows.places, comparison.rows.labels, strict=True)):
        for column, (across, label) in enumerate(
            zip(comparison.columns.places, comparison.columns.labels, strict=True)
        ):
            values = next(iter(down.values()), None), next(iter(across.values()), None)
            place = (row, column, values, _tile_name(row_label, label, comparison.columns))
            try:
                query = Query.build({**common, **down, **across})
            except InvalidInput as error:
                yield Cell(*place, None, (), error.detail)
                continue
            last = query.seed + comparison.seeds - 1
            if last > most:
                yield Cell(*place, None, (), _NO_SUCH_SEED.format(seed=last, last=most))
                continue
            # A short sequence shows all of its steps at any resolution: then it shares the explorer's.
            resolution = Fields.default("resolution") if query.length <= finest else finest
            experiments = tuple(
                Experiment(query.model_copy(update={"resolution": resolution, "seed": seed}))
                for seed in range(query.seed, last + 1)
            )
            yield Cell(*place, query, experiments)


def _tile_name(down: str, across: str, columns: Axis) -> str:
    """Call a tile by what its row and its column set."""
    if not (down and across):
        return down or across or "this network"
    if columns.is_named:
        return f"{down} with {across}"
    return f"{down} ({across})" if columns.is_choice else f"{down} at {across}"


def _within_limits(cells: list[Cell], settings: Settings) -> list[Cell]:
    """Leave out what is too much by itself, then, the largest first, what is too much together for one answer."""
    limits = limits_of(settings)
    costs: dict[int, Cost] = {}
    for index, cell in enumerate(cells):
        if not cell.experiments:
            continue
        try:
            check_cost(cell.experiments[0], TILE_VIEW, **limits)
        except TooMuchWork as error:
            cells[index] = without_picture(cell, error)
        else:
            costs[index] = tile_cost(cell.experiments[0])
    spent = 0.0
    for index in sorted(costs, key=lambda index: costs[index].flops):
        work = costs[index].flops * len(cells[index].experiments)
        spent += work
        if spent > limits["max_flops"]:
            reason = _TOO_MUCH_TOGETHER.format(
                tile=cells[index].name, work=number(work / 1e9), allowed=number(limits["max_flops"] / 1e9)
            )
            cells[index] = replace(cells[index], experiments=(), reason=reason)
    return cells


def without_picture(cell: Cell, error: UnrolledError) -> Cell:
    """Give a cell that has no picture, and says why."""
    return replace(cell, experiments=(), reason=error.detail)
