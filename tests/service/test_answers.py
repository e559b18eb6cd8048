"""An answer is computed once and written where it was computed, with its checks; what was written is served first."""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from unrolled.errors import Busy, InvalidInput, TooMuchWork
from unrolled.experiment.experiment import Experiment
from unrolled.query.query import Query
from unrolled.runtime.progress import Cancelled, advance
from unrolled.service.answers import Answers, ClientDisconnected, Timed, figure_of
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.contract.view import Result, View

INFLUENCE = VIEWS["influence"]


@pytest.fixture
def answers() -> Iterator[Answers]:
    answers = Answers(Settings(threads=1, max_gflop=5))
    yield answers
    answers.workers.close()


def small(**fields: object) -> Experiment:
    return Experiment(Query.build({"length": 6, "hidden": 3} | fields))


def test_queries_that_differ_in_nothing_a_view_depends_on_share_a_result(answers: Answers) -> None:
    assert not answers.is_cached(INFLUENCE, small(t=5))
    first = asyncio.run(answers.compute(INFLUENCE, small(t=5)))
    assert answers.is_cached(INFLUENCE, small(t=4))
    assert answers.result(INFLUENCE, small(t=4)) is first
    assert not answers.is_cached(INFLUENCE, small(gain=2))


def test_figure_has_the_query_the_caption_and_the_checks(answers: Answers) -> None:
    timed = answers.result(INFLUENCE, small(gain=2))
    meta = figure_of(INFLUENCE, small(gain=2), timed)["layout"]["meta"]
    assert meta["query"]["gain"] == 2
    assert meta["checks"] == timed.checks_payload()
    assert {"field": "gain", "text": "gain 2"} in meta["setting"]
    assert not meta["badge"]["failed"]


def test_what_cannot_be_answered_is_refused_before_anything_is_computed(answers: Answers) -> None:
    with pytest.raises(InvalidInput, match="means nothing for model=attention"):
        answers.check(VIEWS["shortcuts"], small(model="attention"))
    with pytest.raises(TooMuchWork, match="GFLOP"):
        answers.check(INFLUENCE, Experiment(Query(length=4096, hidden=64)))
    answers.check(INFLUENCE, small())
    assert len(answers.memo) == 0


class Asking:
    """One request of a client that reads brotli, for the answers alone."""

    def __init__(self, answers: Answers, encoding: str = "br") -> None:
        self.answers = answers
        self.request = Request({"type": "http", "headers": [(b"accept-encoding", encoding.encode())]}, self._receive)
        self.left = asyncio.Event()

    async def _receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def body(self, experiment: Experiment, form: str = "json") -> bytes:
        """Ask for the influence triangle in a form of its own."""

        def write(timed: Timed[Result]) -> bytes:
            return f"{form} {timed.value.payload()['log10_norm']}".encode()

        key = form, tuple(experiment.query.params().items())
        return (await self.answers.body(self.request, key, INFLUENCE, experiment, write)).content


def counted(answers: Answers, monkeypatch: pytest.MonkeyPatch, *, places_left: int) -> list[Experiment]:
    """Give the list of what is computed from now on; once one is, so many places are left for whatever comes after."""
    computed, compute = list[Experiment](), answers._compute

    def count(view: View, experiment: Experiment) -> Timed[Result]:
        computed.append(experiment)
        timed = compute(view, experiment)
        answers.workers.places = places_left
        return timed

    monkeypatch.setattr(answers, "_compute", count)
    return computed


def test_what_was_computed_is_sent_though_every_place_has_been_taken_since(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = counted(answers, monkeypatch, places_left=0)

    async def scene() -> list[bytes]:
        forms = [Asking(answers).body(small(), form) for form in ("json", "csv", "json")]
        return list(await asyncio.gather(*forms))

    json, csv, again = asyncio.run(scene())
    assert json == again != csv
    assert len(computed) == 1
    with pytest.raises(Busy):
        asyncio.run(Asking(answers).body(small(seed=1)))


def test_under_overload_everything_that_is_computed_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(Settings(threads=1, queue=1))
    computed, seeds, sent = counted(answers, monkeypatch, places_left=2), itertools.count(), list[bytes]()

    async def ask_again_and_again() -> None:
        while len(sent) < 20:
            with contextlib.suppress(Busy):
                sent.append(await Asking(answers).body(small(seed=next(seeds))))
            await asyncio.sleep(0)

    async def scene() -> None:
        await asyncio.gather(*(ask_again_and_again() for _ in range(6)))

    asyncio.run(scene())
    answers.workers.close()
    assert len(computed) == len(sent) < next(seeds)


def test_a_body_is_served_though_its_result_was_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(Settings(threads=1))
    answers.memo.budget_bytes = 2**19
    first, seeds = asyncio.run(Asking(answers).body(small())), itertools.count(1)
    while answers.is_cached(INFLUENCE, small()):
        answers.result(INFLUENCE, small(seed=next(seeds)))
    counted(answers, monkeypatch, places_left=0)
    answers.workers.places = 0
    with monkeypatch.context() as patch:
        # Its cost is not estimated either.
        patch.setattr(answers, "check", lambda *_: pytest.fail("checked"))
        assert asyncio.run(Asking(answers).body(small())) is first
    with pytest.raises(Busy):
        asyncio.run(Asking(answers, "gzip").body(small()))
    answers.workers.close()


def test_of_one_answer_the_arrays_are_kept_once(answers: Answers) -> None:
    large = Experiment(Query(length=256, resolution=256, hidden=2))
    timed = answers.result(INFLUENCE, large)
    assert timed.value.arrays()["log10_norm"].nbytes == 256 * 256 * 8
    assert answers.memo.used_bytes < 2 * 256 * 256 * 8


def test_who_leaves_ends_the_computation(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    started, ended = threading.Event(), threading.Event()

    def endless(*_: object) -> None:
        started.set()
        try:
            while True:
                advance(0.0)
        except Cancelled:
            ended.set()
            raise

    monkeypatch.setattr(answers, "_compute", endless)

    async def scene() -> None:
        asking = Asking(answers)
        waiting = asyncio.create_task(asking.body(small()))
        assert await asyncio.to_thread(started.wait, 10)
        asking.left.set()
        with pytest.raises(ClientDisconnected):
            await waiting
        assert await asyncio.to_thread(ended.wait, 10)

    asyncio.run(scene())


def test_settings_that_shape_an_answer_change_the_fingerprint() -> None:
    prints = [Answers(settings).fingerprint for settings in (Settings(), Settings(queue=1), Settings(max_gflop=1))]
    assert prints[0] == prints[1] != prints[2]


def test_the_times_of_an_answer_are_those_of_its_computation_and_of_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([5.0, 5.0123456, 5.0135559])
    monkeypatch.setattr("unrolled.service.answers.time", SimpleNamespace(perf_counter=lambda: next(readings)))
    view: Any = SimpleNamespace(compute=lambda *_: "value", checks=lambda *_: (), is_of_one=False)
    answers = Answers(Settings(threads=1))
    timed = answers._compute(view, Experiment(Query()))
    answers.workers.close()
    # Milliseconds, to the microsecond.
    assert (timed.ms, timed.checks, timed.check_ms) == (12.346, (), 1.21)
