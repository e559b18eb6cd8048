"""Long computations tell how far they are, and stop when nobody wants their answer any more.

The loops of this package call `advance` with the work they have just done. Whoever started the computation may have set
a `Watch` for its thread; without one, nothing happens.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Cancelled(Exception):
    """Nobody waits for this computation any more."""


class Watch:
    """What is known of one computation that is under way.

    Parameters
    ----------
    total : float
        Estimated work, in the units of `advance`.
    """

    def __init__(self, total: float = 0.0) -> None:
        self.total = total
        self._done = 0.0
        self._began: float | None = None
        self._cancelled = False

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
        self._done += work
        if self._cancelled:
            raise Cancelled

    @property
    def share(self) -> float:
        """The part that is done, at most 0.99 before the end: the total is an estimate."""
        return min(0.99, self._done / self.total) if self.total > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the speed so far; None before there is any."""
        if self._began is None or self.share < 0.01:
            return None
        return (time.monotonic() - self._began) * (1.0 - self.share) / self.share


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Have everything computed inside tell its progress to a watch.

    Parameters
    ----------
    watch : Watch
        The watch.

    Yields
    ------
    None
        While it is set.
    """
    before = _watch.set(watch)
    watch.begin()
    try:
        yield
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
