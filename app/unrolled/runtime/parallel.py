"""Doing independent parts of one computation at the same time, where whoever started it has threads to spare.

Without them, everything runs in the calling thread, in order. The parts are matrix products, which leave Python alone
while they compute, so threads are enough; each must write to a place of its own.

Computations that run at the same time divide the threads between them. Where that leaves one for each, all stay in
their own threads: taking turns, they would wait for each other and push each other out of the cache.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class ThreadShare:
    """Threads that may be used, and how many there are."""

    executor: Executor
    threads: int

    @property
    def usable(self) -> int:
        """How many of them one computation may use now."""
        return self.threads // max(1, _using[self.executor])


_spare: ContextVar[ThreadShare | None] = ContextVar("spare", default=None)
_using: Counter[Executor] = Counter()
_lock = Lock()


@contextmanager
def use_threads(executor: Executor | None, threads: int = 2) -> Iterator[None]:
    """Let everything computed inside use some threads, which may be shared with other computations."""
    token = _spare.set(None if executor is None else ThreadShare(executor, threads))
    _count(executor, 1)
    try:
        yield
    finally:
        _count(executor, -1)
        _spare.reset(token)


@contextmanager
def yield_threads() -> Iterator[None]:
    """Leave the threads to others while this computation waits for one of them."""
    spare = _spare.get()
    executor = None if spare is None else spare.executor
    _count(executor, -1)
    try:
        yield
    finally:
        _count(executor, 1)


def parallel_for(work: Callable[[T], None], parts: Iterable[T]) -> None:
    """Do some work for each part, several at a time if there are threads for it; the work writes its result itself.

    Raises what the first part that fails raises; with threads, after all have ended.
    """
    rows, spare = list(parts), _spare.get()
    lanes = 1 if spare is None else min(spare.usable, len(rows))
    if spare is None or lanes < 2:
        for row in rows:
            work(row)
        return
    waiting, failed = deque(enumerate(rows)), dict[int, BaseException]()
    wait([spare.executor.submit(copy_context().run, _lane, work, waiting, failed) for _ in range(lanes)])
    if failed:
        try:
            raise failed[min(failed)]
        finally:
            # What a failure holds of its computation goes with it, without waiting for the collector.
            failed.clear()


def _lane(work: Callable[[T], None], waiting: deque[tuple[int, T]], failed: dict[int, BaseException]) -> None:
    """Do one part after the other; what is inside must not wait for the threads it runs in."""
    _spare.set(None)
    while True:
        try:
            index, part = waiting.popleft()
        except IndexError:
            return
        try:
            work(part)
        except BaseException as error:
            failed[index] = error


def _count(executor: Executor | None, more: int) -> None:
    """Note that one more computation may use some threads, or one less."""
    if executor is not None:
        with _lock:
            _using[executor] += more
            if not _using[executor]:
                del _using[executor]
