"""What is made of a value is made in its place, for whoever waits, and remembered without it."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.runtime.slow_jobs import Gate, until
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


def test_what_is_made_of_a_value_takes_no_place_of_its_own(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers = Workers(1, 0)
        wanted = [
            asyncio.create_task(workers.make(memo, "key", gate.compute, name, f"{name}: {{}}".format))
            for name in ("json", "csv", "json")
        ]
        await until(gate.started)
        # Nobody gets a place any more, those who have theirs keep it.
        workers.places = 0
        wanted.append(asyncio.create_task(workers.make(memo, "key", gate.compute, "npz", "npz: {}".format)))
        await asyncio.sleep(0)
        gate.opened.set()
        return await asyncio.gather(*wanted)

    assert asyncio.run(scene()) == ["json: done", "csv: done", "json: done", "npz: done"]
    assert gate.calls == 1


def test_what_was_made_is_remembered_without_its_value(memo: Memo) -> None:
    async def scene() -> str:
        workers = Workers(1, 0)
        assert await workers.make(Memo(0), "key", lambda: 6, "made", lambda value: value * 7) == 42
        memo.get("made", lambda: "remembered")
        return await workers.make(memo, "key", lambda: pytest.fail("computed"), "made", lambda _: pytest.fail("made"))

    assert asyncio.run(scene()) == "remembered"


def test_who_waits_for_the_value_does_not_wait_for_what_is_made_of_it(memo: Memo, gate: Gate) -> None:
    made = Gate()

    async def scene() -> tuple[str, str]:
        workers = Workers(1, 0)
        making = asyncio.create_task(workers.make(memo, "key", gate.compute, "made", lambda _: made.compute()))
        await until(gate.started)
        valued = asyncio.create_task(workers.run(memo, "key", gate.compute))
        await asyncio.sleep(0)
        gate.opened.set()
        value = await valued
        assert not making.done()
        made.opened.set()
        return value, await making

    assert asyncio.run(scene()) == ("done", "done")


def test_what_nobody_wants_any_more_is_not_made(memo: Memo, gate: Gate) -> None:
    async def scene() -> str:
        workers = Workers(1, 0)
        leaver = asyncio.create_task(workers.make(memo, "key", gate.compute, "left", lambda _: pytest.fail("made")))
        stayer = asyncio.create_task(workers.make(memo, "key", gate.compute, "made", str.upper))
        await until(gate.started)
        leaver.cancel()
        await asyncio.sleep(0)
        gate.opened.set()
        return await stayer

    assert asyncio.run(scene()) == "DONE"
    assert "left" not in memo


def test_who_comes_while_something_is_made_is_served_too(memo: Memo) -> None:
    making = Gate()

    async def scene() -> list[str]:
        workers = Workers(1, 0)
        first = asyncio.create_task(workers.make(memo, "key", lambda: "value", "first", lambda _: making.compute()))
        await until(making.started)
        second = asyncio.create_task(workers.make(memo, "key", lambda: "again", "second", str.upper))
        await asyncio.sleep(0)
        making.opened.set()
        return list(await asyncio.gather(first, second))

    assert asyncio.run(scene()) == ["done", "VALUE"]


def test_failure_to_make_reaches_who_asked_and_frees_the_place(memo: Memo) -> None:
    async def scene() -> str:
        workers = Workers(1, 0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await workers.make(memo, "key", lambda: 0, "made", lambda value: 1 // value)
        return await workers.run(memo, "other", lambda: "well")

    assert asyncio.run(scene()) == "well"


def test_what_was_admitted_before_is_never_refused(memo: Memo, gate: Gate) -> None:
    async def scene() -> list[str]:
        workers = Workers(1, 0)
        running = asyncio.create_task(workers.run(memo, "key", gate.compute))
        await until(gate.started)
        admitted = asyncio.create_task(workers.run(memo, "written", lambda: "written", is_admitted=True))
        await asyncio.sleep(0)
        gate.opened.set()
        return list(await asyncio.gather(running, admitted))

    assert asyncio.run(scene()) == ["done", "written"]
