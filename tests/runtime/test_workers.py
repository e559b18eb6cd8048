"""Workers leave the event loop free, share equal computations, and say when they are all taken."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.runtime.slow_jobs import Gate, until
from unrolled.errors import Busy
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import advance
from unrolled.runtime.workers import Workers


@pytest.fixture
def memo() -> Memo:
    return Memo(2**20)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def test_event_loop_runs_on_while_a_worker_computes(memo: Memo, gate: Gate) -> None:
    async def scene() -> tuple[int, str]:
        workers = Workers(1, 1)
        task = asyncio.create_task(workers.run(memo, "key", gate.compute))
        turns = 0
        while not gate.started.is_set() or turns < 100:
            await asyncio.sleep(0)
            turns += 1
        gate.opened.set()
        return turns, await task

    turns, value = asyncio.run(scene())
    assert turns >= 100
    assert value == "done"


def test_equal_keys_share_one_computation_and_one_place(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers = Workers(1, 0)
        tasks = [asyncio.create_task(workers.run(memo, "key", gate.compute)) for _ in range(20)]
        await asyncio.sleep(0.02)
        gate.opened.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(scene()) == ["done"] * 20
    assert gate.calls == 1


def test_a_full_queue_refuses_with_a_time_to_return(memo: Memo, gate: Gate) -> None:
    async def scene() -> Busy:
        workers = Workers(1, 2)
        tasks = [asyncio.create_task(workers.run(memo, key, gate.compute)) for key in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as caught:
            await workers.run(memo, "one more", gate.compute)
        gate.opened.set()
        assert await asyncio.gather(*tasks) == ["done"] * 3
        assert await workers.run(memo, "one more", lambda: "now") == "now"
        return caught.value

    assert asyncio.run(scene()).retry_after > 0


def test_known_value_needs_no_worker(memo: Memo, gate: Gate) -> None:
    async def scene() -> str:
        workers = Workers(1, 0)
        memo.get("known", lambda: "value")
        blocking = asyncio.create_task(workers.run(memo, "key", gate.compute))
        await asyncio.sleep(0)
        known = await workers.run(memo, "known", lambda: "other")
        gate.opened.set()
        await blocking
        return known

    assert asyncio.run(scene()) == "value"


def test_who_stops_waiting_does_not_stop_the_others(memo: Memo, gate: Gate) -> None:
    async def scene() -> str:
        workers = Workers(1, 0)
        leaver = asyncio.create_task(workers.run(memo, "key", gate.compute))
        stayer = asyncio.create_task(workers.run(memo, "key", gate.compute))
        await asyncio.sleep(0.02)
        leaver.cancel()
        await asyncio.sleep(0)
        gate.opened.set()
        return await stayer

    assert asyncio.run(scene()) == "done"


def test_failure_reaches_who_asked_and_frees_the_place(memo: Memo) -> None:
    def fail() -> str:
        raise ValueError("no")

    async def scene() -> str:
        workers = Workers(1, 0)
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await workers.run(memo, "key", fail)
            await asyncio.sleep(0.01)
        return await workers.run(memo, "key", lambda: "well")

    assert asyncio.run(scene()) == "well"


def test_closed_workers_can_be_asked_again(memo: Memo) -> None:
    workers = Workers(1, 0)
    workers.close()
    assert asyncio.run(workers.run(memo, "key", lambda: "value")) == "value"


def test_what_nobody_waits_for_any_more_never_begins(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers, called = Workers(1, 1), []
        running = asyncio.create_task(workers.run(memo, "running", gate.compute))
        await asyncio.sleep(0.02)
        queued = asyncio.create_task(workers.run(memo, "queued", lambda: called.append("queued")))
        await asyncio.sleep(0.02)
        queued.cancel()
        await asyncio.sleep(0.02)
        # Its place is free again, though the first still runs.
        other = asyncio.create_task(workers.run(memo, "other", lambda: called.append("other")))
        await asyncio.sleep(0.02)
        gate.opened.set()
        await asyncio.gather(running, other)
        return called

    assert asyncio.run(scene()) == ["other"]


def test_what_one_of_two_still_waits_for_is_computed(memo: Memo, gate: Gate) -> None:
    async def scene() -> str:
        workers = Workers(1, 1)
        running = asyncio.create_task(workers.run(memo, "running", gate.compute))
        await asyncio.sleep(0.02)
        leaver, stayer = (asyncio.create_task(workers.run(memo, "queued", lambda: "value")) for _ in range(2))
        await asyncio.sleep(0.02)
        leaver.cancel()
        await asyncio.sleep(0.02)
        gate.opened.set()
        await running
        return await stayer

    assert asyncio.run(scene()) == "value"


def test_progress_is_reported_during_a_run_and_not_afterwards(memo: Memo, gate: Gate) -> None:
    def compute() -> str:
        advance(25.0)
        return gate.compute()

    async def scene() -> tuple[float, object]:
        workers = Workers(1, 0)
        assert workers.watch("key") is None
        task = asyncio.create_task(workers.run(memo, "key", compute, 100.0))
        await until(gate.started)
        watch = workers.watch("key")
        assert watch is not None
        share, seconds_left = watch.fraction, watch.seconds_left
        assert seconds_left is not None
        assert seconds_left >= 0
        gate.opened.set()
        await task
        return share, workers.watch("key")

    assert asyncio.run(scene()) == (0.25, None)
