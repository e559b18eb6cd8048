"""Clients that leave before their answer is there: whoever drags a slider leaves many questions behind."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")


class ClientLeft(Exception):
    """The client closed the connection; nobody reads the answer."""


async def unless_left(request: Request, answer: Coroutine[Any, Any, T]) -> T:
    """Wait for an answer as long as the client does.

    Parameters
    ----------
    request : Request
        Its body has been read, or it has none.
    answer : coroutine
        Is cancelled when the client leaves.

    Returns
    -------
    object
        The answer.

    Raises
    ------
    ClientLeft
        The client has left.
    """
    answering, leaving = asyncio.ensure_future(answer), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        raise ClientLeft
    finally:
        answering.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    """Return when the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
