"""Which threads leave no trace? Those kept in this process's memory alone, until nobody has looked at them for an hour.

They have a library of their own, in memory: nothing of them is ever written to a disk, so nothing has to be found and
erased there. They are in no list, search, count, bin or share, and a restart forgets them. A page of the computer's
memory may be swapped out; who minds that encrypts the swap.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress

from pincite.errors import BadInput, Busy, NotFound, PinciteError, Refused
from pincite.library.access import Kind
from pincite.library.database import in_memory
from pincite.library.library import Library
from pincite.library.migrate import migrate
from pincite.ports import Clock
from pincite.types import Question

KEPT_S = 3600.0
"""How long after somebody last looked at it."""
MOST, MOST_EACH = 1000, 50
"""Threads at once: of all, and of one person, so that nobody takes the others' places."""
LOOK_S = 30.0
"""How often is looked for what is old."""


class Temporary:
    """The temporary threads of one process. Belongs to one event loop; ``close`` forgets them all."""

    def __init__(self, forgot: Callable[[], None] = lambda: None, clock: Clock = time.monotonic) -> None:
        """``forgot`` is called whenever a thread is forgotten: its files go with it."""
        self._forgot = forgot
        self._clock = clock
        self._library: Library | None = None
        self._making = asyncio.Lock()
        self._seen: dict[str, float] = {}
        self._owner: dict[str, str] = {}
        self._thread_of: dict[str, str] = {}
        self._gone: deque[str] = deque(maxlen=10_000)  # whoever still asks in one opens none that is kept
        self._expiring: asyncio.Task[None] | None = None

    def holds(self, id_: str) -> bool:
        """Whether this is the id of a temporary thread, or of an answer in one."""
        return self._thread_of.get(id_, id_) in self._seen

    def of(self, id_: str) -> Library | None:
        """The library that has the thread or the answer of that id; ``None`` if it is not temporary. Counts as a look
        at it."""
        if not self.holds(id_):
            return None
        self._seen[self._thread_of.get(id_, id_)] = self._clock()
        return self._library

    async def files_named(self) -> set[str]:
        """As ``Library.files_named``."""
        return await self._library.files_named() if self._library is not None else set()

    async def placed(self, question: Question, kept: Library) -> Question:
        """What is asked in a temporary thread is temporary; no other question is, but one that opens its thread.

        ``kept`` is the library of all other threads. Raises ``NotFound`` for a thread that is forgotten, and
        ``BadInput`` for a temporary question where a thread is kept.
        """
        thread_id, held = question.thread_id, self.holds(question.thread_id)
        if thread_id in self._gone:
            raise NotFound(f"thread {thread_id!r} was temporary, and is forgotten", hint="ask anew")
        if question.temporary and not held:
            if question.collection is not None:
                raise BadInput("a collection keeps its threads", hint="ask outside of it, or in a thread that is kept")
            if await kept.thing(Kind.THREAD, thread_id) is not None:
                raise BadInput(f"thread {thread_id!r} is kept", hint="a temporary thread is a new one")
        return question.model_copy(update={"temporary": True}) if held else question

    async def begin(
        self,
        question: Question,
        answer_id: str,
        *,
        key: str | None = None,
        body_hash: str = "",
        limits: Mapping[str, int] | None = None,
        counting: Library | None = None,
    ) -> str:
        """As ``Library.begin``; the question is counted in ``counting``. Raises ``Busy`` where there are too many
        threads."""
        thread_id, asker = question.thread_id, question.asker.id
        if thread_id not in self._seen:
            self._check_room(asker)
        library = await self._opened()
        begun = await library.begin(question, answer_id, key=key, body_hash=body_hash)
        if begun != answer_id:
            return begun
        self._thread_of[answer_id] = thread_id
        self._seen[thread_id] = self._clock()
        self._owner.setdefault(thread_id, asker)
        if limits and counting is not None:
            try:
                await counting.spend(question.asker.id, limits)
            except PinciteError:
                await self.retract(answer_id)
                raise
        return begun

    def _check_room(self, person: str) -> None:
        if sum(owner == person for owner in self._owner.values()) >= MOST_EACH:
            hint = "forget one of them first, or ask in a thread that is kept"
            raise Busy(f"you have {MOST_EACH} temporary threads, as many as you may have", hint=hint)
        if len(self._seen) >= MOST:
            hint = "ask in a thread that is kept, or in an hour"
            raise Busy(f"there are {MOST} temporary threads, as many as there may be", hint=hint)

    async def retract(self, answer_id: str) -> None:
        """Forgets a question that was begun and may not be asked after all, and its thread if it opened that."""
        library, thread_id = self.of(answer_id), self._thread_of.get(answer_id, "")
        if library is None:
            raise NotFound(f"there is no temporary answer {answer_id!r}")
        await library.bin_answer(answer_id)
        await library.empty_bin(-1)
        del self._thread_of[answer_id]
        if thread_id not in self._thread_of.values():
            del self._seen[thread_id], self._owner[thread_id]

    async def forget(self, thread_id: str) -> None:
        """At once and for good. Raises ``NotFound``."""
        if thread_id not in self._seen or self._library is None:
            raise NotFound(f"there is no temporary thread {thread_id!r}", hint="it may be forgotten already")
        del self._seen[thread_id], self._owner[thread_id]
        self._gone.append(thread_id)
        self._thread_of = {answer: thread for answer, thread in self._thread_of.items() if thread != thread_id}
        await self._library.delete(thread_id)
        self._forgot()

    async def forget_of(self, owner: str) -> None:
        """All threads of one person."""
        for thread_id in [thread_id for thread_id, whose in self._owner.items() if whose == owner]:
            with suppress(NotFound):  # somebody else was quicker
                await self.forget(thread_id)

    async def expire(self) -> None:
        """Forgets what nobody has looked at for ``KEPT_S``. Done by itself, every ``LOOK_S``."""
        for thread_id, seen in list(self._seen.items()):
            if self._clock() - seen >= KEPT_S:
                with suppress(NotFound):  # somebody else was quicker
                    await self.forget(thread_id)

    async def close(self) -> None:
        self._seen.clear()
        self._owner.clear()
        self._thread_of.clear()
        if self._expiring is not None:
            self._expiring.cancel()
            await asyncio.gather(self._expiring, return_exceptions=True)
        if self._library is not None:
            await self._library.close()

    async def _opened(self) -> Library:
        """Made when the first question comes: most servers never have one."""
        async with self._making:
            if self._library is None:
                database = in_memory()
                await asyncio.to_thread(migrate, database)
                self._library = Library(database)
                self._expiring = asyncio.create_task(self._expire(), name="pincite-temporary-threads")
            return self._library

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            with suppress(PinciteError):  # the next look may find it free
                await self.expire()


def refuse(what: str) -> Refused:
    """What is said to who wants to do with a temporary thread what would leave a trace."""
    return Refused(f"a temporary thread can't be {what}", hint="ask again in a thread that is kept")
