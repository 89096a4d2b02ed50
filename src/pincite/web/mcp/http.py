"""How is the Model Context Protocol reached over HTTP? One address, ``/mcp``, behind the same guard as all others.

The protocol's SDK is imported when the first client comes: it would cost every start of the server half as much again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from importlib import import_module
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pincite.errors import MissingExtra
from pincite.web import problems
from pincite.web.mcp.tools import Lately, Tools
from pincite.web.state import Door, door_of, house_of, visitor_of

MOST_SESSIONS = 1000
"""Clients that hold a session at once; an idle one is forgotten after half an hour."""
DRAIN_S = 20.0
"""What is being answered when the server stops has this long."""


def library() -> Any:
    """The module that speaks the protocol. Raises ``MissingExtra``."""
    try:
        return import_module("pincite.web.mcp.server")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"mcp", "mcp_types"}:
            raise
        raise MissingExtra(
            "the Model Context Protocol needs its SDK, which is not installed", hint="pip install 'pincite[mcp]'"
        ) from None


class Endpoint:
    """The ASGI application at ``/mcp``."""

    path = "/mcp"

    def __init__(self) -> None:
        self._opening = asyncio.Lock()
        self._manager: Any = None
        self._keeping: asyncio.Task[None] | None = None
        self._busy = 0
        self._idle = asyncio.Event()
        self._lately: OrderedDict[str, Lately] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self  # whose path the log and the metrics show
        try:
            manager = await self._opened(house_of(Request(scope)))
        except MissingExtra as error:
            await problems.respond(Request(scope), error.problem())(scope, receive, send)
            return
        asks = scope["method"] == "POST"
        self._count(asks)
        try:
            await manager.handle_request(scope, receive, send)
        finally:
            self._count(-asks)

    def _tools_of(self, request: Request) -> Tools:
        """The tools of whoever makes this call."""
        door, person = door_of(request), visitor_of(request).actor.id
        lately = self._lately.setdefault(person, OrderedDict())
        self._lately.move_to_end(person)
        if len(self._lately) > MOST_SESSIONS:
            self._lately.popitem(last=False)
        return Tools(door.engine, lately, lambda answer_id: door.asked("mcp", answer_id))

    def _count(self, change: int) -> None:
        self._busy += change
        (self._idle.clear if self._busy else self._idle.set)()

    async def _opened(self, door: Door) -> Any:
        async with self._opening:
            if self._manager is None:
                module = await asyncio.to_thread(library)
                manager = module.manager(self._tools_of, MOST_SESSIONS)
                up = asyncio.Event()
                self._keeping = asyncio.create_task(self._keep(manager, door.closing, up), name="mcp sessions")
                await up.wait()
                self._manager = manager
        return self._manager

    async def _keep(self, manager: Any, closing: asyncio.Event, up: asyncio.Event) -> None:
        """Sessions live as long as the server takes requests, and until what is being answered then is answered."""
        async with manager.run():
            up.set()
            await closing.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), DRAIN_S)


def route() -> Route:
    return Route(Endpoint.path, Endpoint(), methods=["GET", "POST", "DELETE"], include_in_schema=False)
