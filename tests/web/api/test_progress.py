"""The progress of a computation as events; it is cancelled when the last listener disconnects."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from unrolled.errors import Overflow
from unrolled.experiment.experiment import Experiment
from unrolled.main import create_app
from unrolled.query.query import Query
from unrolled.runtime.progress import Cancelled, advance
from unrolled.settings import Settings
from unrolled.views import VIEWS
from unrolled.views.contract.view import View

PATH, QUERY = "/api/v1/influence/progress", "length=9&hidden=2"
ASKED = Experiment(Query(length=9, hidden=2))
Event = tuple[str, dict[str, Any]]


def events(text: str) -> list[Event]:
    """Read server-sent events."""
    blocks = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n")]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


class Stages:
    """A computation in four stages; each begins when its gate opens, and ends with a quarter of the work done."""

    def __init__(self) -> None:
        self.gates = [threading.Event() for _ in range(4)]
        self.started, self.finished = threading.Event(), threading.Event()
        self.calls, self.cancelled = 0, 0

    def compute(self, experiment: Experiment, memo: object) -> Any:
        self.calls += 1
        self.started.set()
        try:
            for gate in self.gates:
                while not gate.wait(0.01):
                    advance(0.0)
                advance(0.25 * VIEWS["influence"].work(experiment).flops)
        except Cancelled:
            self.cancelled += 1
            raise
        finally:
            self.finished.set()
        return VIEWS["influence"].compute(experiment, memo)  # type: ignore[arg-type]

    def open(self) -> None:
        for gate in self.gates:
            gate.set()


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stages]:
    """Have the influence computed in stages, and progress reported often."""
    stages = Stages()
    staged: dict[str, View] = {**VIEWS, "influence": replace(VIEWS["influence"], compute=stages.compute)}
    monkeypatch.setattr("unrolled.web.api.progress.VIEWS", staged)
    monkeypatch.setattr("unrolled.web.api.views.VIEWS", staged)
    monkeypatch.setattr("unrolled.web.api.progress._INTERVAL", 0.01)
    yield stages
    stages.open()


class Listener:
    """A client of one request, that reads what comes and disconnects when its event is set."""

    def __init__(self, app: Any, path: str = PATH, query: str = QUERY) -> None:
        self.text, self.status, self.disconnected, self._sent = "", 0, asyncio.Event(), False
        self._news = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": ""}
        scope |= {"query_string": query.encode(), "headers": [], "scheme": "http", "http_version": "1.1"}
        self.task = asyncio.create_task(app(scope | {"server": ("unrolled.test", 80)}, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.disconnected.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        self._news.set()

    @property
    def events(self) -> list[Event]:
        return events(self.text) if self.text.strip() else []

    async def until(self, condition: Callable[[list[Event]], bool]) -> None:
        """Read events until a condition holds."""
        async with asyncio.timeout(20):
            while not condition(self.events):
                self._news.clear()
                await self._news.wait()


def reported(share: float) -> Callable[[list[Event]], bool]:
    """Check that at least this share has been reported."""
    return lambda received: any(name == "progress" and data["done"] >= share for name, data in received)


async def set_off(event: threading.Event) -> None:
    """Wait for a thread without stopping the loop."""
    assert await asyncio.to_thread(event.wait, 20)


async def freed(app: Any) -> None:
    """Wait until no computation is running."""
    async with asyncio.timeout(20):
        while app.state.answers.workers._jobs:
            await asyncio.sleep(0.005)


def test_events_come_in_order_while_it_computes(stages: Stages) -> None:
    app = create_app(Settings(threads=1))

    async def scene() -> tuple[int, list[Event]]:
        listener = Listener(app)
        await listener.until(reported(0.0))
        for index, gate in enumerate(stages.gates):
            gate.set()
            if index < 3:
                await listener.until(reported(0.25 * (index + 1)))
        await listener.task
        return listener.status, listener.events

    status, received = asyncio.run(scene())
    assert status == 200
    names = [name for name, _ in received]
    assert names == ["progress"] * (len(received) - 1) + ["done"]
    shares = [data["done"] for name, data in received if name == "progress"]
    # Between its end and this being noticed, no computation is running that could report a share.
    running = shares[: len(shares) - (shares[-1] == 0.0)]
    assert running == sorted(running)
    assert {0.0, 0.25, 0.5, 0.75} <= set(shares)
    assert max(shares) < 1
    assert received[0][1]["seconds_left"] is None
    assert all(data["seconds_left"] >= 0 for name, data in received if name == "progress" and data["done"] > 0)
    assert received[-1][1]["links"]["self"] == "/api/v1/influence?v=1&length=9&hidden=2"
    assert stages.calls == 1


def test_links_of_the_end_lead_to_the_answer(client: TestClient) -> None:
    answer = client.get(f"{PATH}?length=11&hidden=2&seed=77")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    name, data = events(answer.text)[-1]
    assert name == "done"
    assert data["links"] == client.get(data["links"]["self"]).json()["links"]


def test_what_is_remembered_is_done_at_once(stages: Stages) -> None:
    stages.open()
    client = TestClient(create_app(Settings(threads=1)))
    client.get(f"/api/v1/influence?{QUERY}")
    received = [name for name, _ in events(client.get(f"{PATH}?{QUERY}").text)]
    assert received in (["done"], ["progress", "done"])
    assert stages.calls == 1


def test_the_answer_and_its_progress_are_one_computation(stages: Stages) -> None:
    app = create_app(Settings(threads=1))

    async def scene() -> tuple[int, str]:
        requester = Listener(app, "/api/v1/influence")
        await set_off(stages.started)
        listener = Listener(app)
        await listener.until(reported(0.0))
        stages.open()
        await asyncio.gather(requester.task, listener.task)
        return requester.status, listener.events[-1][0]

    assert asyncio.run(scene()) == (200, "done")
    assert stages.calls == 1


def test_a_failure_is_the_problem_that_the_answer_would_have_been(client: TestClient) -> None:
    query = "activation=identity&gain=10&init=identity&length=900&hidden=2"
    answer = client.get(f"/api/v1/influence?{query}")
    assert (answer.status_code, answer.json()["title"]) == (422, Overflow.title)
    name, data = events(client.get(f"{PATH}?{query}").text)[-1]
    assert (name, data) == ("failed", answer.json())


@pytest.mark.parametrize("query", ["length=0", "wrt=q", "from=9&to=3", "length=65536&hidden=256&model=lstm"])
def test_what_cannot_begin_is_refused_before_the_stream(client: TestClient, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 422
    assert answer.json() == client.get(f"/api/v1/influence?{query}").json()


def test_a_busy_server_is_reported_in_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(threads=1, queue=0))
    monkeypatch.setattr(app.state.answers.workers, "places", 0)
    name, data = events(TestClient(app).get(f"{PATH}?{QUERY}").text)[-1]
    assert (name, data["status"]) == ("failed", 503)


@pytest.mark.parametrize("path", [PATH, "/api/v1/influence", "/api/v1/influence/figure"])
def test_a_disconnect_ends_the_computation_and_frees_the_worker(stages: Stages, path: str) -> None:
    app = create_app(Settings(threads=1, queue=0))

    async def scene() -> int:
        listener = Listener(app, path)
        await set_off(stages.started)
        listener.disconnected.set()
        await listener.task
        await set_off(stages.finished)
        await freed(app)
        stages.open()
        # The only worker is there for the next one.
        other = Listener(app, "/api/v1/influence", "length=3&hidden=2")
        await other.task
        return other.status

    assert asyncio.run(scene()) == 200
    assert stages.cancelled == 1


def test_of_two_listeners_one_may_disconnect(stages: Stages) -> None:
    app = create_app(Settings(threads=1))

    async def scene() -> str:
        leaver, stayer = Listener(app), Listener(app)
        await leaver.until(reported(0.0))
        await stayer.until(reported(0.0))
        stages.gates[0].set()
        await stayer.until(reported(0.25))
        leaver.disconnected.set()
        await leaver.task
        stages.open()
        await stayer.task
        return stayer.events[-1][0]

    assert asyncio.run(scene()) == "done"
    assert (stages.calls, stages.cancelled) == (1, 0)


def test_progress_of_nothing_is_none(stages: Stages) -> None:
    answers = create_app(Settings(threads=1)).state.answers
    assert answers.watch(VIEWS["influence"], ASKED) is None
