"""How does an answer get into the log while it is made? Whoever makes it says what happens; each word is durable first.

A run needs nobody to watch it, and its log is closed whatever becomes of whoever makes the answer, or left to another
process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import chain, repeat
from traceback import format_exception

import structlog

from pincite.errors import CLOSED, INTERNAL, PinciteError
from pincite.events import Event, Failed, Finished, Started
from pincite.library.library import Library
from pincite.types import Question, Status

log = structlog.get_logger()

PAUSES_S = (0.5, 2.0, 8.0, 30.0)
"""Before an answer's last words are tried to be kept again; the last of them over and over."""


class Run:
    """One answering: a task that pulls events, and one, ``task``, that makes them durable as they come.

    Events that come while the writer has not got to the ones before are kept with them, so none waits for two beats.
    """

    def __init__(
        self,
        library: Library,
        question: Question,
        answer_id: str,
        events: AsyncIterator[Event],
        enough: asyncio.Event | None = None,
        *,
        begun: bool = False,
        resumable: bool = False,
    ) -> None:
        """``begun``: its ``Started`` is in the log already. ``resumable``: another process can go on with it."""
        self._library = library
        self._question = question
        self.answer_id = answer_id
        self.thread_id = question.thread_id
        self.enough = enough or asyncio.Event()
        """Set to have the answer now: whatever makes the events goes on to its end from what is there."""
        self._events = events
        self._made: list[Event] = []
        self._news = asyncio.Event()
        self._ending: Status | None = None
        self.resumable = resumable
        self._begun = begun
        self._left = False
        self._hurry = asyncio.Event()
        """Set when the process ends: what can't be closed now is closed by the next one."""
        self._started = time.monotonic()
        self._making = asyncio.create_task(self._make(), name=f"make {answer_id}")
        self._making.add_done_callback(lambda _: self._news.set())
        self.task = asyncio.create_task(self._keep(), name=f"keep {answer_id}")

    def end(self, status: Status) -> None:
        """Cancels the making; the log is closed with ``status`` unless it is finished by then."""
        if self._ending is None:
            self._ending = status
            self._making.cancel()
        if status is Status.INTERRUPTED:
            self._hurry.set()

    def leave(self) -> None:
        """Cancels the making; the log stays open for whoever goes on with it."""
        self._left = True
        self._making.cancel()
        self._hurry.set()

    async def _make(self) -> None:
        async for event in self._events:
            self._made.append(event)
            self._news.set()

    async def _keep(self) -> None:
        started, finished = self._begun, False
        try:
            while self._made or not self._making.done():
                if not self._made:
                    self._news.clear()
                    await self._news.wait()
                    continue
                kept = await self._library.append(self.answer_id, self._made)
                del self._made[: len(kept)]
                started = started or any(isinstance(stamped.event, Started) for stamped in kept)
                finished = finished or any(isinstance(stamped.event, Finished) for stamped in kept)
        except PinciteError as error:
            log.error("answer_not_kept", answer_id=self.answer_id, detail=error.detail, hint=error.hint)
            self._making.cancel()
        (outcome,) = await asyncio.gather(self._making, return_exceptions=True)
        crash = outcome if isinstance(outcome, Exception) else None
        if crash is not None:
            # The trace as text: a renderer that prints local variables would print the question.
            log.error("answer_crashed", answer_id=self.answer_id, trace="".join(format_exception(crash)))
        if not finished and not self._left:
            await self._close(started=started, crashed=crash is not None)

    async def _close(self, *, started: bool, crashed: bool) -> None:
        """The last words of an answer that did not say them. Retried until they are kept: a full disk will have space
        again, and whoever follows the answer waits for its end.
        """
        status = self._ending if self._ending and not crashed else Status.FAILED
        total = (time.monotonic() - self._started) * 1000
        opening: list[Event] = [] if started else [Started(answer_id=self.answer_id, question=self._question)]
        reason: list[Event] = [] if status is Status.STOPPED else [Failed(problem=CLOSED if self._ending else INTERNAL)]
        last_words = [*opening, *reason, Finished(status=status, timings={"total": total})]
        for pause_s in chain(PAUSES_S, repeat(PAUSES_S[-1])):
            try:
                await self._library.append(self.answer_id, last_words)
                return
            except PinciteError as error:
                log.error("answer_not_closed", answer_id=self.answer_id, detail=error.detail, hint=error.hint)
            if self._hurry.is_set() and pause_s > PAUSES_S[0]:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._hurry.wait()
                    await asyncio.sleep(PAUSES_S[0])
