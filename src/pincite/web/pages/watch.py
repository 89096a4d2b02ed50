"""Who else is here, and what do they ask? Whoever looks at a thread is told: one look a second at the library for all.

Questions come from other tabs, other people, bots and other processes; the library is the one place that sees them all.
Who looks at a thread is known to this process alone, as long as they look, and is kept nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pincite.errors import PinciteError
from pincite.types import Actor, Answer, Thread
from pincite.web.draw.paint import Frame, wire

LOOK_S = 1.0


class Threads(Protocol):
    """What is needed of the library."""

    async def thread(self, thread_id: str) -> Thread: ...
    async def answers(self, thread_id: str) -> list[Answer]: ...


@dataclass(frozen=True)
class Now:
    """A thread as it is, and who looks at it beside the one who is told."""

    answers: Sequence[Answer]
    others: tuple[str, ...]
    """Names, each once, in the order in which they came."""


@dataclass
class _Watch:
    """One thread, looked at once for all who watch it."""

    count: int = -1
    changes: int = 0
    over: bool = False
    here: list[Actor] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def others(self, me: Actor) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.here if one.id != me.id))

    def change(self) -> None:
        self.changes += 1
        self.wake()

    def wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()


class Watches:
    """The threads that are looked at. All streams end when ``closing`` is set: no server waits for them."""

    def __init__(self, library: Threads, closing: asyncio.Event) -> None:
        self._library = library
        self._closing = closing
        self._watches: dict[str, _Watch] = {}

    async def now(self, thread_id: str, me: Actor) -> AsyncGenerator[Now]:
        """The thread, and again whenever its answers are more or fewer, or somebody comes or goes; then ``answers`` are
        read anew only if they have changed. Ends if the thread is deleted.
        """
        watch = self._watches.get(thread_id)
        if watch is None or watch.over:
            watch = self._watches[thread_id] = _Watch()
            watch.task = asyncio.create_task(self._look(watch, thread_id), name=f"watch {thread_id}")
        watch.here.append(me)
        watch.change()
        seen, counted, answers = -1, -1, list[Answer]()
        try:
            while True:
                news = watch.news
                if watch.changes > seen and watch.count >= 0:
                    seen = watch.changes
                    if watch.count != counted:
                        counted, answers = watch.count, await self._library.answers(thread_id)
                    yield Now(answers, watch.others(me))
                elif watch.over:
                    return
                else:
                    await news.wait()
        finally:
            watch.here.remove(me)
            watch.change()
            self._leave(watch, thread_id)

    def _leave(self, watch: _Watch, thread_id: str) -> None:
        if not watch.here and self._watches.get(thread_id) is watch:
            del self._watches[thread_id]
            if watch.task is not None:
                watch.task.cancel()

    async def _look(self, watch: _Watch, thread_id: str) -> None:
        try:
            while not self._closing.is_set():
                count = (await self._library.thread(thread_id)).answers
                if count != watch.count:
                    watch.count = count
                    watch.change()
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
    """What has changed, as server-sent events: ``turn {html}`` is a new one at the end, ``here {text}`` says who else
    looks at the thread, ``answered {html, text}`` is a turn whose form was answered, and what was chosen in words,
    ``changed {}`` says that something before its end is not what it was.
    """

    media_type = "text/event-stream"

    def head(self) -> bytes:
        return b"retry: 3000\n\n"

    def render(self, batch: Sequence[Frame]) -> bytes:
        return b"".join(map(wire, batch))

    def holds(self, batch: Sequence[Frame]) -> bool:  # noqa: ARG002 -- a turn is whole
        return False

    def beat(self) -> bytes:
        return b": beat\n\n"

    def tail(self) -> bytes:
        return b""

    def broken(self, error: Exception) -> bytes:  # noqa: ARG002
        """Nothing: the page comes back by itself."""
        return b""
