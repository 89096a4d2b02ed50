"""What was found and said for an answer that is being made? Notes by key, gone when the answer is finished.

They are no events: nobody is told them. Whoever goes on with a killed answer reads what was paid for already.
"""

from __future__ import annotations

from sqlalchemy import Connection, exists, insert, literal, select

from pincite.library.tables import answers, notes
from pincite.types import Status

ELSEWHERE = "history elsewhere"
"""The note of an answer whose thread is kept by whoever asked: nobody here could go on with it."""


def keep(connection: Connection, answer_id: str, key: str, value: str) -> None:
    """The first value of a key stays. Nothing is kept of an answer that is finished, or deleted."""
    there = exists().where(notes.c.answer == answers.c.number, notes.c.key == key)
    running = select(answers.c.number, literal(key), literal(value)).where(
        answers.c.id == answer_id, answers.c.status == Status.RUNNING, ~there
    )
    connection.execute(insert(notes).from_select(["answer", "key", "value"], running))


def kept(connection: Connection, answer_id: str) -> dict[str, str]:
    """All notes of an answer, by key."""
    rows = connection.execute(
        select(notes.c.key, notes.c.value)
        .join(answers, answers.c.number == notes.c.answer)
        .where(answers.c.id == answer_id)
    )
    return {row.key: row.value for row in rows}
