"""Computing away from the event loop, in a fixed number of threads, behind a queue of fixed length."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import Any, TypeVar, cast

from threadpoolctl import threadpool_limits

from unrolled.errors import Busy
from unrolled.runtime.memo import Memo
from unrolled.runtime.parallel import use_threads
from unrolled.runtime.progress import Cancelled, Watch, watched

T = TypeVar("T")
M = TypeVar("M")

_UNKNOWN: Any = object()


@dataclass
class Want:
    """A value that somebody waits for: what makes it, of what a computation gives, and how many wait."""

    make: Callable[[Any], Any]
    future: "Future[Any]"
    waiting: int = 0


class Job:
    """A computation that is queued or runs: its progress, and what is wanted of it by key."""

    def __init__(self, work: float) -> None:
        self.watch = Watch(work)
        self.wants: dict[Hashable, Want] = {}
        # Of the thread that computes.
        self.running: Future[None] = Future()

    @property
    def is_wanted(self) -> bool:
        """Whether anybody still waits."""
        return any(want.waiting for want in self.wants.values())


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

    async def run(
        self, memo: Memo, key: Hashable, compute: Callable[[], T], work: float = 0.0, *, is_admitted: bool = False
    ) -> T:
        """Give the value of a key out of the memo, or have a thread compute it; its progress is a share of `work`.

        Equal keys that are under way share one computation and one place. Someone who stops waiting does not stop
        the computation for the others; what nobody waits for any more never begins, or ends at its next step.
        Raises Busy when every thread and every place in the queue is taken, unless what it needs was admitted before.
        """
        return await self.make(memo, key, compute, key, _itself, work, is_admitted=is_admitted)

    async def make(
        self,
        memo: Memo,
        key: Hashable,
        compute: Callable[[], T],
        made_key: Hashable,
        make: Callable[[T], M],
        work: float = 0.0,
        *,
        is_admitted: bool = False,
    ) -> M:
        """Give what is made of the value of a key, out of the memo, or have the thread make it that computes the value.

        It takes no place of its own. As `run` otherwise.
        """
        while True:
            made = memo.peek(made_key, _UNKNOWN)
            if made is not _UNKNOWN:
                return cast("M", made)
            job, want = self._join(memo, key, compute, made_key, make, work, is_admitted=is_admitted)
            answer = asyncio.wrap_future(want.future)
            # Whoever left does not hear that the computation ended for that reason.
            answer.add_done_callback(lambda future: future.cancelled() or future.exception())
            try:
                return cast("M", await asyncio.shield(answer))
            except Cancelled:
                # Joined a computation that everybody else had just left: begin again.
                continue
            except asyncio.CancelledError:
                # Taken out of the queue by `close`, while somebody still waits: begin again as well.
                if _is_cancelled() or not answer.cancelled():
                    raise
            finally:
                self._leave(job, want)
                # An error holds this frame, and all that was computed with it; it must not hold itself as well.
                del answer, job, want

    def watch(self, key: Hashable) -> Watch | None:
        """Give the progress of the computation of a key; None when nothing of it is under way."""
        with self._lock:
            job = self._jobs.get(key)
            return None if job is None else job.watch

    def _join(
        self,
        memo: Memo,
        key: Hashable,
        compute: Callable[[], Any],
        made_key: Hashable,
        make: Callable[[Any], object],
        work: float,
        *,
        is_admitted: bool,
    ) -> tuple[Job, Want]:
        """Join the computation of a key that is under way, or put it in the queue, and say what is wanted of it."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                if len(self._jobs) >= self.places and not is_admitted:
                    raise Busy("More pictures are asked for than this server can compute: try again in a moment.")
                job = Job(work)
                job.running = self._pool.submit(self._work, job, memo, key, compute)
                job.running.add_done_callback(partial(self._end_if_cancelled, key, job))
                self._jobs[key] = job
            want = job.wants.setdefault(made_key, Want(make, Future()))
            want.waiting += 1
            return job, want

    def _work(self, job: Job, memo: Memo, key: Hashable, compute: Callable[[], object]) -> None:
        """Compute in a thread, with its progress told; long products may use the threads that have nothing else to do.

        Whatever is wanted of the value meanwhile is made as well; the place is free when nothing is any more.
        """
        try:
            with watched(job.watch), use_threads(self._product_pool, self._threads):
                value = memo.get(key, compute)
                while (wanted := self._next(key, job)) is not None:
                    made_key, make = wanted
                    made = value if made_key == key else memo.get(made_key, partial(make, value))
                    self._give(key, job, made_key, made)
        except BaseException as error:
            self._end(key, job, error)

    def _next(self, key: Hashable, job: Job) -> tuple[Hashable, Callable[[Any], Any]] | None:
        """Give what is wanted next, the value itself first; where nothing is, the computation has ended."""
        with self._lock:
            for made_key in sorted(job.wants, key=lambda made_key: made_key != key):
                if job.wants[made_key].waiting:
                    return made_key, job.wants[made_key].make
            self._free(key, job)
            return None

    def _give(self, key: Hashable, job: Job, made_key: Hashable, made: object) -> None:
        """Give what has been made to those who wait for it; if nobody waits for more, the place is free before."""
        with self._lock:
            want = job.wants.pop(made_key)
            if not job.is_wanted:
                self._free(key, job)
        want.future.set_result(made)

    def _leave(self, job: Job, want: Want) -> None:
        """Stop waiting; the last one takes the computation out of the queue, or has it end at its next step."""
        with self._lock:
            want.waiting -= 1
            if not job.is_wanted and not job.running.cancel():
                job.watch.cancel()

    def _free(self, key: Hashable, job: Job) -> None:
        """Give back the place of a computation."""
        with self._lock:
            if self._jobs.get(key) is job:
                del self._jobs[key]

    def _end_if_cancelled(self, key: Hashable, job: Job, running: "Future[None]") -> None:
        if running.cancelled():
            self._end(key, job)

    def _end(self, key: Hashable, job: Job, error: BaseException | None = None) -> None:
        """Tell whoever still waits that a computation has failed, or was taken out of the queue."""
        with self._lock:
            self._free(key, job)
            wants = list(job.wants.values())
            # The error holds what was computed with it, this job too; it must not hold itself as well.
            job.wants.clear()
        for want in wants:
            if error is None:
                want.future.cancel()
            else:
                want.future.set_exception(error)

    def close(self) -> None:
        """End what runs and forget what waits; an application that is started again finds fresh threads."""
        pool, self._pool = self._pool, self._new_pool()
        with self._lock:
            for job in self._jobs.values():
                job.watch.cancel()
        pool.shutdown(wait=False, cancel_futures=True)

    def _new_pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="compute", initializer=_limit_blas)


def _itself(value: T) -> T:
    return value


def _is_cancelled() -> bool:
    """Tell whether the task that runs has been asked to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _limit_blas() -> None:
    """Hold BLAS to one thread: small decompositions split over several wait for each other longer than they compute."""
    threadpool_limits(limits=1, user_api="blas")
