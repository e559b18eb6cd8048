"""Tiles come as soon as they are there; what has no picture says why; who stops asking frees the workers."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from unrolled.runtime.progress import Cancelled, advance
from unrolled.service.answers import Answers
from unrolled.service.compare import gather
from unrolled.service.compare.gather import finished_cells, gather_cells, remaining_flops
from unrolled.service.compare.grid import Cell, build_cells
from unrolled.service.compare.request import read_comparison
from unrolled.settings import Settings


@pytest.fixture
def answers() -> Iterator[Answers]:
    answers = Answers(Settings(threads=1))
    yield answers
    answers.workers.close()


def cells_of(query: str) -> tuple[Cell, ...]:
    return build_cells(read_comparison(parse_qsl(query, keep_blank_values=True)), Settings())


def test_what_needs_no_work_comes_first_and_all_together_stand_row_by_row(answers: Answers) -> None:
    cells = cells_of("hidden=2&rows=model&row_values=gru,lstm&columns=length&column_values=5,6&of=c")

    async def names() -> list[str]:
        return [finished.cell.name async for finished in finished_cells(answers, cells)]

    by_row = [cell.name for cell in cells]
    assert asyncio.run(names())[:2] == by_row[:2]
    assert remaining_flops(answers, cells) == 0
    gathered = asyncio.run(gather_cells(answers, cells))
    assert [finished.cell.name for finished in gathered] == by_row
    assert [finished.median is None for finished in gathered] == [True, True, False, False]


def test_what_remains_is_the_work_of_the_tiles_that_are_not_remembered(answers: Answers) -> None:
    cells = cells_of("hidden=2&rows=&columns=length&column_values=5,9&seeds=2")
    total, last = remaining_flops(answers, cells), remaining_flops(answers, cells[1:])
    assert 0 < last < total
    asyncio.run(gather_cells(answers, cells[:1]))
    assert remaining_flops(answers, cells) == last


@pytest.mark.parametrize(("seeds", "begins"), [(1, ""), (2, "Seed 0: ")])
def test_a_state_that_overflows_is_a_tile_that_says_so(answers: Answers, seeds: int, begins: str) -> None:
    query = f"activation=identity&init=identity&length=400&rows=gain&row_values=1,10&columns=&seeds={seeds}"
    good, bad = asyncio.run(gather_cells(answers, cells_of(query)))
    assert good.median is not None
    assert good.median.summary.verdict == "preserves"
    assert bad.median is None
    assert bad.cell.reason.startswith(begins)
    assert "float64" in bad.cell.reason


def test_a_client_that_disconnects_frees_the_workers(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    started, cancelled = threading.Event(), threading.Event()

    def endless(*_: Any) -> None:
        started.set()
        try:
            while True:
                advance(0.0)
        except Cancelled:
            cancelled.set()
            raise

    monkeypatch.setattr(gather, "measure_tile", endless)

    async def leave() -> None:
        task = asyncio.create_task(gather_cells(answers, cells_of("hidden=2&rows=gain&columns=")))
        assert await asyncio.to_thread(started.wait, 20)
        task.cancel()
        assert await asyncio.to_thread(cancelled.wait, 20)

    asyncio.run(leave())
