"""What do all handlers share? One ``Door``, made with the app and reached from a request by ``door_of``.

``engine_of(request)`` is what most handlers want. Nothing here is kept in module globals, so that two apps may live
in one process.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.responses import Response

from pincite.errors import NotFound
from pincite.settings import Settings
from pincite.types import Problem, Status
from pincite.web.metrics import Metrics
from pincite.web.stream import Streams

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine

Painter = Callable[[HTTPConnection, Problem], Response]
"""Draws a problem as an HTML page, for a browser that went to a page."""


@dataclass
class Door:
    """The shared values of one app."""

    engine: AnswerEngine
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
            if answer.status is Status.RUNNING:
                self._uncounted.append(answer_id)
            else:
                self.metrics.count(answer)


def door_of(request: HTTPConnection) -> Door:
    door: Door = request.app.state.door
    return door


def engine_of(request: HTTPConnection) -> AnswerEngine:
    return door_of(request).engine
