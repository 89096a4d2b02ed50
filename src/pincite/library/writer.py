"""How do hundreds of answers write at once? One thread, one connection, many acts a transaction.

Acts queue up while the last transaction commits, and the next one takes them all (group commit), so that the cost of
a commit is shared. A writer of few answers commits at once. With many, text waits up to ``WINDOW_S``: this is the one
beat of all answers, and wakes who writes an answer and who follows it once a beat, not once a word. What is to be
durable waits ``SOON_S`` at the most. An act's future resolves only after the commit. If an act fails, its transaction
is rolled back and each of its acts is tried alone, so that one answer's mistake is never another's. A PostgreSQL that
goes away and comes back is waited for, and asked first whether the commit that it did not answer was made: nothing is
lost and nothing is written twice.
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

from pincite.errors import Busy, Conflict, PinciteError
from pincite.library.database import Database
from pincite.library.records import Head, Transaction, state_of
from pincite.types import Status

WINDOW_S = 0.04
WINDOW_PER_ANSWER_S = 0.0004
"""How far apart commits are at the most, and how much each running answer adds to that: 100 fill it."""
SOON_S = 0.005
"""The same for what somebody waits for: a question, an end, a deletion."""
MOST_ACTS = 1000
RETRIES = 2
PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0)
"""Between attempts to reach PostgreSQL again; 8 s are enough for a restart."""

T = TypeVar("T")


@dataclass(slots=True)
class _Act:
    work: Callable[[Transaction], Any]
    durable: bool
    then: Callable[[Any], None] | None
    future: asyncio.Future[Any]

    def tell(self, outcome: Any) -> None:
        """In the event loop, after the commit. A ``then`` that fails costs its own caller, and nobody behind it."""
        if not isinstance(outcome, BaseException) and self.then is not None:
            try:
                self.then(outcome)
            except Exception as error:
                outcome = error
        if self.future.done():  # the caller has gone; what was written stays written
            return
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Writer:
    """The one thread that writes. Make it in the event loop that will wait for it."""

    def __init__(self, database: Database, runner: str) -> None:
        self._database = database
        self._runner = runner
        self._loop = asyncio.get_running_loop()
        self._acts: queue.SimpleQueue[_Act | None] = queue.SimpleQueue()
        self._soon = threading.Event()
        self._known: dict[str, Head] = {}
        self._thread = threading.Thread(target=self._run, name="pincite-library-writer", daemon=True)
        self._thread.start()

    def submit(
        self, work: Callable[[Transaction], T], *, durable: bool = True, then: Callable[[T], None] | None = None
    ) -> asyncio.Future[T]:
        """Do ``work`` in a transaction. Once it is committed, ``then`` is called in the loop and the future resolves.

        Acts are done in the order in which they were submitted. ``work`` may be done again after a failure of others.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._acts.put(_Act(work, durable, then, future))
        if durable:
            self._soon.set()
        return future

    async def close(self) -> None:
        """Write what is queued, then end the thread."""
        self._acts.put(None)
        self._soon.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        last = 0.0
        while (act := self._acts.get()) is not None:
            self._wait(last)
            last = time.monotonic()
            self._soon.clear()  # before gathering: whoever sets it from now on may have come too late
            acts, ended = self._gather(act)
            outcomes = self._commit(acts)
            if self._loop.is_closed():
                return
            self._loop.call_soon_threadsafe(_tell, outcomes)
            if ended:
                return

    def _wait(self, last: float) -> None:
        """Until the next beat: ``last`` is when the one before began."""
        window_s = min(WINDOW_S, WINDOW_PER_ANSWER_S * (len(self._known) - 1))
        early_s = last + window_s - time.monotonic()
        if early_s > 0 and self._soon.wait(early_s):
            early_s = last + min(SOON_S, window_s) - time.monotonic()
            if early_s > 0:  # sleep(0) is not free: it hands the interpreter to others
                time.sleep(early_s)

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
            if isinstance(error, PinciteError) and isinstance(error.__cause__, SQLAlchemyError):
                return [(act, error) for act in acts]  # the database itself failed: no use in an attempt for each
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
        """The acts' results, committed. A lost connection to PostgreSQL is waited for."""
        trial: _Trial | None = None
        for pause_s in (*PAUSES_S, None):
            try:
                if trial is None or not trial.took_hold(self._database):
                    trial = _Trial()
                    trial.run(self._database, self._known, self._runner, acts)
                return self._believe(trial)
            except Busy:
                self._known = {}
                if self._database.is_sqlite or pause_s is None:  # SQLite has waited for its lock already
                    raise
                time.sleep(pause_s)
            except Exception:
                self._known = {}  # whatever was believed is read again
                raise
        raise AssertionError("the last pause is None")

    def _believe(self, trial: _Trial) -> list[Any]:
        for answer_id, head in trial.heads.items():
            if head is None:
                self._known.pop(answer_id, None)
            else:
                self._known[answer_id] = head
        return trial.results


class _Trial:
    """One transaction, and what it will have changed if it is committed."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.heads: dict[str, Head | None] = {}
        self._complete = False

    def run(self, database: Database, known: dict[str, Head], runner: str, acts: list[_Act]) -> None:
        durable = any(act.durable for act in acts)
        with database.write(durable=durable) as connection:
            transaction = Transaction(connection, known, runner)
            self.results = [act.work(transaction) for act in acts]
            transaction.flush()
            self.heads, self._complete = transaction.heads, True

    def took_hold(self, database: Database) -> bool:
        """Was it committed after all? The connection may have been lost between the commit and its acknowledgement.

        One answer tells for all: a transaction is whole or not at all, and no other process writes this one's answers.
        """
        if not self._complete or not self.heads:
            return False
        answer_id, head = next(iter(self.heads.items()))
        with database.read() as connection:
            kept = state_of(connection, answer_id)
        if head is None:
            return kept is None or kept.status is not Status.RUNNING
        return kept is not None and kept.seq >= head.seq


def _tell(outcomes: list[tuple[_Act, Any]]) -> None:
    for act, outcome in outcomes:
        act.tell(outcome)
