"""How does a client that can't come back wait for the whole answer? It is stopped if the client leaves."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.types import Message

from pincite.types import Answer
from pincite.web.state import Door


async def finished(request: Request, door: Door, answer_id: str) -> Answer:
    """The whole answer; it is stopped if the client leaves."""

    async def follow() -> None:
        async for _ in door.engine.follow(answer_id):
            pass

    async def leave() -> None:
        message: Message = {}
        while message.get("type") != "http.disconnect":
            message = await request.receive()

    following, leaving = asyncio.create_task(follow()), asyncio.create_task(leave())
    try:
        await asyncio.wait({following, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            await door.engine.stop(answer_id)
        await following
    finally:
        following.cancel()
        leaving.cancel()
    return await door.engine.library.answer(answer_id)
