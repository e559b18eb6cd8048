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
        return self.threads // max(1, _users[self.executor])


_thread_share: ContextVar[ThreadShare | None] = ContextVar("thread_share", default=None)
_users: Counter[Executor] = Counter()
_lock = Lock()


@contextmanager
def use_threads(executor: Executor | None, threads: int = 2) -> Iterator[None]:
    """Let everything computed inside use some threads, which may be shared with other computations."""
    token = _thread_share.set(None if executor is None else ThreadShare(executor, threads))
    _count_user(executor, 1)
    try:
        yield
    finally:
        _count_user(executor, -1)
        _thread_share.reset(token)


@contextmanager
def yield_threads() -> Iterator[None]:
    """Leave the threads to others while this computation waits for one of them."""
    shared = _thread_share.get()
    executor = None if shared is None else shared.executor
    _count_user(executor, -1)
    try:
        yield
    finally:
        _count_user(executor, 1)


def parallel_for(work: Callable[[T], None], parts: Iterable[T]) -> None:
    """Do some work for each part, several at a time if there are threads for it; the work writes its result itself.

    Raises what the first part that fails raises; with threads, after all have ended.
    """
    items, shared = list(parts), _thread_share.get()
    count = 1 if shared is None else min(shared.usable, len(items))
    if shared is None or count < 2:
        for part in items:
            work(part)
        return
    waiting, failed = deque(enumerate(items)), dict[int, BaseException]()
    wait([shared.executor.submit(copy_context().run, _run_parts, work, waiting, failed) for _ in range(count)])
    if failed:
        try:
            raise failed[min(failed)]
        finally:
            # What a failure holds of its computation goes with it, without waiting for the collector.
            failed.clear()


def _run_parts(work: Callable[[T], None], waiting: deque[tuple[int, T]], failed: dict[int, BaseException]) -> None:
    """Do one part after the other; what is inside must not wait for the threads it runs in."""
    _thread_share.set(None)
    while True:
        try:
            index, part = waiting.popleft()
        except IndexError:
            return
        try:
            work(part)
        except BaseException as error:
            failed[index] = error


def _count_user(executor: Executor | None, more: int) -> None:
    """Note that one more computation may use some threads, or one less."""
    if executor is not None:
        with _lock:
            _users[executor] += more
            if not _users[executor]:
                del _users[executor]
