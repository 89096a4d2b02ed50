"""What was found and said for an answer that is being made? Notes by key, gone when the answer is finished.

They are no events: nobody is told them. Whoever goes on with a killed answer reads what was paid for already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Connection, Executable, exists, insert, literal, select

from pincite.errors import Busy
from pincite.library.tables import answers, notes
from pincite.types import Status

log = structlog.get_logger()

NOW = "answer now"
"""The note that whoever asked wants the answer now."""
ELSEWHERE = "history elsewhere"
"""The note of an answer whose thread is kept by whoever asked: nobody here could go on with it."""


class Notes:
    """The notes of a library; ``read`` and ``write`` are its ways into the database."""

    def __init__(self, read: Callable[..., Awaitable[Any]], write: Callable[..., asyncio.Future[Any]]) -> None:
        self._read = read
        self._write = write

    def keep(self, answer_id: str, key: str, value: str) -> asyncio.Future[None]:
        """Keep one before whatever is appended from now on. The first value of a key stays.

        Nothing is kept of an answer that is finished, or deleted. Raises ``Busy`` at once if the library is closed.
        """
        there = exists().where(notes.c.answer == answers.c.number, notes.c.key == key)
        running = select(answers.c.number, literal(key), literal(value)).where(
            answers.c.id == answer_id, answers.c.status == Status.RUNNING, ~there
        )
        kept = insert(notes).from_select(["answer", "key", "value"], running)
        return self._write(lambda transaction: _do(transaction.connection, kept), durable=False)

    def keeping(self, answer_id: str) -> Callable[[str, str], None]:
        """As ``keep``, for who does not wait: what can't be kept costs a search, and only if the process is killed."""

        def lost(kept: asyncio.Future[None]) -> None:
            if not kept.cancelled() and (error := kept.exception()) is not None:
                log.warning("note_not_kept", answer_id=answer_id, detail=str(error))

        def keep(key: str, value: str) -> None:
            with suppress(Busy):  # the library is closed, and its answers with it
                self.keep(answer_id, key, value).add_done_callback(lost)

        return keep

    async def of(self, answer_id: str) -> dict[str, str]:
        """Those of an answer, by key; none of one that is finished."""
        found: dict[str, str] = await self._read(lambda connection: kept(connection, answer_id))
        return found


def _do(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)


def holds(connection: Connection, answer_id: str, key: str) -> bool:
    """Whether an answer has a note of that key."""
    there = select(notes.c.key).join(answers, answers.c.number == notes.c.answer)
    return connection.execute(there.where(answers.c.id == answer_id, notes.c.key == key)).first() is not None


def kept(connection: Connection, answer_id: str) -> dict[str, str]:
    """All notes of an answer, by key."""
    rows = connection.execute(
        select(notes.c.key, notes.c.value)
        .join(answers, answers.c.number == notes.c.answer)
        .where(answers.c.id == answer_id)
    )
    return {row.key: row.value for row in rows}
