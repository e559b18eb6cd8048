"""Doing independent parts of one computation at the same time, where whoever started it has threads to spare.

Without them, everything runs in the calling thread, in order. The parts are matrix products, which leave Python alone
while they compute, so threads are enough; each must write to a place of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import TypeVar

T = TypeVar("T")

_spare: ContextVar[Executor | None] = ContextVar("spare", default=None)


@contextmanager
def spread(spare: Executor | None) -> Iterator[None]:
    """Let everything computed inside use some threads.

    Parameters
    ----------
    spare : Executor or None
        The threads; they may be shared with other computations.

    Yields
    ------
    None
        While they may be used.
    """
    token = _spare.set(spare)
    try:
        yield
    finally:
        _spare.reset(token)


def each(work: Callable[[T], None], parts: Iterable[T]) -> None:
    """Do some work for each part, several at a time if there are threads for it.

    Parameters
    ----------
    work : callable
        Writes its result itself.
    parts : iterable
        What it is done for.

    Raises
    ------
    Exception
        The first that any part raises, after all have ended.
    """
    rows, spare = list(parts), _spare.get()
    if spare is None or len(rows) < 2:
        for row in rows:
            work(row)
        return
    futures = [spare.submit(copy_context().run, _alone, work, row) for row in rows]
    wait(futures)
    for future in futures:
        future.result()


def _alone(work: Callable[[T], None], part: T) -> None:
    """Do one part; what is inside it must not wait for the threads it runs in."""
    _spare.set(None)
    work(part)
