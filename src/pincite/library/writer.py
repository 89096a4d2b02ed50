"""How do hundreds of answers write at once? One thread, one connection, many acts a transaction.

Acts queue up while the last transaction commits, and the next one takes them all (group commit), so that the cost of
a commit is shared. A writer of few answers commits at once; with many it starts a transaction at most every
``WINDOW_S``, or commits would eat the CPU that the answers need. An act's future resolves only
after the commit. If an act fails, its transaction is rolled back and each of its acts is tried alone, so that one
answer's mistake is never another's.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pincite.errors import Conflict
from pincite.library.database import Database
from pincite.library.records import Desk, Head

WINDOW_S = 0.005
WINDOW_PER_ANSWER_S = 0.0001
MOST_ACTS = 1000
RETRIES = 2

T = TypeVar("T")


@dataclass(frozen=True)
class _Act:
    work: Callable[[Desk], Any]
    durable: bool
    then: Callable[[Any], None] | None
    future: asyncio.Future[Any]

    def tell(self, outcome: Any) -> None:
        """In the event loop, after the commit."""
        if not isinstance(outcome, BaseException) and self.then is not None:
            self.then(outcome)
        if self.future.done():  # the caller has gone; what was written stays written
            return
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Writer:
    """The one thread that writes. Make it in the event loop that will wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._acts: queue.SimpleQueue[_Act | None] = queue.SimpleQueue()
        self._known: dict[str, Head] = {}
        self._thread = threading.Thread(target=self._run, name="pincite-library-writer", daemon=True)
        self._thread.start()

    def submit(
        self, work: Callable[[Desk], T], *, durable: bool = True, then: Callable[[T], None] | None = None
    ) -> asyncio.Future[T]:
        """Do ``work`` in a transaction. Once it is committed, ``then`` is called in the loop and the future resolves.

        Acts are done in the order in which they were submitted. ``work`` may be done again after a failure of others.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._acts.put(_Act(work, durable, then, future))
        return future

    async def close(self) -> None:
        """Write what is queued, then end the thread."""
        self._acts.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        last = 0.0
        while (act := self._acts.get()) is not None:
            time.sleep(max(0.0, last + self._window_s() - time.monotonic()))
            last = time.monotonic()
            acts, ended = self._gather(act)
            outcomes = self._commit(acts)
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(_tell, outcomes)
            if ended:
                return

    def _window_s(self) -> float:
        return min(WINDOW_S, WINDOW_PER_ANSWER_S * (len(self._known) - 1))

    def _gather(self, first: _Act) -> tuple[list[_Act], bool]:
        """All that is queued by now, and whether the end is."""
        acts = [first]
        while len(acts) < MOST_ACTS:
            try:
                act = self._acts.get_nowait()
            except queue.Empty:
                break
            if act is None:
                return acts, True
            acts.append(act)
        return acts, False

    def _commit(self, acts: list[_Act]) -> list[tuple[_Act, Any]]:
        try:
            return list(zip(acts, self._attempt(acts), strict=True))
        except Exception as error:  # whatever it is belongs to the futures
            if len(acts) == 1 or isinstance(error.__cause__, SQLAlchemyError):
                return [(act, error) for act in acts]  # alone, or the database itself failed: no use in more attempts
        return [(act, self._alone(act)) for act in acts]

    def _alone(self, act: _Act) -> Any:
        for _ in range(RETRIES):
            try:
                return self._attempt([act])[0]
            except IntegrityError as error:  # another process was quicker: look again
                refused = error
            except Exception as error:
                return error
        return Conflict(f"another process writes the same: {refused.orig}", hint="try again")

    def _attempt(self, acts: list[_Act]) -> list[Any]:
        durable = any(act.durable for act in acts)
        try:
            with self._database.write(durable=durable) as connection:
                desk = Desk(connection, self._known)
                results = [act.work(desk) for act in acts]
                desk.flush()
        except Exception:
            self._known = {}  # whatever was believed is read again
            raise
        for answer_id, head in desk.heads.items():
            if head is None:
                self._known.pop(answer_id, None)
            else:
                self._known[answer_id] = head
        return results


def _tell(outcomes: list[tuple[_Act, Any]]) -> None:
    for act, outcome in outcomes:
        act.tell(outcome)
