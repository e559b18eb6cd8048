"""Long computations tell how far they are, and stop when nobody wants their answer any more, or at too much work.

The loops of this package call `advance` with the work they have just done. Whoever started the computation may have set
a `Watch` for its thread; without one, nothing happens.
"""

import math
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
W = TypeVar("W", bound="Watch")


class Cancelled(Exception):
    """Nobody waits for this computation any more."""


class Exceeded(Cancelled):
    """It took more work than it was allowed; `done` is what it had taken then."""

    def __init__(self, done: float) -> None:
        super().__init__()
        self.done = done


class Watch:
    """The progress of one computation: the work that is expected (`total`), done, and allowed (`limit`), in flops."""

    def __init__(self, total: float = 0.0) -> None:
        self.total = total
        self.done = 0.0
        self.limit = math.inf
        self._started: float | None = None
        self._cancelled = False
        self._nested = 0.0
        self._parts: set[Hashable] = set()

    def begin(self) -> None:
        """Start the clock."""
        self._started = time.monotonic()

    def cancel(self) -> None:
        """Have the computation end at its next step."""
        self._cancelled = True

    def advance(self, work: float) -> None:
        """Note work that has been done; raises Cancelled at the next step after `cancel`, Exceeded beyond `limit`."""
        self.done += work
        if self._cancelled:
            raise Cancelled
        if self.done > self.limit:
            raise Exceeded(self.done)

    def count_work(self, key: Hashable, compute: Callable[[], T]) -> tuple[T, float]:
        """Compute a part; give it with the work that it took by itself, without the parts inside it."""
        before, outer, self._nested = self.done, self._nested, 0.0
        try:
            value = compute()
        finally:
            work, nested = self.done - before, self._nested
            self._nested = outer + work
        self._parts.add(key)
        return value, work - nested

    def discount(self, key: Hashable, work: float) -> None:
        """Expect less work, once for each key: a part that was estimated too is at hand already."""
        if key not in self._parts:
            self._parts.add(key)
            self.total = max(self.done, self.total - work)

    @property
    def fraction(self) -> float:
        """The part that is done, at most 0.99 before the end: the total is an estimate."""
        return min(0.99, self.done / self.total) if self.total > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the speed so far; None before there is any."""
        if self._started is None or self.fraction < 0.01:
            return None
        return (time.monotonic() - self._started) * (1.0 - self.fraction) / self.fraction


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: W) -> Iterator[W]:
    """Have everything computed inside tell its progress to a watch."""
    before = _watch.set(watch)
    watch.begin()
    try:
        yield watch
    finally:
        _watch.reset(before)


@contextmanager
def at_most(work: float) -> Iterator[None]:
    """Stop what is computed inside as soon as it has taken more work: it raises `Exceeded`, with what it took."""
    watch = _watch.get()
    if watch is None:
        with watched(Watch()), at_most(work):
            yield
        return
    before, limit = watch.done, watch.limit
    watch.limit = min(limit, before + work)
    try:
        yield
    except Exceeded as error:
        raise Exceeded(error.done - before) from None
    finally:
        watch.limit = limit


def advance(work: float) -> None:
    """Tell the watch of this thread, if there is one, how much has been done; raises Cancelled as its `advance`."""
    watch = _watch.get()
    if watch is not None:
        watch.advance(work)


def count_work(key: Hashable, compute: Callable[[], T]) -> tuple[T, float]:
    """Compute a part and count its work, as `Watch.count_work`; 0 without a watch."""
    watch = _watch.get()
    return (compute(), 0.0) if watch is None else watch.count_work(key, compute)


def discount(key: Hashable, work: float) -> None:
    """Tell the watch of this thread, if there is one, that a part is at hand already; as `Watch.discount`."""
    watch = _watch.get()
    if watch is not None:
        watch.discount(key, work)
