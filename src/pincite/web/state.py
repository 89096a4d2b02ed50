"""What do all handlers share? One ``Door``, made with the app and reached from a request by ``door_of``.

``engine_of(request)`` is what most handlers want: the engine as the visitor may use it. ``house_of(request)`` is for
what the server does for itself, or for several visitors at once after each was asked for: its engine refuses nothing.
Nothing here is kept in module globals, so that two apps may live in one process.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from starlette.requests import HTTPConnection
from starlette.responses import Response

from pincite.errors import NotFound, PinciteError
from pincite.library.access import STRANGER, Visitor
from pincite.settings import Settings
from pincite.types import Problem, Status
from pincite.web.acting import Acting
from pincite.web.metrics import Metrics
from pincite.web.stream import Streams
from pincite.web.visitors import Visitors

Painter = Callable[[HTTPConnection, Problem], Response]
"""Draws a problem as an HTML page, for a browser that went to a page."""


@dataclass
class Door:
    """The shared values of one app."""

    engine: Acting
    settings: Settings
    streams: Streams
    metrics: Metrics
    token: str = ""
    """The access token; empty where everybody who reaches the server may ask."""
    paint_problem: Painter | None = None
    """Set by the page; without it, problems are JSON for browsers too."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server begins to stop: streams that would never end by themselves end then."""
    _uncounted: deque[str] = field(default_factory=lambda: deque(maxlen=10_000))

    def asked(self, by: str, answer_id: str) -> None:
        """To be called by every handler that asked: counts the question, and its answer when that is finished."""
        self.metrics.asked.labels(by).inc()
        self._uncounted.append(answer_id)

    async def count_finished(self) -> None:
        """Brings the metrics up to date. Only a scrape needs this, so nobody watches answers for it."""
        for _ in range(len(self._uncounted)):
            answer_id = self._uncounted.popleft()
            try:
                answer = await self.engine.library.answer(answer_id)
            except NotFound:
                continue
            except PinciteError:
                # A database that is away takes no other figure along, and this answer is counted when it is back.
                self._uncounted.appendleft(answer_id)
                return
            if answer.status is Status.RUNNING:
                self._uncounted.append(answer_id)
            else:
                self.metrics.count(answer)


def visitor_of(request: HTTPConnection) -> Visitor:
    """From whom the request comes, as the guard found; whoever passed no guard is a stranger."""
    visitor: Visitor = request.scope.get("visitor", STRANGER)
    return visitor


def visitors_of(request: HTTPConnection) -> Visitors:
    """Who is who. Raises ``NotFound`` on a server without accounts."""
    visitors: Visitors | None = request.app.state.visitors
    if visitors is None:
        raise NotFound("this server has no accounts: all of it is yours", hint="several people: pincite serve --public")
    return visitors


def house_of(request: HTTPConnection) -> Door:
    """The door as it is for the server itself. What it gives to a visitor is asked for first."""
    door: Door = request.app.state.door
    return door


def door_of(request: HTTPConnection) -> Door:
    """The door as it is for this visitor."""
    door = house_of(request)
    return replace(door, engine=door.engine.by(visitor_of(request)))


def engine_of(request: HTTPConnection) -> Acting:
    return door_of(request).engine
