"""Computing away from the event loop, in a fixed number of threads, behind a queue of fixed length."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar, cast

from threadpoolctl import threadpool_limits

from unrolled.errors import Busy
from unrolled.runtime.memo import Memo
from unrolled.runtime.parallel import use_threads
from unrolled.runtime.progress import Cancelled, Watch, watched

T = TypeVar("T")

_UNKNOWN: Any = object()


@dataclass
class Job:
    """A computation that is queued or runs: its future, its progress, and how many wait for it."""

    future: "Future[Any]"
    watch: Watch
    waiting: int


class Workers:
    """Threads that compute, and a queue of computations that may wait, so that the event loop stays free to answer."""

    def __init__(self, threads: int, queue: int) -> None:
        self.places = threads + queue
        self._threads = threads
        self._pool = self._new_pool()
        # What runs here does not wait for anything, so these threads may be shared by all computations.
        self._product_pool = ThreadPoolExecutor(threads, "lane", _limit_blas) if threads > 1 else None
        # Cancelling a future frees its place at once, in the same thread.
        self._lock = RLock()
        self._jobs: dict[Hashable, Job] = {}

    async def run(self, memo: Memo, key: Hashable, compute: Callable[[], T], work: float = 0.0) -> T:
        """Give the value of a key out of the memo, or have a thread compute it; its progress is a share of `work`.

        Equal keys that are under way share one computation and one place. Someone who stops waiting does not stop
        the computation for the others; what nobody waits for any more never begins, or ends at its next step.
        Raises Busy when every thread and every place in the queue is taken.
        """
        while True:
            value = memo.peek(key, _UNKNOWN)
            if value is not _UNKNOWN:
                return cast("T", value)
            job = self._join(memo, key, compute, work)
            answer = asyncio.wrap_future(job.future)
            # Whoever left does not hear that the computation ended for that reason.
            answer.add_done_callback(lambda future: future.cancelled() or future.exception())
            try:
                return cast("T", await asyncio.shield(answer))
            except Cancelled:
                # Joined a computation that everybody else had just left: begin again.
                continue
            except asyncio.CancelledError:
                # Taken out of the queue by `close`, while somebody still waits: begin again as well.
                if _is_cancelled() or not answer.cancelled():
                    raise
            finally:
                self._leave(key, job)
                # An error holds this frame, and all that was computed with it; it must not hold itself as well.
                del answer, job

    def watch(self, key: Hashable) -> Watch | None:
        """Give the progress of the computation of a key; None when nothing of it is under way."""
        with self._lock:
            job = self._jobs.get(key)
            return None if job is None else job.watch

    def _join(self, memo: Memo, key: Hashable, compute: Callable[[], object], work: float) -> Job:
        """Join the computation of a key that is under way, or put it in the queue."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None:
                job.waiting += 1
                return job
            if len(self._jobs) >= self.places:
                raise Busy("More pictures are asked for than this server can compute: try again in a moment.")
            watch = Watch(work)
            job = Job(
                self._pool.submit(_compute, memo, key, compute, watch, self._product_pool, self._threads), watch, 1
            )
            self._jobs[key] = job
        job.future.add_done_callback(lambda _: self._free(key))
        return job

    def _leave(self, key: Hashable, job: Job) -> None:
        """Stop waiting; the last one takes the computation out of the queue, or has it end at its next step."""
        with self._lock:
            if self._jobs.get(key) is job:
                job.waiting -= 1
                if job.waiting == 0 and not job.future.cancel():
                    job.watch.cancel()

    def _free(self, key: Hashable) -> None:
        """Give back the place of a computation that has ended."""
        with self._lock:
            del self._jobs[key]

    def close(self) -> None:
        """End what runs and forget what waits; an application that is started again finds fresh threads."""
        pool, self._pool = self._pool, self._new_pool()
        with self._lock:
            for job in self._jobs.values():
                job.watch.cancel()
        pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="compute", initializer=_limit_blas)


def _compute(
    memo: Memo, key: Hashable, compute: Callable[[], object], watch: Watch, product_pool: Executor | None, threads: int
) -> object:
    """Compute in a thread, with its progress told; long products may use the threads that have nothing else to do."""
    with watched(watch), use_threads(product_pool, threads):
        return memo.get(key, compute)


def _is_cancelled() -> bool:
    """Tell whether the task that runs has been asked to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _limit_blas() -> None:
    """Hold BLAS to one thread: small decompositions split over several wait for each other longer than they compute."""
    threadpool_limits(limits=1, user_api="blas")
