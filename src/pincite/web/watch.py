"""Who else asks in this thread? Whoever looks at it is told of new answers: one look a second at the library for all.

Questions come from other tabs, other people, bots and other processes; the library is the one place that sees them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pincite.errors import PinciteError
from pincite.types import Answer, Thread
from pincite.web.paint import wire

LOOK_S = 1.0


class Threads(Protocol):
    """What is needed of the library."""

    async def thread(self, thread_id: str) -> Thread: ...
    async def answers(self, thread_id: str) -> list[Answer]: ...


@dataclass
class _Watch:
    """One thread, looked at once for all who watch it."""

    count: int = -1
    over: bool = False
    watchers: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()


class Watches:
    """The threads that are looked at. All streams end when ``closing`` is set: no server waits for them."""

    def __init__(self, library: Threads, closing: asyncio.Event) -> None:
        self._library = library
        self._closing = closing
        self._watches: dict[str, _Watch] = {}

    async def answers(self, thread_id: str) -> AsyncGenerator[list[Answer]]:
        """The thread's answers, and again whenever there are more. Ends if the thread is deleted."""
        watch = self._watches.get(thread_id)
        if watch is None or watch.over:
            watch = self._watches[thread_id] = _Watch()
            watch.task = asyncio.create_task(self._look(watch, thread_id), name=f"watch {thread_id}")
        watch.watchers += 1
        seen = -1
        try:
            while True:
                news = watch.news
                if watch.count > seen:
                    seen = watch.count
                    yield await self._library.answers(thread_id)
                elif watch.over:
                    return
                else:
                    await news.wait()
        finally:
            watch.watchers -= 1
            self._leave(watch, thread_id)

    def _leave(self, watch: _Watch, thread_id: str) -> None:
        if watch.watchers == 0 and self._watches.get(thread_id) is watch:
            del self._watches[thread_id]
            if watch.task is not None:
                watch.task.cancel()

    async def _look(self, watch: _Watch, thread_id: str) -> None:
        try:
            while not self._closing.is_set():
                count = (await self._library.thread(thread_id)).answers
                if count != watch.count:
                    watch.count = count
                    watch.wake()
                await self._pause()
        except PinciteError:
            pass  # deleted, or the library is away: the page comes back, and is told why then
        finally:
            watch.over = True
            watch.wake()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._closing.wait()
        except TimeoutError:
            return


class Told:
    """New turns as server-sent events: ``turn {html}``."""

    media_type = "text/event-stream"

    def head(self) -> bytes:
        return b"retry: 3000\n\n"

    def render(self, batch: Sequence[str]) -> bytes:
        return b"".join(wire(("turn", {"html": html})) for html in batch)

    def holds(self, batch: Sequence[str]) -> bool:  # noqa: ARG002 -- a turn is whole
        return False

    def beat(self) -> bytes:
        return b": beat\n\n"

    def tail(self) -> bytes:
        return b""

    def broken(self, error: Exception) -> bytes:  # noqa: ARG002
        """Nothing: the page comes back by itself."""
        return b""
