"""Having all tiles computed, each a job of its own: as many at a time as there are workers, cheap to leave."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.service.answers import Answers
from unrolled.service.compare.averages import Average, averaged
from unrolled.service.compare.grid import Cell, without
from unrolled.service.compare.tile import FIELDS, Tile, tile, tile_cost


@dataclass(frozen=True)
class Finished:
    """A cell, and its tile; None where the cell says why there is none."""

    cell: Cell
    average: Average | None


async def finished(answers: Answers, cells: Sequence[Cell]) -> AsyncIterator[Finished]:
    """Give each cell as soon as it is there; whoever stops asking frees the workers.

    Parameters
    ----------
    answers : Answers
        Computes, and remembers.
    cells : sequence of Cell
        What is asked for.

    Yields
    ------
    Finished
        First those that have no picture, then the others as they come.

    Raises
    ------
    Busy
        Every worker and every place in the queue is taken.
    """
    for cell in cells:
        if not cell.problems:
            yield Finished(cell, None)
    waiting = deque((cell, seed) for cell in cells for seed in range(len(cell.problems)))
    met: dict[tuple[int, int], dict[int, Tile | Overflow]] = {}
    under_way: dict[asyncio.Future[Tile | Overflow], tuple[Cell, int]] = {}
    try:
        while waiting or under_way:
            # One more than can run, so that no worker waits for the event loop.
            while waiting and len(under_way) <= answers.settings.threads:
                cell, seed = waiting.popleft()
                under_way[asyncio.ensure_future(_measured(answers, cell.problems[seed]))] = (cell, seed)
            ended, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for each in sorted(ended, key=lambda task: (under_way[task][0].row, under_way[task][0].column)):
                cell, seed = under_way.pop(each)
                seeds = met.setdefault((cell.row, cell.column), {})
                seeds[seed] = each.result()
                if len(seeds) == len(cell.problems):
                    yield _together(cell, [seeds[index] for index in range(len(seeds))])
    finally:
        for each in under_way:
            each.cancel()


async def gathered(answers: Answers, cells: Sequence[Cell]) -> tuple[Finished, ...]:
    """Have every cell computed.

    Parameters
    ----------
    answers : Answers
        Computes, and remembers.
    cells : sequence of Cell
        What is asked for.

    Returns
    -------
    tuple of Finished
        Row by row.

    Raises
    ------
    Busy
        Every worker and every place in the queue is taken.
    """
    return in_order([each async for each in finished(answers, cells)])


def in_order(met: Iterable[Finished]) -> tuple[Finished, ...]:
    """Put finished cells row by row."""
    return tuple(sorted(met, key=lambda each: (each.cell.row, each.cell.column)))


def work_left(answers: Answers, cells: Iterable[Cell]) -> float:
    """Estimate the operations of all tiles that are not remembered.

    Parameters
    ----------
    answers : Answers
        Remembers.
    cells : iterable of Cell
        What is asked for.

    Returns
    -------
    float
        Floating-point operations.
    """
    unknown = (each for cell in cells for each in cell.problems if _key(each) not in answers.memo)
    return sum(tile_cost(each).flops for each in unknown)


async def _measured(answers: Answers, experiment: Experiment) -> Tile | Overflow:
    """Have one seed measured by a worker; a state that leaves float64 is an answer."""
    try:
        work = tile_cost(experiment).flops
        return await answers.workers.run(answers.memo, _key(experiment), lambda: tile(experiment, answers.memo), work)
    except Overflow as error:
        return error


def _together(cell: Cell, seeds: Sequence[Tile | Overflow]) -> Finished:
    """Average the seeds of a cell, or say which of them has no picture."""
    tiles = []
    for experiment, each in zip(cell.problems, seeds, strict=True):
        if isinstance(each, Overflow):
            named = f"Seed {experiment.query.seed}: " if len(seeds) > 1 else ""
            return Finished(without(cell, Overflow(f"{named}{each.detail}")), None)
        tiles.append(each)
    return Finished(cell, averaged(tiles, cell.problems[0].query.length))


def _key(experiment: Experiment) -> tuple[str, object]:
    return "tile", experiment.key(FIELDS)
