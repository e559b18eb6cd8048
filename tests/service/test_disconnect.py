"""Who leaves is not computed for."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from unrolled.main import create_app
from unrolled.service.answers import ClientDisconnected, unless_disconnected
from unrolled.settings import Settings


def scope(path: str, query: str = "") -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [],
        "scheme": "http",
        "server": ("unrolled.test", 80),
        "http_version": "1.1",
    }


class Client:
    """A client that disconnects when its event is set."""

    def __init__(self) -> None:
        self.disconnected = asyncio.Event()
        self.sent = False
        self.status: list[int] = []

    async def receive(self) -> dict[str, Any]:
        if not self.sent:
            self.sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.disconnected.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if "status" in message:
            self.status.append(message["status"])


def test_an_answer_before_the_disconnect_is_returned() -> None:
    async def scene() -> str:
        return await unless_disconnected(Request(scope("/"), Client().receive), asyncio.sleep(0.01, "value"))

    assert asyncio.run(scene()) == "value"


def test_failure_is_passed_on() -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def scene() -> None:
        await unless_disconnected(Request(scope("/"), Client().receive), fail())

    with pytest.raises(ValueError, match="no"):
        asyncio.run(scene())


def test_answer_is_given_up_when_the_client_leaves() -> None:
    async def scene() -> bool:
        client, cancelled = Client(), []

        async def answer() -> None:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                cancelled.append(True)
                raise

        waiting = asyncio.create_task(unless_disconnected(Request(scope("/"), client.receive), answer()))
        await asyncio.sleep(0.01)
        client.disconnected.set()
        with pytest.raises(ClientDisconnected):
            await waiting
        await asyncio.sleep(0)
        return cancelled == [True]

    assert asyncio.run(scene())


def test_abandoned_requests_are_not_answered_before_the_newest() -> None:
    app = create_app(Settings(threads=1))

    async def scene() -> tuple[list[list[int]], int]:
        clients = [Client() for _ in range(20)]
        path = "/api/v1/influence"
        queries = [f"length=64&hidden=32&seed={seed}" for seed in range(20)]
        requests = [
            asyncio.create_task(app(scope(path, query), client.receive, client.send))
            for query, client in zip(queries, clients, strict=True)
        ]
        await asyncio.sleep(0.005)
        for client in clients[:-1]:
            client.disconnected.set()
        await asyncio.gather(*requests)
        bodies = [key for key in list(app.state.answers.memo._entries) if key[0] == "sent"]
        return [client.status for client in clients], len(bodies)

    statuses, computed = asyncio.run(scene())
    assert statuses[-1] == [200]
    assert statuses.count([499]) >= 15
    assert computed <= 4
