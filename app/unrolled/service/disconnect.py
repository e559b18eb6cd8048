"""Clients that leave before their answer is there: whoever drags a slider leaves many questions behind."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")


class ClientDisconnected(Exception):
    """The client closed the connection; nobody reads the answer."""


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
