"""Computations that run as long as a test wants them to."""

import asyncio
import threading

from unrolled.runtime.progress import Cancelled, advance
from unrolled.runtime.workers import Workers


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
    """Wait until nothing of a key is being computed."""
    async with asyncio.timeout(10):
        while workers.watch(key) is not None:
            await asyncio.sleep(0.001)
