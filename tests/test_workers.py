"""Workers leave the event loop free, share equal computations, and say when they are all taken."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from app.cache import Memo
from app.core.progress import Cancelled, advance
from app.errors import Busy
from app.workers import Workers


@pytest.fixture
def memo() -> Memo:
    return Memo(2**20)


class Gate:
    """A computation that runs until it is let through."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.started = threading.Event()
        self.calls = 0

    def compute(self) -> str:
        self.calls += 1
        self.started.set()
        assert self.opened.wait(10)
        return "done"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def test_event_loop_runs_on_while_a_worker_computes(memo: Memo, gate: Gate) -> None:
    async def scene() -> tuple[int, str]:
        workers = Workers(1, 1)
        asked = asyncio.create_task(workers.run(memo, "key", gate.compute))
        turns = 0
        while not gate.started.is_set() or turns < 100:
            await asyncio.sleep(0)
            turns += 1
        gate.opened.set()
        return turns, await asked

    turns, value = asyncio.run(scene())
    assert turns >= 100
    assert value == "done"


def test_equal_keys_share_one_computation_and_one_place(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers = Workers(1, 0)
        asked = [asyncio.create_task(workers.run(memo, "key", gate.compute)) for _ in range(20)]
        await asyncio.sleep(0.02)
        gate.opened.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(scene()) == ["done"] * 20
    assert gate.calls == 1


def test_more_than_the_queue_holds_is_refused_and_told_when_to_return(memo: Memo, gate: Gate) -> None:
    async def scene() -> Busy:
        workers = Workers(1, 2)
        asked = [asyncio.create_task(workers.run(memo, key, gate.compute)) for key in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as caught:
            await workers.run(memo, "one more", gate.compute)
        gate.opened.set()
        assert await asyncio.gather(*asked) == ["done"] * 3
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
        workers, begun = Workers(1, 1), []
        running = asyncio.create_task(workers.run(memo, "running", gate.compute))
        await asyncio.sleep(0.02)
        queued = asyncio.create_task(workers.run(memo, "queued", lambda: begun.append("queued")))
        await asyncio.sleep(0.02)
        queued.cancel()
        await asyncio.sleep(0.02)
        # Its place is free again, though the first still runs.
        other = asyncio.create_task(workers.run(memo, "other", lambda: begun.append("other")))
        await asyncio.sleep(0.02)
        gate.opened.set()
        await asyncio.gather(running, other)
        return begun

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


class Endless:
    """A computation that runs until it is cancelled, and then only ends when it may; asked again, it answers."""

    def __init__(self) -> None:
        self.started, self.may_end = threading.Event(), threading.Event()
        self.calls, self.cancelled = 0, 0

    def compute(self) -> str:
        self.calls += 1
        if self.calls > 1:
            return "anew"
        self.started.set()
        try:
            while True:
                advance(0.0)
        except Cancelled:
            self.cancelled += 1
            assert self.may_end.wait(10)
            raise


async def until(event: threading.Event) -> None:
    """Wait for a thread without stopping the loop."""
    assert await asyncio.to_thread(event.wait, 10)


async def freed(workers: Workers, key: str) -> None:
    """Wait until nothing of a key is under way."""
    async with asyncio.timeout(10):
        while workers.watch(key) is not None:
            await asyncio.sleep(0.001)


def test_what_runs_ends_when_nobody_waits_for_it_any_more(memo: Memo) -> None:
    endless = Endless()
    endless.may_end.set()

    async def scene() -> str:
        workers = Workers(1, 0)
        asked = asyncio.create_task(workers.run(memo, "key", endless.compute))
        await until(endless.started)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
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


def test_progress_is_told_while_it_runs_and_not_afterwards(memo: Memo, gate: Gate) -> None:
    def compute() -> str:
        advance(25.0)
        return gate.compute()

    async def scene() -> tuple[float, object]:
        workers = Workers(1, 0)
        assert workers.watch("key") is None
        asked = asyncio.create_task(workers.run(memo, "key", compute, 100.0))
        await until(gate.started)
        watch = workers.watch("key")
        assert watch is not None
        share, left = watch.share, watch.seconds_left
        assert left is not None
        assert left >= 0
        gate.opened.set()
        await asked
        return share, workers.watch("key")

    assert asyncio.run(scene()) == (0.25, None)


def test_closing_ends_what_runs(memo: Memo) -> None:
    endless = Endless()
    endless.may_end.set()

    async def scene() -> None:
        workers = Workers(1, 0)
        asked = asyncio.create_task(workers.run(memo, "key", endless.compute))
        await until(endless.started)
        workers.close()
        # Whoever still waits has it computed by the new threads.
        assert await asked == "anew"

    asyncio.run(scene())
    assert endless.cancelled == 1
