"""From an experiment to an answer: is it remembered, is it too much, else a worker computes it and writes it."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import NETWORK_FIELDS, Experiment
from unrolled.experiment.remembered import sight, widen
from unrolled.experiment.run import run
from unrolled.query.part import HiddenField
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch
from unrolled.runtime.workers import Workers
from unrolled.service.compression import Body, accepted_encodings, compress_body
from unrolled.service.fingerprint import fingerprint
from unrolled.service.limits import check_cost, check_model, limits_of, within_limits
from unrolled.settings import Settings
from unrolled.views.contract.view import Result, View, finite
from unrolled.views.text.caption import caption
from unrolled.views.text.checks import badge, limit_sentence, with_limit
from unrolled.views.text.message import Message

T = TypeVar("T")

# The settings that an answer may differ by.
_SHAPING_SETTINGS = {"max_gflop", "max_memory_mib", "max_body_mib", "frame_ancestors", "public_url"}


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A value with its checks, and the milliseconds that each took; ``limit`` says what was too small for it."""

    value: T
    ms: float
    checks: tuple[Check, ...]
    check_ms: float
    limit: Message | None = None

    def checks_payload(self) -> list[dict[str, Any]]:
        """Give the checks for JSON."""
        return [
            {
                "name": check.name,
                "value": finite(check.value) if check.value is not None else None,
                "tolerance": check.tolerance,
                "passed": check.passed,
                "says": check.statement,
            }
            for check in self.checks
        ]


def told(timed: Timed[Result]) -> dict[str, Any]:
    """Give an answer for JSON, with what was too small for it."""
    return _with_limit(timed.value.payload(), timed.limit)


def _with_limit(answer: Mapping[str, Any], limit: Message | None) -> dict[str, Any]:
    return {**answer, "limit": None} if limit is None else with_limit(answer, limit)


class ClientDisconnected(Exception):
    """The client closed the connection; nobody reads the answer."""


Write = Callable[[Timed[Result]], bytes]


class Answers:
    """Everything one process knows and can compute; the one object behind pages and API."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.memo = Memo(settings.cache_mib * 2**20)
        self.workers = Workers(settings.threads, settings.queue)
        self.fingerprint = fingerprint(settings.model_dump(include=_SHAPING_SETTINGS))

    def check(self, view: View, experiment: Experiment) -> None:
        """Raise what is wrong with a question before anything is computed: `InvalidInput` or `TooMuchWork`."""
        check_model(experiment, view)
        check_cost(experiment, view, **limits_of(self.settings))

    def result(self, view: View, experiment: Experiment) -> Timed[Result]:
        """Give the answer to a question of the server's own, computed in this thread, whatever others may ask."""
        while True:
            seen = _seen(view, experiment)
            try:
                return self.memo.get(_key(view, seen), partial(self._compute, view, seen))
            except HiddenField as hidden:
                widen(view.name, hidden, experiment)

    async def compute(self, view: View, experiment: Experiment) -> Timed[Result]:
        """Have a worker compute the answer to a question; whoever asks at the same time shares it.

        Raises `Busy` when every worker and every place in the queue is taken.
        """
        return await self._ask(view, experiment, partial(self.workers.run, self.memo))

    async def body(
        self,
        request: Request,
        key: Hashable,
        view: View,
        experiment: Experiment,
        write: Write,
        *,
        compress: bool = True,
    ) -> Body:
        """Give an answer as it is sent: remembered, or written by the worker that computes it while the client waits.

        It is compressed as the client likes. Raises as `check` and `compute`, and `ClientDisconnected` when nobody
        waits.
        """
        body = self.remembered(request, key, compress=compress)
        if body is not None:
            return body
        self.check(view, experiment)
        encodings = _encodings(request, compress=compress)

        def make(question: Hashable, compute: Callable[[], Timed[Result]], work: float) -> Coroutine[Any, Any, Body]:
            sent = "sent", encodings, key
            return self.workers.make(
                self.memo, question, compute, sent, lambda timed: compress_body(write(timed), encodings), work
            )

        return await unless_disconnected(request, self._ask(view, experiment, make))

    async def other_body(
        self,
        request: Request,
        key: Hashable,
        write: Callable[[], bytes],
        *,
        compress: bool = True,
        is_admitted: bool = False,
    ) -> Body:
        """Give what answers no single question, written by a worker; as `body`, but never `Busy` once admitted."""
        body = self.remembered(request, key, compress=compress)
        if body is not None:
            return body
        encodings = _encodings(request, compress=compress)
        writing = self.workers.run(
            self.memo,
            ("sent", encodings, key),
            lambda: compress_body(write(), encodings),
            is_admitted=is_admitted,
        )
        return await unless_disconnected(request, writing)

    def body_at_once(self, request: Request, key: Hashable, write: Callable[[], bytes]) -> Body:
        """Give what is written in no time, remembered, or written in this thread."""
        encodings = _encodings(request, compress=True)
        return self.memo.get(("sent", encodings, key), lambda: compress_body(write(), encodings))

    def remembered(self, request: Request, key: Hashable, *, compress: bool = True) -> Body | None:
        """Give a body that was sent before, in an encoding that the client takes; None where none is remembered."""
        return self.memo.peek(("sent", _encodings(request, compress=compress), key), None)

    def is_cached(self, view: View, experiment: Experiment) -> bool:
        """Tell whether nothing would have to be computed."""
        return _key(view, _seen(view, experiment)) in self.memo

    def watch(self, view: View, experiment: Experiment) -> Watch | None:
        """Give the progress of an answer; None when it is not under way."""
        return self.workers.watch(_key(view, _seen(view, experiment)))

    async def _ask(
        self,
        view: View,
        experiment: Experiment,
        ask: Callable[[Hashable, Callable[[], Timed[Result]], float], Coroutine[Any, Any, T]],
    ) -> T:
        """Have a question answered by what shows its fields alone; again where that lacked one that is read."""
        while True:
            seen = _seen(view, experiment)
            key = _key(view, seen)
            work = 0.0 if key in self.memo else view.work(experiment).flops
            try:
                return await ask(key, partial(self._within_limits, view, experiment, seen), work)
            except HiddenField as hidden:
                widen(view.name, hidden, experiment)

    def _within_limits(self, view: View, asked: Experiment, seen: Experiment) -> Timed[Result]:
        """Answer what was asked out of what shows the view's fields alone, unless it proves to be too much."""
        with within_limits(asked, view, **limits_of(self.settings)):
            return self._compute(view, seen)

    def _compute(self, view: View, experiment: Experiment) -> Timed[Result]:
        start = time.perf_counter()
        value = view.compute(experiment, self.memo)
        is_of_one = view.is_of_one and view.fields >= NETWORK_FIELDS
        too_small = run(experiment, self.memo).trace.too_small if is_of_one else 0
        limit = limit_sentence(too_small) if too_small else None
        computed = time.perf_counter()
        checks = view.checks(experiment, self.memo)
        checked = time.perf_counter()
        return Timed(value, round(1e3 * (computed - start), 3), checks, round(1e3 * (checked - computed), 3), limit)


def figure_of(view: View, experiment: Experiment, timed: Timed[Result]) -> dict[str, Any]:
    """Draw the answer to a question, with the whole query in ``layout.meta``."""
    figure = view.figure(timed.value)
    layout = figure.get("layout", {})
    query, checks = experiment.query, timed.checks_payload()
    setting = caption(
        {name: query.text_of(name) for name in query.names()}, own_recording=experiment.recording is not None
    )
    meta = _with_limit(layout.get("meta", {}), timed.limit) | {
        "query": query.model_dump(),
        "setting": setting,
        "checks": checks,
    }
    meta |= {"badge": badge(checks)}
    return figure | {"layout": layout | {"meta": meta}}


def _seen(view: View, experiment: Experiment) -> Experiment:
    """Give what the answer to a question can depend on."""
    return sight(view.name, view.reads(experiment.query.model), experiment)


def _key(view: View, seen: Experiment) -> Hashable:
    """Name a result: queries that differ in nothing the view sees share it."""
    return "result", view.name, seen.key


def _encodings(request: Request, *, compress: bool) -> frozenset[str]:
    """Read how a client likes a body that may be compressed."""
    return accepted_encodings(request.headers.get("accept-encoding", "")) if compress else frozenset()


async def unless_disconnected(request: Request, answer: Coroutine[Any, Any, T]) -> T:
    """Wait for an answer as long as the client does, then cancel it and raise `ClientDisconnected`.

    The body of the request must have been read.
    """
    answering, disconnection = asyncio.ensure_future(answer), asyncio.ensure_future(_disconnection(request))
    try:
        await asyncio.wait((answering, disconnection), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        raise ClientDisconnected
    finally:
        answering.cancel()
        disconnection.cancel()


async def _disconnection(request: Request) -> None:
    """Return when the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
