"""From a problem to a result: is it too much, is it known, else a worker computes it."""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from app.cache import Memo
from app.http.compression import Body, accepted, compressed
from app.http.fingerprint import fingerprint
from app.http.leaving import unless_left
from app.limits import admit
from app.problem import Problem
from app.settings import Settings
from app.views.contract import Result, View
from app.workers import Workers

T = TypeVar("T")

# The settings that an answer may differ by.
_SHAPING = {"max_gflop", "max_memory_mib", "max_body_mib", "frame_ancestors", "public_url"}


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A value and what it cost when it was computed.

    Attributes
    ----------
    value : object
        The value.
    ms : float
        Milliseconds.
    """

    value: T
    ms: float


class Answers:
    """Everything one process knows and can compute; the one object behind pages and API.

    Parameters
    ----------
    settings : Settings
        Limits and sizes.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.memo = Memo(settings.cache_mib * 2**20)
        self.workers = Workers(settings.threads, settings.queue)
        self.fingerprint = fingerprint(settings.model_dump(include=_SHAPING))

    async def remembered(self, request: Request, key: Hashable, compute: Callable[[], T]) -> T:
        """Give a value out of the memo, or have a worker compute it while the client waits.

        Parameters
        ----------
        request : Request
            Who waits.
        key : hashable
            Says everything that the value depends on.
        compute : callable
            Makes the value in a worker.

        Returns
        -------
        object
            The value.

        Raises
        ------
        Busy
            Every worker and every place in the queue is taken.
        ClientLeft
            The client has left.
        """
        answer = self.workers.run(self.memo, key, compute)
        return await (answer if key in self.memo else unless_left(request, answer))

    async def body(
        self, request: Request, key: Hashable, compute: Callable[[], bytes], *, compress: bool = True
    ) -> Body:
        """Give the body of an answer, compressed as the client likes; as `remembered`.

        Parameters
        ----------
        request : Request
            Who waits.
        key : hashable
            Says everything that the body depends on.
        compute : callable
            Makes the body in a worker.
        compress : bool
            Whether compressing makes it smaller.

        Returns
        -------
        Body
            Content and encoding.
        """
        encodings = accepted(request.headers.get("accept-encoding", "")) if compress else frozenset()
        if not encodings:
            return Body(await self.remembered(request, key, compute), "")

        def make() -> Body:
            return compressed(self.memo.get(key, compute), encodings)

        return await self.remembered(request, ("sent", encodings, key), make)

    def check(self, view: View, problem: Problem) -> None:
        """Refuse a problem that would take too long or too much memory, before anything is computed.

        Parameters
        ----------
        view : View
            The question.
        problem : Problem
            The network and its input.

        Raises
        ------
        TooMuchWork
            Says by how much and what to lower.
        """
        settings = self.settings
        admit(problem, view, max_flops=settings.max_gflop * 1e9, max_bytes=settings.max_memory_mib * 2.0**20)

    def result(self, view: View, problem: Problem) -> Timed[Result]:
        """Compute the answer to a question; call it in a worker.

        Parameters
        ----------
        view : View
            The question.
        problem : Problem
            The network and its input.

        Returns
        -------
        Timed
            The result, shared by every query that differs in nothing the view depends on.
        """

        def compute() -> Timed[Result]:
            began = time.perf_counter()
            value = view.compute(problem, self.memo)
            return Timed(value, round(1e3 * (time.perf_counter() - began), 3))

        return self.memo.get(("result", view.name, problem.key(view.fields)), compute)

    def figure(self, view: View, problem: Problem) -> dict[str, Any]:
        """Draw the answer to a question; call it in a worker.

        Parameters
        ----------
        view : View
            The question.
        problem : Problem
            The network and its input.

        Returns
        -------
        dict
            A Plotly figure ready for JSON, that carries the whole query in ``layout.meta``.
        """
        figure = view.figure(self.result(view, problem).value)
        layout = figure.get("layout", {})
        meta = layout.get("meta", {}) | {"query": problem.query.model_dump()}
        return figure | {"layout": layout | {"meta": meta}}
