"""What is kept of this thread, this answer, this event log? Every question that is asked of the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, func, select

from pincite.errors import Damaged
from pincite.events import EVENT, Stamped, fold
from pincite.library import history
from pincite.library.records import Standing, log, no_answer, no_thread, standing
from pincite.library.tables import answers, events, threads
from pincite.types import Answer, Question, Thread

PAGE = 500
"""Events that a viewer reads at once."""


def page(connection: Connection, answer_id: str, after: int, limit: int = PAGE) -> tuple[Standing, list[Stamped]]:
    """How the answer stands, and at most ``limit`` of its events after ``after``, in one snapshot."""
    found = standing(connection, answer_id)
    if found is None:
        raise no_answer(answer_id)
    if found.seq <= after:
        return found, []
    rows = connection.execute(
        select(events.c.seq, events.c.payload)
        .where(events.c.answer == found.number, events.c.seq > after)
        .order_by(events.c.seq)
        .limit(limit)
    )
    try:
        return found, [Stamped(seq=row.seq, event=EVENT.validate_json(row.payload)) for row in rows]
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise Damaged(f"the log of answer {answer_id!r} can't be read: {why}", hint="run pincite doctor") from None


def answer(connection: Connection, answer_id: str) -> Answer:
    row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
    if row is None:
        raise no_answer(answer_id)
    return _answer(connection, row)


def _answer(connection: Connection, row: Row[Any]) -> Answer:
    if row.answer is not None:
        try:
            return Answer.model_validate_json(row.answer)
        except ValidationError:  # damaged: the log says the same
            return fold(log(connection, row.number))
    so_far = log(connection, row.number)
    return fold(so_far) if so_far else Answer(id=row.id, question=Question.model_validate_json(row.question))


def answers_of(connection: Connection, thread_id: str) -> list[Answer]:
    number = connection.execute(select(threads.c.number).where(threads.c.id == thread_id)).scalar()
    if number is None:
        raise no_thread(thread_id)
    rows = connection.execute(select(answers).where(answers.c.thread == number).order_by(answers.c.position)).all()
    return [_answer(connection, row) for row in rows]


def _threads() -> Select[Any]:
    count = select(func.count()).where(answers.c.thread == threads.c.number).scalar_subquery().label("answers")
    return select(threads, count)


def thread(connection: Connection, thread_id: str) -> Thread:
    row = connection.execute(_threads().where(threads.c.id == thread_id)).one_or_none()
    if row is None:
        raise no_thread(thread_id)
    return _thread(row)


def threads_like(connection: Connection, search: str, limit: int, offset: int) -> list[Thread]:
    """Newest first. A blank search finds all; one of punctuation alone finds none."""
    wanted = _threads()
    if search.strip():
        condition = history.found(connection, search)
        if condition is None:
            return []
        wanted = wanted.where(condition)
    ordered = wanted.order_by(threads.c.touched.desc(), threads.c.number.desc()).limit(limit).offset(offset)
    return [_thread(row) for row in connection.execute(ordered)]


def _thread(row: Row[Any]) -> Thread:
    return Thread(
        id=row.id,
        title=row.title,
        owner=row.owner,
        collection=row.collection,
        visibility=row.visibility,
        created=_utc(row.created),
        updated=_utc(row.updated),
        answers=row.answers,
    )


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; what is written is always UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
