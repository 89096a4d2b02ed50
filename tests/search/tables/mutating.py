"""What if hostile SQL is none that anybody thought of? Statements cut up and put together anew, by a seed.

What the guard lets through is run in SQLite beside an authorizer that refuses nothing and notes what is touched.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

from tests.search.tables.corpus import ROWS, SCHEMA, VISIBLE, hostile
from tests.search.tables.gold import honest

from pincite.errors import BadQuery
from pincite.search.tables.guard import guard

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\w+|\s+|.", re.DOTALL)
_HONEST = 6
"""How many times as often an honest statement is taken: of hostile ones alone hardly any is let through."""
_STEP_S = 0.02
_READ, _SELECT, _FUNCTION, _RECURSIVE = 20, 21, 31, 33


def mutants(dialect: str, seed: int) -> Iterator[str]:
    """Statements without end, each a statement with one to three pieces of others in it."""
    rng = random.Random(seed)
    pool = [_TOKEN.findall(sql) for sql in [one.sql for one in hostile(dialect)] + honest(dialect) * _HONEST]
    while True:
        made = list(rng.choice(pool))
        for _ in range(rng.randint(1, 3)):
            other = rng.choice(pool)
            start, place = rng.randrange(len(other)), rng.randrange(len(made) + 1)
            piece = other[start : start + rng.randint(0, 8)]
            made[place : place + rng.choice((0, 0, 1, 3))] = piece
        yield "".join(made)


def outcomes(dialect: str, seed: int, many: int) -> tuple[Counter[str], list[str]]:
    """How many of so many were refused, let through and run, and those that touched what they must not, or broke us."""
    told, harmful = Counter[str](), []
    watched = _Watched()
    for sql, _ in zip(mutants(dialect, seed), range(many), strict=False):
        try:
            made = guard(sql, dialect, VISIBLE, 50)
        except BadQuery:
            told["refused"] += 1
            continue
        told["let through"] += 1
        if dialect == "sqlite":
            touched = watched.touched(made.running)
            told["ran"] += touched is not None
            if touched:
                harmful.append(f"{sql} → {made.running} → {touched}")
    return told, harmful


class _Watched:
    """The shop in memory, where everything is allowed and noted."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")
        for statement in (*SCHEMA, *ROWS):
            self._connection.execute(statement)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
        self._sql = ""
        self._noted: list[tuple[int, str | None, str | None]] = []
        self._connection.set_authorizer(self._note)

    def touched(self, sql: str) -> list[tuple[int, str | None, str | None]] | None:
        """What it touches beyond what may be seen; ``None`` where it does not run."""
        self._noted.clear()
        self._sql = sql
        until = monotonic() + _STEP_S
        self._connection.set_progress_handler(lambda: monotonic() > until, 1000)
        with suppress(sqlite3.Error, sqlite3.Warning, OverflowError):
            self._connection.execute(sql).fetchmany(60)
            return list(self._noted)
        return list(self._noted) or None

    def _note(self, action: int, one: str | None, two: str | None, _base: str | None, _within: str | None) -> int:
        table, column = (one or "").casefold(), (two or "").casefold()
        if action == _READ and not column:
            # Of a part of the query SQLite tells its name, which may be that of a table, and no column.
            seen = table in VISIBLE or bool(
                re.search(rf'"?{re.escape(table)}"?( ?\(.*?\))? AS', self._sql, re.IGNORECASE)
            )
        elif action == _READ:
            seen = column in VISIBLE.get(table, ())
        else:
            seen = action in {_SELECT, _FUNCTION, _RECURSIVE}
        if not seen:
            self._noted.append((action, one, two))
        return sqlite3.SQLITE_OK
