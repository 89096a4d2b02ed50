"""Is an event kept before anyone is told? The durable log of every answer, its one writer, and those who wait for more.

Nothing is told before it is kept: ``append`` returns, and viewers wake, only after the commit. Several processes may
share one log; each sees the answers that the others write, by asking it, and closes or takes over those of a dead one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import takewhile
from typing import Self, TypeVar

import structlog
from sqlalchemy import Connection

from pincite.errors import Busy, Conflict, Damaged, DiskFull, NotFound, PinciteError, Refused
from pincite.events import Event, Finished, Stamped
from pincite.library import accounts, binning, reads, records, recovery
from pincite.library.database import READERS, Database, connect
from pincite.library.migrate import migrate
from pincite.library.records import State, Transaction
from pincite.library.recovery import Recovered, Taken
from pincite.library.runners import BEAT_S, Runner
from pincite.library.tail import Tail
from pincite.library.writer import Writer
from pincite.types import Question, Status

T = TypeVar("T")
log = structlog.get_logger()

POLL_S = 0.5
"""How often the log of an answer that another process writes is looked at."""
STUCK_S = 60.0
"""After this long, an answer whose events could not be written is given up by its writer, and closed here."""

TIDY_S = 3600.0
"""How often the bin is looked at for what has been in it for too long."""


class Log:
    """Open with ``await Log.open(url)``, then close; an async context manager too. Belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runner = Runner()
        self._writer = Writer(database, self._runner.id)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="pincite-library-reader")
        self._tails: dict[str, Tail] = {}
        self._stuck: dict[str, float] = {}
        self._heard: dict[str, int] = {}
        self._watches = False
        self._resume: Callable[[Taken], None] | None = None
        self._tidied = float("-inf")
        self._closed = False
        self.forgot = asyncio.Event()
        """Set whenever something was forgotten for good; whoever cleans up behind it clears it."""
        self._beating = asyncio.create_task(self._beat(), name="pincite-library-beat")

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the library at a SQLAlchemy URL and bring it to today's version.

        Raises ``Damaged``, ``Refused``, ``Busy``, ``DiskFull``, ``BadSettings`` or ``MissingExtra``.
        """
        database = await asyncio.to_thread(connect, url)
        try:
            await asyncio.to_thread(migrate, database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Write what is queued and let go, once. Answers that still run may then be closed by ``recover``."""
        if self._closed:
            return
        self._closed = True
        self._beating.cancel()
        await asyncio.gather(self._beating, return_exceptions=True)
        for tail in self._tails.values():
            tail.end()
        try:
            await self._writer.submit(lambda transaction: self._runner.leave(transaction.connection), durable=False)
        finally:
            await self._writer.close()
            await asyncio.to_thread(self._readers.shutdown)
            self._database.close()

    # ── writing ──

    def _write(
        self, work: Callable[[Transaction], T], *, durable: bool = True, then: Callable[[T], None] | None = None
    ) -> asyncio.Future[T]:
        self._check_open()
        return self._writer.submit(work, durable=durable, then=then)

    def _check_open(self) -> None:
        if self._closed:
            raise Busy("the library is closed: pincite is stopping", hint="try again when it has started")

    async def begin(
        self,
        question: Question,
        answer_id: str,
        *,
        key: str | None = None,
        body_hash: str = "",
        limits: Mapping[str, int] | None = None,
    ) -> str:
        """Keep a question for good; returns its answer's id. A known ``key`` returns the answer that it made before.

        A question that is kept counts as one of each of ``limits``, by asker and day. Raises ``Spent`` where there are
        as many already, and ``Conflict`` if the key came with another ``body_hash``; nothing is kept or counted then.
        A key is kept for 48 hours.
        """

        def work(transaction: Transaction) -> str:
            kept = records.begin(transaction, self._runner, question, answer_id, key, body_hash)
            if limits and kept == answer_id:
                accounts.spend(transaction.connection, question.asker.id, limits)
            return kept

        return await self._write(work, then=lambda kept: self._begun(answer_id, kept))

    async def spend(self, person: str, limits: Mapping[str, int]) -> None:
        """Counts a question that is kept elsewhere, as ``begin`` does. Raises ``Spent``."""
        await self._write(lambda transaction: accounts.spend(transaction.connection, person, limits))

    def _begun(self, answer_id: str, kept: str) -> None:
        if kept == answer_id:
            self._tails.setdefault(answer_id, Tail())

    async def append(self, answer_id: str, events: Sequence[Event]) -> list[Stamped]:
        """Put events at the end of an answer's log. Returns them with their numbers once they are kept.

        What is added to ``events`` until the writer comes to them is kept with them, so that it need not wait for the
        next beat: as many as are returned are kept. A ``Finished`` that was not among them is not: it is durable.

        ``Finished`` closes the answer. Raises ``NotFound``, or ``Conflict`` if the answer is closed already. After a
        ``DiskFull``, ``Busy``, ``Damaged`` or ``Refused`` nothing was kept and the caller may try again; an answer for
        which nobody does within ``STUCK_S`` is closed as interrupted when the database can be written again.
        """
        if not events:
            return []
        ends = any(isinstance(event, Finished) for event in events)

        def work(transaction: Transaction) -> list[Stamped]:
            come = events if ends else takewhile(lambda event: not isinstance(event, Finished), events)
            return records.append(transaction, answer_id, list(come))

        try:
            stamped = await self._write(work, durable=ends, then=lambda stamped: self._appended(answer_id, stamped))
        except (Busy, Damaged, DiskFull, Refused):
            self._stuck[answer_id] = time.monotonic()
            raise
        self._stuck.pop(answer_id, None)
        return stamped

    def _appended(self, answer_id: str, stamped: Sequence[Stamped]) -> None:
        tail = self._tails.get(answer_id)
        if tail is not None:
            tail.extend(stamped)
            if tail.ended:
                del self._tails[answer_id]

    def _forgotten(self, answer_ids: Sequence[str]) -> None:
        if answer_ids:
            self.forgot.set()
        for answer_id in answer_ids:
            tail = self._tails.pop(answer_id, None)
            if tail is not None:
                tail.end()

    async def recover(self, resume: Callable[[Taken], None] | None = None) -> list[str]:
        """Close the answers whose process is dead, now and from now on; returns the ids of those closed now.

        With ``resume`` this process goes on with those that can be gone on with, see ``recovery``: it is called with
        each, in the event loop, and whoever gets one appends to its log to the end.
        """
        self._watches, self._resume = True, resume or self._resume
        resuming = self._resume is not None
        found = await self._write(
            lambda transaction: recovery.recover(transaction, self._runner, resuming=resuming), then=self._take_over
        )
        return list(found.closed)

    def _take_over(self, found: Recovered) -> None:
        for taken in found.taken:
            self._tails[taken.answer_id] = Tail(taken.seq)
            if self._resume is not None:
                self._resume(taken)

    async def _free_stuck(self) -> None:
        for answer_id, since in list(self._stuck.items()):
            if time.monotonic() - since < STUCK_S:
                continue
            try:
                await self._interrupt(answer_id)
            except (Conflict, NotFound):  # closed or deleted meanwhile
                self._tails.pop(answer_id, Tail()).end()
            self._stuck.pop(answer_id, None)

    async def _doubt(self) -> None:
        """Answers that were silent since the last beat: has another process closed them?"""
        silent = {answer_id: tail for answer_id, tail in self._tails.items() if tail.seq == self._heard.get(answer_id)}
        self._heard = {answer_id: tail.seq for answer_id, tail in self._tails.items()}
        for answer_id, tail in silent.items():
            state = await self._read(partial(records.state_of, answer_id=answer_id))
            gone = state is None or state.seq > tail.seq or state.status is not Status.RUNNING
            if gone and self._tails.get(answer_id) is tail:
                del self._tails[answer_id]  # from now on the log is asked
                tail.end()

    async def _interrupt(self, answer_id: str) -> None:
        question = (await self._read(lambda c: reads.answer(c, answer_id))).question
        await self._write(
            lambda transaction: recovery.interrupt(transaction, answer_id, question),
            then=lambda stamped: self._appended(answer_id, stamped),
        )

    async def _tidy(self) -> None:
        if time.monotonic() - self._tidied >= TIDY_S:
            self._tidied = time.monotonic()
            await self._write(lambda transaction: binning.empty(transaction), then=self._forgotten)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                if self._tails:
                    await self._write(lambda transaction: self._runner.beat(transaction.connection), durable=False)
                if self._watches:
                    await self.recover()
                    await self._tidy()
                await self._free_stuck()
                await self._doubt()
            except PinciteError:  # a full disk, or no database: those who ask are told; the next beat may pass
                continue
            except Exception:  # whatever it is, it costs one beat: a runner that beats no more is taken for dead
                log.exception("beat_failed")

    # ── reading ──

    async def _read(self, read: Callable[[Connection], T]) -> T:
        self._check_open()

        def work() -> T:
            with self._database.read() as connection:
                return read(connection)

        return await asyncio.get_running_loop().run_in_executor(self._readers, work)

    async def _page(self, answer_id: str, after: int) -> tuple[State, list[Stamped]]:
        return await self._read(lambda c: reads.page(c, answer_id, after))

    async def tail(self, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        """The events after ``after``: those kept, then each as it is kept, without gap or double; ends after Finished.

        If ``after`` is beyond a finished log (its last tokens went with the power), ``Finished`` comes once more, so
        that nobody waits for ever. Raises ``NotFound``, and ``Busy`` when the library is closed under it.
        """
        while True:
            tail = self._tails.get(answer_id)
            ready = tail.after(after) if tail is not None and not tail.ended else None
            if ready is None:
                state, ready = await self._page(answer_id, after)
                if not ready and state.status is not Status.RUNNING:
                    if after > state.seq:
                        yield (await self.events(answer_id, state.seq - 1))[0]
                    return
            for stamped in ready:
                yield stamped
                after = stamped.seq
                if isinstance(stamped.event, Finished):
                    return
            if not ready:
                await self._more(tail, after)

    async def _more(self, tail: Tail | None, after: int) -> None:
        """Wait until there may be more events."""
        if tail is None or tail.ended or tail.seq < after:
            await asyncio.sleep(POLL_S)
        else:
            await tail.changed()

    async def events(self, answer_id: str, after: int = 0) -> list[Stamped]:
        """What is kept of the log after ``after``. Raises ``NotFound``."""
        found: list[Stamped] = []
        while True:
            at = found[-1].seq if found else after
            _, more = await self._page(answer_id, at)
            found += more
            if len(more) < reads.PAGE:
                return found
