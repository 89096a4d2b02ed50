"""Does a killed migration leave the old library or the new one, never something between? Kill -9 at every statement.

    python -m tests.campaigns.kill_migration --rounds 200 [--seed 1] [--url postgresql://…]

Each round makes a library of an old version with threads and answers in it, forks a process that migrates it, and
kills that process before its n-th statement or commit, or (SQLite, every fourth round) at a random moment, which also
hits the backup. What is found must be the old schema or the new one, with the same rows; migrating again must succeed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Table, event, insert, inspect, select, text
from tests.campaigns.given import run

from pincite.events import Finished, Sourced, Started, Wrote, fold
from pincite.library import reads
from pincite.library.database import Database, connect
from pincite.library.migrate import migrate, version
from pincite.library.tables import answers, events, keys, metadata, threads
from pincite.types import Document, Passage, Question, Source, Status

OLD = (None, "0001")
DATA: tuple[Table, ...] = (threads, answers, events, keys)
SINCE = {"binned", "asked"}
"""Columns that version 0001 did not have."""


def fill(database: Database, seed: int) -> None:
    """Threads with answers as version 0001 kept them."""
    dice = random.Random(seed)
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    passage_text = "Whales are mammals."
    document = Document(id="d1", url="https://example.org/1", title="Cetacea 鯨")
    passage = Passage(id="p1", document=document, text=passage_text, start=0, end=len(passage_text))
    with database.write() as connection:
        number = 0
        for thread in range(1, dice.randrange(2, 5)):
            row = {"number": thread, "id": f"t{thread}", "title": f"Thread number{thread}", "owner": "me"}
            more = {"visibility": "private", "created": moment, "updated": moment, "touched": thread}
            connection.execute(insert(threads).values(**row, **more))
            for position in range(1, dice.randrange(2, 5)):
                number += 1
                question = Question(text=f"What is question{number}?", thread_id=f"t{thread}")
                log = [
                    Started(answer_id=f"a{number}", question=question),
                    Sourced(sources=(Source(number=1, document=document, passages=(passage,)),)),
                    Wrote(text=f"Answer{number} text."),
                    Finished(status=Status.ANSWERED),
                ]
                row = {"number": number, "id": f"a{number}", "thread": thread, "position": position, "runner": "r"}
                kept = fold(log).model_dump_json()
                more = {"status": "answered", "question": question.model_dump_json(), "answer": kept}
                connection.execute(insert(answers).values(**row, **more))
                for seq, each in enumerate(log, 1):
                    payload = each.model_dump_json()
                    connection.execute(insert(events).values(answer=number, seq=seq, payload=payload))
                connection.execute(insert(keys).values(key=f"k{number}", body_hash="h", answer=number, created=1.0))


def shape(database: Database) -> Any:
    """Everything that the schema says, and the version."""
    with database.read() as connection:
        if database.is_sqlite:
            rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")).all()
            found: Any = [tuple(row) for row in rows]
        else:
            looks = inspect(connection)
            names = sorted(looks.get_table_names())
            found = [
                (name, str(looks.get_columns(name)), str(looks.get_indexes(name)), str(looks.get_foreign_keys(name)))
                for name in names
            ]
        return version(connection), found


def rows(database: Database, old: str | None) -> list[Any]:
    if old is None:
        return []
    with database.read() as connection:
        old_columns = [[column for column in table.c if column.name not in SINCE] for table in DATA]
        return [
            connection.execute(select(*columns).order_by(*table.primary_key)).all()
            for table, columns in zip(DATA, old_columns, strict=True)
        ]


def empty(database: Database) -> None:
    """Leave nothing of an earlier round."""
    if database.path is not None:
        for path in database.path.parent.glob(f"{database.path.name}*"):
            path.unlink()
        return
    with database.write() as connection:
        connection.execute(text("DROP TABLE IF EXISTS history, alembic_version"))
        metadata.drop_all(connection)


def made(url: str, old: str | None, seed: int) -> Database:
    database = connect(url)
    empty(database)
    if old is not None:
        migrate(database, old)
        fill(database, seed)
    return database


def migrate_until(url: str, at: int | None) -> None:
    """The process that will die before its ``at``-th statement or commit."""
    count = 0

    def step(*_: object, **__: object) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    database = connect(url)
    migrate(database)
    database.close()


def kill_one(url: str, at: int | None, after_s: float) -> bool:
    """Whether the process was killed before it was done."""
    pid = os.fork()
    if pid == 0:
        done = 70
        try:
            migrate_until(url, at)
            done = 0
        finally:
            os._exit(done)
    if at is None:
        time.sleep(after_s)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"the migration failed by itself: {status}")
    return os.WIFSIGNALED(status)


FAULTS = ("between", "rows_changed", "not_migrated", "not_found", "backup_wrong")


def judge(url: str, old: str | None, before: Any, kept: list[Any], new: Any) -> Counter[str]:
    """What the kill left, and what migrating again makes of it."""
    found: Counter[str] = Counter()
    database = connect(url)
    try:
        left = shape(database)
        found["left_old"], found["left_new"] = left == before, left == new
        found["between"] += left not in (before, new)
        found["rows_changed"] += rows(database, old) != kept
        migrate(database)
        found["not_migrated"] += shape(database) != new
        found["rows_changed"] += rows(database, old) != kept
        if old is not None:
            with database.read() as connection:
                hits = [
                    reads.threads_like(connection, reads.Sought(word), 50, 0)
                    for word in ("question1", "answer1", "鯨", "number1")
                ]
            found["not_found"] += not all(hits)
        found["backup_wrong"] += old is not None and not _backed_up(database, old, kept)
    finally:
        database.close()
    return found


def _backed_up(database: Database, old: str, kept: list[Any]) -> bool:
    if database.path is None:
        return True
    backup = connect(f"sqlite:///{database.path}.before-{old}")
    try:
        return rows(backup, old) == kept and shape(backup)[0] == old
    finally:
        backup.close()


def campaign(url: str, rounds: int, seed: int) -> Counter[str]:
    """The sum over all rounds; a fault is a bug. Call it where no thread runs: it forks."""
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0), rounds=rounds)
    new = _shape_of_today(url)
    at, turn = 1, 0
    for nth in range(rounds):
        old = OLD[turn % len(OLD)]
        database = made(url, old, seed + nth)
        before, kept, timed = shape(database), rows(database, old), database.is_sqlite and nth % 4 == 3
        database.close()
        killed = kill_one(url, None if timed else at, random.Random(seed + nth).uniform(0, 0.08))
        total["killed"] += killed
        total["killed_at_a_statement"] += killed and not timed
        if not timed:
            at, turn = (at + 1, turn) if killed else (1, turn + 1)  # past the last statement: the next old version
        found = judge(url, old, before, kept, new)
        total.update(found)
        if any(found[fault] for fault in FAULTS):
            print(f"round {nth}, from {old}, statement {at}, seed {seed + nth}: {dict(found)}", file=sys.stderr)
    return total


def _shape_of_today(url: str) -> Any:
    database = made(url, None, 0)
    migrate(database)
    try:
        return shape(database)
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(run(__doc__, campaign, FAULTS))
