"""What was thrown away, and can it come back? A thread or one answer waits in the bin for 30 days, then it is gone.

What is in the bin is not there for anybody who lists, searches or reads: only this module sees it. An answer that is
emptied out leaves its bare row, without a word in it, for later versions of its turn keep its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from pincite.errors import NotFound
from pincite.library import records
from pincite.library.records import Transaction
from pincite.library.runners import now
from pincite.library.tables import answers, events, keys, threads
from pincite.types import Question

KEPT_DAYS = 30
KEPT_S = KEPT_DAYS * 86_400
EMPTIED = 0.0
"""The time in the bin of an answer that is only a bare row any more."""


@dataclass(frozen=True)
class Binned:
    """Something in the bin: a thread, or one answer of a thread that is not. ``id`` is what brings it back."""

    kind: Literal["thread", "answer"]
    id: str
    thread_id: str
    title: str
    """The thread's title, or the answer's question in one line."""
    since: datetime

    @property
    def days_left(self) -> int:
        """Whole days until it is gone, at least 0."""
        return max(0, KEPT_DAYS - (datetime.now(UTC) - self.since).days)


def put_thread(transaction: Transaction, thread_id: str) -> None:
    """Raises ``NotFound`` also for one that is in the bin already."""
    found = transaction.connection.execute(
        update(threads)
        .where(threads.c.id == thread_id, threads.c.binned.is_(None))
        .values(binned=now(transaction.connection))
        .returning(threads.c.number)
    ).scalar()
    if found is None:
        raise records.no_thread(thread_id)


def put_answer(transaction: Transaction, answer_id: str) -> Binned:
    """What is in the bin now: the last answer of a thread takes its thread along. Raises ``NotFound``."""
    state = records.state_of(transaction.connection, answer_id)
    if state is None or state.gone:
        raise records.no_answer(answer_id)
    others = select(func.count()).where(
        answers.c.thread == state.thread, answers.c.binned.is_(None), answers.c.id != answer_id
    )
    alone = transaction.connection.execute(others).scalar_one() == 0
    table, number = (threads, state.thread) if alone else (answers, state.number)
    transaction.connection.execute(
        update(table).where(table.c.number == number).values(binned=now(transaction.connection))
    )
    if alone:
        return _threads(transaction.connection, threads.c.number == number)[0]
    transaction.flush()
    records.index(transaction.connection, state.thread)
    return _answers(transaction.connection, answers.c.number == number)[0]


def restore_thread(transaction: Transaction, thread_id: str) -> None:
    """Raises ``NotFound`` for one that is not in the bin, or not any more."""
    found = transaction.connection.execute(
        update(threads)
        .where(threads.c.id == thread_id, threads.c.binned.is_not(None))
        .values(binned=None)
        .returning(threads.c.number)
    ).scalar()
    if found is None:
        raise _not_here("thread", thread_id)


def restore_answer(transaction: Transaction, answer_id: str) -> None:
    """Raises ``NotFound`` for one that is not in the bin, or not any more."""
    thread = transaction.connection.execute(
        update(answers)
        .where(answers.c.id == answer_id, answers.c.binned > EMPTIED)
        .values(binned=None)
        .returning(answers.c.thread)
    ).scalar()
    if thread is None:
        raise _not_here("answer", answer_id)
    records.index(transaction.connection, thread)


def empty(transaction: Transaction, older_s: float = KEPT_S, owner: str | None = None) -> list[str]:
    """Forget what has been in the bin, one person's or all, for longer; the ids of the answers gone with it."""
    connection = transaction.connection
    until = now(connection) - older_s
    old = connection.execute(select(threads.c.id).where(threads.c.binned <= until, *_of(owner))).scalars().all()
    gone = [answer_id for thread_id in old for answer_id in records.forget(transaction, thread_id)]
    thrown = (
        select(answers.c.number, answers.c.id, answers.c.question)
        .join(threads, threads.c.number == answers.c.thread)
        .where(answers.c.binned > EMPTIED, answers.c.binned <= until, *_of(owner))
    )
    for row in connection.execute(thrown).all():
        question = Question.model_validate_json(row.question)
        bare = Question(id=question.id, thread_id=question.thread_id, text="", replaces=question.replaces)
        connection.execute(delete(events).where(events.c.answer == row.number))
        connection.execute(delete(keys).where(keys.c.answer == row.number))
        kept = {"question": bare.model_dump_json(), "answer": None, "binned": EMPTIED}
        connection.execute(update(answers).where(answers.c.number == row.number).values(**kept))
        gone.append(row.id)
    return gone


def content(connection: Connection, owner: str | None = None) -> list[Binned]:
    """What is in the bin, in one person's threads or in all, the latest first."""
    found = _threads(connection, *_of(owner)) + _answers(connection, *_of(owner))
    return sorted(found, key=lambda one: one.since, reverse=True)


def _of(owner: str | None) -> list[ColumnElement[bool]]:
    return [] if owner is None else [threads.c.owner == owner]


def _threads(connection: Connection, *where: ColumnElement[bool]) -> list[Binned]:
    rows = connection.execute(select(threads).where(threads.c.binned.is_not(None), *where)).all()
    return [Binned("thread", row.id, row.id, row.title, datetime.fromtimestamp(row.binned, UTC)) for row in rows]


def _answers(connection: Connection, *where: ColumnElement[bool]) -> list[Binned]:
    """Those of threads that are not in the bin themselves."""
    rows = connection.execute(
        select(answers.c.id, answers.c.question, answers.c.binned, threads.c.id.label("thread_id"))
        .join(threads, threads.c.number == answers.c.thread)
        .where(answers.c.binned > EMPTIED, threads.c.binned.is_(None), *where)
    ).all()
    return [
        Binned("answer", row.id, row.thread_id, _line(row.question), datetime.fromtimestamp(row.binned, UTC))
        for row in rows
    ]


def _line(question: str) -> str:
    return records.title(Question.model_validate_json(question).text)


def _not_here(kind: str, name: str) -> NotFound:
    return NotFound(f"there is no {kind} {name!r} in the bin", hint=f"what is there is kept for {KEPT_DAYS} days: /bin")
