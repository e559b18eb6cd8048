"""What nobody waits for ends, and closing or failing loses nobody's answer and keeps nothing alive."""

import asyncio
import contextlib
import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from tests.runtime.slow_jobs import Endless, Gate, freed, until
from unrolled.runtime.memo import Memo
from unrolled.runtime.workers import Workers


@pytest.fixture
def memo() -> Memo:
    return Memo(2**20)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def test_what_runs_ends_when_nobody_waits_for_it_any_more(memo: Memo) -> None:
    endless = Endless()
    endless.may_end.set()

    async def scene() -> str:
        workers = Workers(1, 0)
        task = asyncio.create_task(workers.run(memo, "key", endless.compute))
        await until(endless.started)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await freed(workers, "key")
        return await workers.run(memo, "other", lambda: "the worker is free")

    assert asyncio.run(scene()) == "the worker is free"
    assert (endless.cancelled, "key" in memo) == (1, False)


def test_what_runs_goes_on_while_one_of_two_waits(memo: Memo, gate: Gate) -> None:
    async def scene() -> tuple[bool, str]:
        workers = Workers(1, 0)
        leaver, stayer = (asyncio.create_task(workers.run(memo, "key", gate.compute)) for _ in range(2))
        await until(gate.started)
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        watch = workers.watch("key")
        assert watch is not None
        watch.advance(1.0)
        gate.opened.set()
        return leaver.cancelled(), await stayer

    assert asyncio.run(scene()) == (True, "done")
    assert gate.calls == 1


def test_who_joins_a_computation_that_is_ending_gets_an_answer_all_the_same(memo: Memo) -> None:
    endless = Endless()

    async def scene() -> tuple[str, ...]:
        workers = Workers(1, 0)
        leaver = asyncio.create_task(workers.run(memo, "key", endless.compute))
        await until(endless.started)
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        late = [asyncio.create_task(workers.run(memo, "key", endless.compute)) for _ in range(3)]
        await asyncio.sleep(0)
        assert endless.calls == 1, "the first still runs, and all three have joined it"
        endless.may_end.set()
        return tuple(await asyncio.gather(*late))

    assert asyncio.run(scene()) == ("anew",) * 3
    assert (endless.calls, endless.cancelled) == (2, 1)


def test_closing_ends_what_runs(memo: Memo) -> None:
    endless = Endless()
    endless.may_end.set()

    async def scene() -> None:
        workers = Workers(1, 0)
        task = asyncio.create_task(workers.run(memo, "key", endless.compute))
        await until(endless.started)
        workers.close()
        # Whoever still waits has it computed by the new threads.
        assert await task == "anew"

    asyncio.run(scene())
    assert endless.cancelled == 1


def test_who_waits_in_the_queue_while_it_is_closed_gets_an_answer_all_the_same(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers = Workers(1, 1)
        running = asyncio.create_task(workers.run(memo, "running", gate.compute))
        await until(gate.started)
        queued = asyncio.create_task(workers.run(memo, "queued", lambda: "anew"))
        await asyncio.sleep(0)
        workers.close()
        gate.opened.set()
        return list(await asyncio.gather(running, queued))

    assert asyncio.run(scene()) == ["done", "anew"]


def test_who_leaves_the_queue_while_it_is_closed_has_left(memo: Memo, gate: Gate) -> None:
    async def scene() -> bool:
        workers = Workers(1, 1)
        running = asyncio.create_task(workers.run(memo, "running", gate.compute))
        await until(gate.started)
        queued = asyncio.create_task(workers.run(memo, "queued", lambda: pytest.fail("nobody waits for this")))
        await asyncio.sleep(0)
        workers.close()
        queued.cancel()
        gate.opened.set()
        await asyncio.gather(running, queued, return_exceptions=True)
        return queued.cancelled()

    assert asyncio.run(scene())


def test_a_failure_keeps_nothing_alive_of_what_was_computed(memo: Memo) -> None:
    references: list[weakref.ref[object]] = []

    def fail() -> None:
        large = np.zeros(9)
        references.append(weakref.ref(large))
        raise ValueError("no")

    async def scene() -> None:
        workers = Workers(1, 0)
        with contextlib.suppress(ValueError):
            await workers.run(memo, "key", fail)
        await freed(workers, "key")
        # The worker lets go of a failure when it has something else to do.
        assert await workers.run(memo, "other", lambda: "well") == "well"

    gc.disable()
    try:
        asyncio.run(scene())
        assert references[0]() is None
    finally:
        gc.enable()
