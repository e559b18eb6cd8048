"""From an experiment to a result: is it too much, is it known, else a worker computes it."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from unrolled.core.checks.laws import Check
from unrolled.experiment.experiment import Experiment
from unrolled.runtime.memo import Memo
from unrolled.runtime.progress import Watch
from unrolled.runtime.workers import Workers
from unrolled.service.compression import Body, accepted_encodings, compress_body
from unrolled.service.disconnect import unless_disconnected
from unrolled.service.fingerprint import fingerprint
from unrolled.service.limits import check_cost, check_model
from unrolled.settings import Settings
from unrolled.views.contract.payload import finite
from unrolled.views.contract.view import Result, View
from unrolled.views.text.caption import caption
from unrolled.views.text.checks import badge

T = TypeVar("T")

# The settings that an answer may differ by.
_SHAPING_SETTINGS = {"max_gflop", "max_memory_mib", "max_body_mib", "frame_ancestors", "public_url"}


@dataclass(frozen=True)
class Timed(Generic[T]):
    """A value with its checks, and the milliseconds that each took."""

    value: T
    ms: float
    checks: tuple[Check, ...]
    check_ms: float

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


class Answers:
    """Everything one process knows and can compute; the one object behind pages and API."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.memo = Memo(settings.cache_mib * 2**20)
        self.workers = Workers(settings.threads, settings.queue)
        self._held: dict[Hashable, Timed[Result]] = {}
        self._holders: Counter[Hashable] = Counter()
        self.fingerprint = fingerprint(settings.model_dump(include=_SHAPING_SETTINGS))

    async def remembered(self, request: Request, key: Hashable, compute: Callable[[], T]) -> T:
        """Give a value out of the memo, or have a worker compute it while the client waits.

        Raises `Busy` when every worker and every place in the queue is taken, `ClientDisconnected` when nobody waits.
        """
        answer = self.workers.run(self.memo, key, compute)
        return await (answer if key in self.memo else unless_disconnected(request, answer))

    async def body(
        self, request: Request, key: Hashable, compute: Callable[[], bytes], *, compress: bool = True
    ) -> Body:
        """Give the body of an answer, compressed as the client likes; raises as `remembered`."""
        encodings = accepted_encodings(request.headers.get("accept-encoding", "")) if compress else frozenset()
        if not encodings:
            return Body(await self.remembered(request, key, compute), "")

        def compute_body() -> Body:
            return compress_body(self.memo.get(key, compute), encodings)

        return await self.remembered(request, ("sent", encodings, key), compute_body)

    @asynccontextmanager
    async def ready(self, request: Request, view: View, experiment: Experiment) -> AsyncIterator[None]:
        """Have the answer to a question computed while the client waits, and hold it until its body has been written.

        Raises as `remembered`.
        """
        key = _key(view, experiment)
        answer = self.compute(view, experiment)
        self._held[key] = await (answer if key in self.memo else unless_disconnected(request, answer))
        self._holders[key] += 1
        try:
            yield
        finally:
            self._holders[key] -= 1
            if not self._holders[key]:
                del self._held[key], self._holders[key]

    async def compute(self, view: View, experiment: Experiment) -> Timed[Result]:
        """Have a worker compute the answer to a question; whoever asks at the same time shares it."""
        key = _key(view, experiment)
        work = 0.0 if key in self.memo else view.cost(experiment).flops
        return await self.workers.run(self.memo, key, lambda: self._compute(view, experiment), work)

    def is_cached(self, view: View, experiment: Experiment) -> bool:
        """Tell whether nothing would have to be computed."""
        return _key(view, experiment) in self.memo

    def watch(self, view: View, experiment: Experiment) -> Watch | None:
        """Give the progress of an answer; None when it is not under way."""
        return self.workers.watch(_key(view, experiment))

    def check(self, view: View, experiment: Experiment) -> None:
        """Raise what is wrong with a question before anything is computed: `InvalidInput` or `TooMuchWork`."""
        settings = self.settings
        check_model(experiment, view)
        check_cost(experiment, view, max_flops=settings.max_gflop * 1e9, max_bytes=settings.max_memory_mib * 2.0**20)

    def result(self, view: View, experiment: Experiment) -> Timed[Result]:
        """Give the answer to a question, computed if need be; call it in a worker."""
        key = _key(view, experiment)
        held = self._held.get(key)
        return self.memo.get(key, lambda: self._compute(view, experiment)) if held is None else held

    def _compute(self, view: View, experiment: Experiment) -> Timed[Result]:
        start = time.perf_counter()
        value = view.compute(experiment, self.memo)
        computed = time.perf_counter()
        checks = view.checks(experiment, self.memo)
        checked = time.perf_counter()
        return Timed(value, round(1e3 * (computed - start), 3), checks, round(1e3 * (checked - computed), 3))

    def figure(self, view: View, experiment: Experiment) -> dict[str, Any]:
        """Draw the answer to a question, with the whole query in ``layout.meta``; call it in a worker."""
        timed = self.result(view, experiment)
        figure = view.figure(timed.value)
        layout = figure.get("layout", {})
        query, checks = experiment.query, timed.checks_payload()
        setting = caption(
            {name: query.text_of(name) for name in query.names()}, own_recording=experiment.recording is not None
        )
        meta = layout.get("meta", {}) | {"query": query.model_dump(), "setting": setting, "checks": checks}
        meta |= {"badge": badge(checks)}
        return figure | {"layout": layout | {"meta": meta}}


def _key(view: View, experiment: Experiment) -> Hashable:
    """Name a result: queries that differ in nothing the view depends on share it."""
    return "result", view.name, experiment.key(view.fields)
