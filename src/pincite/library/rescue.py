"""What is wrong with this library, and what of it can be saved? Checks both databases; rescues an SQLite file.

A rescue reads what is still readable, row by row, into a new file, mends answers from their events and events from
their answers (each is the fold or the replay of the other), builds the search anew, takes accounts, keys, collections
and shares along as they are, and only then lets the new file take the place of the damaged one, which is kept.
"""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Table, insert, text
from sqlalchemy.exc import IntegrityError

from pincite.errors import BadSettings, Busy, Damaged
from pincite.events import fold, replay
from pincite.library import history
from pincite.library.database import connect
from pincite.library.migrate import migrate
from pincite.library.records import LOG, searchable, title
from pincite.library.rolls import people
from pincite.library.tables import answers, events, metadata, notes, runners, threads
from pincite.types import Answer, Question, Status


@dataclass(frozen=True)
class Rescued:
    """What a rescue saved, and how many answers it could not. ``damaged`` is where the old file is kept."""

    threads: int
    answers: int
    lost: int
    people: int
    damaged: Path


WAL_DMS_BYTE = 128
"""WAL_DMS of SQLite's ``os_unix.c``: the "deadman switch", locked by every connection in WAL mode."""
MADE_ANEW = {threads, answers, events, notes, runners}
"""Tables that are not copied as they are; what is noted for an answer and who makes it hold only while it is made."""


def problems(connection: Connection) -> list[str]:
    """What is wrong with an open library, in words; empty if it is sound. Reads all of it."""
    found: list[str] = []
    if connection.dialect.name == "sqlite":
        found += [str(line) for line in connection.execute(text("PRAGMA quick_check(20)")).scalars() if line != "ok"]
        broken = len(connection.execute(text("PRAGMA foreign_key_check")).all())
        found += [f"{broken} rows belong to nothing"] if broken else []
    gaps = text("SELECT count(*) FROM (SELECT answer FROM events GROUP BY answer HAVING count(*) <> max(seq)) AS gaps")
    count = connection.execute(gaps).scalar_one()
    found += [f"the logs of {count} answers have gaps"] if count else []
    for row in connection.execute(text("SELECT id, question, answer FROM answers")):
        try:
            Question.model_validate_json(row.question)
            if row.answer is not None:
                Answer.model_validate_json(row.answer)
        except ValidationError as error:
            found.append(f"answer {row.id!r} can't be read: {error.errors()[0]['msg']}")
    return found


def rescue(url: str) -> Rescued:
    """Save what can be saved of the SQLite library at ``url``.

    Raises ``Busy`` while another process has it open, ``Damaged`` if not even its list of tables can be read; nothing
    is changed then.
    """
    path = connect(url).path
    if path is None:
        raise BadSettings(f"{url} is no SQLite library", hint="PostgreSQL is restored from a backup of its own")
    if _in_use(path):
        hint = "stop pincite serve, and whatever else uses it, and try again"
        raise Busy(f"{path}: another process has it open, and would go on writing to the damaged file", hint=hint)
    fresh = path.with_name(f"{path.name}.rescued")
    for leftover in _files(fresh):
        leftover.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.row_factory = sqlite3.Row
        old.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            hint = f"put a backup in its place: {path.name}.before-… beside it, or your own"
            raise Damaged(f"{path}: nothing in it can be read ({error})", hint=hint) from None
        saved, kept, lost, known = _save(old, fresh)
    damaged = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for file, place in zip(_files(path), _files(damaged), strict=True):
        if file.exists():
            file.replace(place)
    fresh.replace(path)
    return Rescued(saved, kept, lost, known, damaged)


def _in_use(path: Path) -> bool:
    """Whether another process has it open: each holds a shared lock on one byte of the file that they share."""
    try:
        with path.with_name(f"{path.name}-shm").open("r+b") as shared:
            fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, WAL_DMS_BYTE)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _files(path: Path) -> list[Path]:
    return [path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]


def _save(old: sqlite3.Connection, fresh: Path) -> tuple[int, int, int, int]:
    database = connect(f"sqlite:///{fresh}")
    try:
        migrate(database)
        with database.write() as connection:
            known = {row["number"] for row in _copied(old, connection, threads)}
            kept = lost = 0
            for row in _rows(old, "answers"):
                mended = _mended(row, _log(old, row["number"]))
                if mended is None:
                    lost += 1
                    continue
                _keep(connection, row, mended, known)
                kept += 1
            as_they_are = [table for table in metadata.sorted_tables if table not in MADE_ANEW]
            copied = {table.name: _carried(old, connection, table) for table in as_they_are}
    finally:
        database.close()
    return len(known), kept, lost, copied[people.name]


def _carried(old: sqlite3.Connection, connection: Connection, table: Table) -> int:
    """Copies the rows of a table that hold in the new file too; how many."""
    count = 0
    for row in _rows(old, table.name):
        values = {name: row[name] for name in row.keys() if name in table.columns}  # noqa: SIM118 - a Row is no dict
        with contextlib.suppress(IntegrityError):  # what it belongs to could not be read
            connection.execute(insert(table).values(values))
            count += 1
    return count


def _rows(old: sqlite3.Connection, table: str) -> Iterator[sqlite3.Row]:
    """The rows that can be read, in the order of their numbers: one by one, so that a bad page costs only its own."""
    last = _last(old, table)
    for number in range(1, last + 1):
        with contextlib.suppress(sqlite3.DatabaseError):  # this row is lost; what is lost is counted by the caller
            row = old.execute(f"SELECT * FROM {table} WHERE rowid = ?", (number,)).fetchone()  # noqa: S608
            if row is not None:
                yield row


def _last(old: sqlite3.Connection, table: str) -> int:
    for statement in ("SELECT seq FROM sqlite_sequence WHERE name = :t", f"SELECT max(rowid) FROM {table}"):  # noqa: S608
        with contextlib.suppress(sqlite3.DatabaseError):
            found = old.execute(statement, {"t": table} if ":t" in statement else {}).fetchone()
            if found and found[0]:
                return int(found[0])
    return 0


def _copied(old: sqlite3.Connection, connection: Connection, table: Table) -> Iterator[sqlite3.Row]:
    for row in _rows(old, table.name):
        values = dict(row) | {name: datetime.fromisoformat(row[name]) for name in ("created", "updated")}
        connection.execute(insert(table).values(values))
        history.add(connection, row["number"], history.words(row["title"]))
        yield row


def _log(old: sqlite3.Connection, number: int) -> str:
    """The events of an answer as a JSON list, up to the first that can't be read."""
    payloads: list[str] = []
    with contextlib.suppress(sqlite3.DatabaseError):
        for row in old.execute("SELECT seq, payload FROM events WHERE answer = ? ORDER BY seq", (number,)):
            if row["seq"] != len(payloads) + 1:
                break
            payloads.append(row["payload"])
    return f"[{','.join(payloads)}]"


def _mended(row: sqlite3.Row, log: str) -> Answer | None:
    """The answer, from its own row or else from its log."""
    with contextlib.suppress(ValidationError):
        return Answer.model_validate_json(row["answer"] or "")
    with contextlib.suppress(ValidationError, ValueError):
        return fold(LOG.validate_json(log))
    with contextlib.suppress(ValidationError):
        return Answer(id=row["id"], question=Question.model_validate_json(row["question"]))
    return None


def _keep(connection: Connection, row: sqlite3.Row, answer: Answer, known: set[int]) -> None:
    values: dict[str, Any] = dict(row)
    question = answer.question
    if row["thread"] not in known:
        known.add(row["thread"])
        moment = datetime.now(UTC)
        thread = {"number": row["thread"], "id": question.thread_id, "title": title(question.text)}
        more = {"owner": question.asker.id, "visibility": "private", "created": moment, "updated": moment}
        connection.execute(insert(threads).values(**thread, **more, touched=row["number"]))
    running = answer.status is Status.RUNNING
    values |= {"question": question.model_dump_json(), "status": answer.status}
    values |= {"answer": None if running else answer.model_dump_json()}
    connection.execute(insert(answers).values(values))
    for seq, event in enumerate(replay(answer), 1):
        connection.execute(insert(events).values(answer=row["number"], seq=seq, payload=event.model_dump_json()))
    history.add(connection, row["thread"], searchable(answer))
