"""Having all tiles computed, each a job of its own: as many at a time as there are workers, cheap to leave."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from unrolled.errors import Overflow, TooMuchWork
from unrolled.experiment.experiment import Experiment
from unrolled.experiment.remembered import sight, widen
from unrolled.query.part import HiddenField
from unrolled.service.answers import Answers
from unrolled.service.compare.grid import TILE_VIEW, Cell, without_picture
from unrolled.service.compare.median import MedianTile, median_tile
from unrolled.service.compare.tile import FIELDS, Tile, measure_tile, tile_cost
from unrolled.service.limits import limits_of, within_limits

NoTile = Overflow | TooMuchWork


@dataclass(frozen=True)
class FinishedCell:
    """A cell, and the median of its seeds; None where the cell says why there is none."""

    cell: Cell
    median: MedianTile | None


async def finished_cells(answers: Answers, cells: Sequence[Cell]) -> AsyncIterator[FinishedCell]:
    """Give each cell as soon as it is there, first those without a picture; whoever stops asking frees the workers.

    Raises `Busy` when every worker and every place in the queue is taken.
    """
    for cell in cells:
        if not cell.experiments:
            yield FinishedCell(cell, None)
    waiting = deque((cell, seed) for cell in cells for seed in range(len(cell.experiments)))
    tiles: dict[tuple[int, int], dict[int, Tile | NoTile]] = {}
    running: dict[asyncio.Future[Tile | NoTile], tuple[Cell, int]] = {}
    try:
        while waiting or running:
            # One more than can run, so that no worker waits for the event loop.
            while waiting and len(running) <= answers.settings.threads:
                cell, seed = waiting.popleft()
                running[asyncio.ensure_future(_compute_tile(answers, cell.experiments[seed]))] = (cell, seed)
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in sorted(done, key=lambda done_task: (running[done_task][0].row, running[done_task][0].column)):
                cell, seed = running.pop(task)
                seeds = tiles.setdefault((cell.row, cell.column), {})
                seeds[seed] = task.result()
                if len(seeds) == len(cell.experiments):
                    yield _median_seed(cell, [seeds[index] for index in range(len(seeds))])
    finally:
        for task in running:
            task.cancel()


async def gather_cells(answers: Answers, cells: Sequence[Cell]) -> tuple[FinishedCell, ...]:
    """Have every cell computed; raises `Busy` as `finished_cells`."""
    return row_major([cell async for cell in finished_cells(answers, cells)])


def row_major(cells: Iterable[FinishedCell]) -> tuple[FinishedCell, ...]:
    """Put finished cells row by row."""
    return tuple(sorted(cells, key=lambda finished: (finished.cell.row, finished.cell.column)))


def remaining_flops(answers: Answers, cells: Iterable[Cell]) -> float:
    """Estimate the operations of all tiles that are not remembered."""
    missing = (experiment for cell in cells for experiment in cell.experiments if _key(experiment) not in answers.memo)
    return sum(tile_cost(experiment).flops for experiment in missing)


async def _compute_tile(answers: Answers, experiment: Experiment) -> Tile | NoTile:
    """Have one seed measured by a worker; a state that leaves float64 is an answer."""
    while True:
        seen, work = _seen(experiment), tile_cost(experiment).flops
        try:
            return await answers.workers.run(
                answers.memo, _key(experiment), partial(_within_limits, answers, experiment, seen), work
            )
        except (Overflow, TooMuchWork) as error:
            return error
        except HiddenField as hidden:
            widen("tile", hidden, experiment)


def _within_limits(answers: Answers, asked: Experiment, experiment: Experiment) -> Tile:
    """Measure one seed; raises `TooMuchWork` where it takes far more than was counted beforehand."""
    with within_limits(asked, TILE_VIEW, **limits_of(answers.settings)):
        return measure_tile(experiment, answers.memo)


def _median_seed(cell: Cell, seeds: Sequence[Tile | NoTile]) -> FinishedCell:
    """Choose the median seed of a cell, or say which of them has no picture."""
    tiles = []
    for experiment, tile in zip(cell.experiments, seeds, strict=True):
        if not isinstance(tile, Tile):
            detail = f"Seed {experiment.query.seed}: {tile.detail}" if len(seeds) > 1 else tile.detail
            return FinishedCell(without_picture(cell, Overflow(detail)), None)
        tiles.append(tile)
    return FinishedCell(cell, median_tile(tiles))


def _key(experiment: Experiment) -> tuple[str, object]:
    return "tile", _seen(experiment).key


def _seen(experiment: Experiment) -> Experiment:
    return sight("tile", FIELDS, experiment)
