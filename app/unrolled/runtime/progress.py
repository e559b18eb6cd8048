"""Long computations tell how far they are, and stop when nobody wants their answer any more.

The loops of this package call `advance` with the work they have just done. Whoever started the computation may have set
a `Watch` for its thread; without one, nothing happens.
"""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
W = TypeVar("W", bound="Watch")


class Cancelled(Exception):
    """Nobody waits for this computation any more."""


class Watch:
    """What is known of one computation that is under way.

    Parameters
    ----------
    total : float
        Estimated work, in the units of `advance`.

    Attributes
    ----------
    total, done : float
        The work that is expected now, and what has been done of it.
    """

    def __init__(self, total: float = 0.0) -> None:
        self.total = total
        self.done = 0.0
        self._began: float | None = None
        self._cancelled = False
        self._inside = 0.0
        self._parts: set[Hashable] = set()

    def begin(self) -> None:
        """Start the clock."""
        self._began = time.monotonic()

    def cancel(self) -> None:
        """Have the computation end at its next step."""
        self._cancelled = True

    def advance(self, work: float) -> None:
        """Note work that has been done.

        Parameters
        ----------
        work : float
            Floating-point operations of a matrix product.

        Raises
        ------
        Cancelled
            When it was cancelled.
        """
        self.done += work
        if self._cancelled:
            raise Cancelled

    def weigh(self, key: Hashable, compute: Callable[[], T]) -> tuple[T, float]:
        """Compute a part; give it with the work that it took by itself, without the parts inside it.

        Parameters
        ----------
        key : hashable
            Names the part.
        compute : callable
            Makes it.

        Returns
        -------
        value : object
            What it made.
        work : float
            Floating-point operations.
        """
        before, outer, self._inside = self.done, self._inside, 0.0
        try:
            value = compute()
        finally:
            whole, inside = self.done - before, self._inside
            self._inside = outer + whole
        self._parts.add(key)
        return value, whole - inside

    def spare(self, key: Hashable, work: float) -> None:
        """Expect less, once: a part that was estimated too is at hand already.

        Parameters
        ----------
        key : hashable
            Names the part.
        work : float
            What it took when it was made.
        """
        if key not in self._parts:
            self._parts.add(key)
            self.total = max(self.done, self.total - work)

    @property
    def share(self) -> float:
        """The part that is done, at most 0.99 before the end: the total is an estimate."""
        return min(0.99, self.done / self.total) if self.total > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the speed so far; None before there is any."""
        if self._began is None or self.share < 0.01:
            return None
        return (time.monotonic() - self._began) * (1.0 - self.share) / self.share


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: W) -> Iterator[W]:
    """Have everything computed inside tell its progress to a watch.

    Parameters
    ----------
    watch : Watch
        The watch.

    Yields
    ------
    Watch
        The same, while it is set.
    """
    before = _watch.set(watch)
    watch.begin()
    try:
        yield watch
    finally:
        _watch.reset(before)


def advance(work: float) -> None:
    """Tell the watch of this thread, if there is one, how much has just been done.

    Parameters
    ----------
    work : float
        Floating-point operations of a matrix product.

    Raises
    ------
    Cancelled
        When nobody waits any more.
    """
    watch = _watch.get()
    if watch is not None:
        watch.advance(work)


def weighed(key: Hashable, compute: Callable[[], T]) -> tuple[T, float]:
    """Compute a part, and weigh it by the watch of this thread; as `Watch.weigh`, 0 without a watch."""
    watch = _watch.get()
    return (compute(), 0.0) if watch is None else watch.weigh(key, compute)


def spare(key: Hashable, work: float) -> None:
    """Tell the watch of this thread, if there is one, that a part is at hand already; as `Watch.spare`."""
    watch = _watch.get()
    if watch is not None:
        watch.spare(key, work)
