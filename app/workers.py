"""Computing away from the event loop, in a fixed number of threads, behind a queue of fixed length."""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock
from typing import Any, TypeVar, cast

from threadpoolctl import threadpool_limits

from app.cache import Memo
from app.errors import Busy

T = TypeVar("T")

_UNKNOWN: Any = object()


class Workers:
    """Threads that compute, so that the event loop stays free to answer.

    Parameters
    ----------
    threads : int
        Computations at a time.
    queue : int
        Computations that may wait for a thread.
    """

    def __init__(self, threads: int, queue: int) -> None:
        self.places = threads + queue
        self._threads = threads
        self._pool = self._new_pool()
        # Cancelling a future frees its place at once, in the same thread.
        self._lock = RLock()
        self._under_way: dict[Hashable, Future[Any]] = {}
        self._waiting: Counter[Hashable] = Counter()

    async def run(self, memo: Memo, key: Hashable, compute: Callable[[], T]) -> T:
        """Give the value of a key out of the memo, or have a thread compute it.

        Equal keys that are under way share one computation and one place. Someone who stops waiting does not stop
        the computation for the others; what nobody waits for any more and has not begun never begins.

        Parameters
        ----------
        memo : Memo
            Where the value is kept.
        key : hashable
            Says everything that the value depends on.
        compute : callable
            Makes the value; runs in a thread.

        Returns
        -------
        object
            The value.

        Raises
        ------
        Busy
            Every thread and every place in the queue is taken.
        """
        known = memo.peek(key, _UNKNOWN)
        if known is not _UNKNOWN:
            return cast("T", known)
        future = self._join(memo, key, compute)
        try:
            return cast("T", await asyncio.shield(asyncio.wrap_future(future)))
        finally:
            self._leave(key, future)

    def _join(self, memo: Memo, key: Hashable, compute: Callable[[], object]) -> "Future[Any]":
        """Join the computation of a key that is under way, or put it in the queue."""
        with self._lock:
            if key in self._under_way:
                self._waiting[key] += 1
                return self._under_way[key]
            if len(self._under_way) >= self.places:
                raise Busy("More pictures are asked for than this server can compute: try again in a moment.")
            future = self._pool.submit(memo.get, key, compute)
            self._under_way[key], self._waiting[key] = future, 1
        future.add_done_callback(lambda _: self._free(key))
        return future

    def _leave(self, key: Hashable, future: "Future[Any]") -> None:
        """Stop waiting; the last one takes a computation that has not begun out of the queue."""
        with self._lock:
            if self._under_way.get(key) is future:
                self._waiting[key] -= 1
                if self._waiting[key] == 0:
                    future.cancel()

    def _free(self, key: Hashable) -> None:
        """Give back the place of a computation that has ended."""
        with self._lock:
            del self._under_way[key], self._waiting[key]

    def close(self) -> None:
        """Finish what runs and forget what waits; an application that is started again finds fresh threads."""
        ended, self._pool = self._pool, self._new_pool()
        ended.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="compute", initializer=_one_core_each)


def _one_core_each() -> None:
    """Hold BLAS to one thread: small decompositions split over several wait for each other longer than they compute."""
    threadpool_limits(limits=1, user_api="blas")
