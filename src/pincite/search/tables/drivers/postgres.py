"""PostgreSQL: every transaction is read-only, every statement has a time, and a superuser puts its powers away.

What a role may read is its database's say: give pincite one that may SELECT what people may see, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg
import sqlalchemy as sa

from pincite.errors import BadQuery, DatabaseFailed
from pincite.search.tables.drivers import BATCH, Fetched, Late, Target, TooLarge, taken, unopened

CONNECT_S = 5
_READER = "pg_read_all_data"
"""What a superuser becomes: it reads all tables, and no files."""
_BAD = frozenset({"0A", "21", "22", "25", "2B", "42"})
"""Classes of SQLSTATE that say that the query is wrong: not there, not of that type, not allowed, read-only."""
_MUCH = frozenset({"53", "54"})
"""Those that say that it takes more than there is."""
_LATE = "57014"
_NO_ENTRY = re.compile(r"password|authentication|no pg_hba|role .* does not exist|permission denied")


class Postgres:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._connection: psycopg.Connection[Any] | None = None

    def engine(self, seconds: float) -> sa.Engine:
        def opened() -> psycopg.Connection[Any]:
            connection = self._connected()
            connection.execute(f"SET statement_timeout = {_ms(seconds)}")
            connection.commit()
            return connection

        return sa.create_engine("postgresql+psycopg://", creator=opened, poolclass=sa.pool.NullPool)

    def fetch(self, sql: str, most: int, most_bytes: int, seconds: float) -> Fetched:
        until = monotonic() + seconds
        if self._connection is None or self._connection.closed:
            self._connection = self._connected()
        connection = self._connection
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {_ms(seconds)}")
                # Prepared: so it is one statement, and a cursor is for one that only reads.
                cursor.execute("DECLARE asked NO SCROLL CURSOR FOR " + sql, prepare=True)
                rows = self._rows(cursor, until)
                kept = tuple(taken(rows, most, most_bytes))
                return Fetched(tuple(column.name for column in cursor.description or ()), kept)
        except psycopg.Error as error:
            raise self._told(error, sql) from None
        finally:
            with suppress(psycopg.Error):
                connection.rollback()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _rows(self, cursor: psycopg.Cursor[Any], until: float) -> Iterator[Any]:
        while True:
            cursor.execute(f"SET LOCAL statement_timeout = {_ms(until - monotonic())}")
            batch = cursor.execute(f"FETCH FORWARD {BATCH} FROM asked").fetchall()
            if not batch:
                return
            yield from batch

    def _connected(self) -> psycopg.Connection[Any]:
        url = sa.make_url(self._target.url).set(drivername="postgresql")
        try:
            connection = psycopg.connect(
                url.render_as_string(hide_password=False),
                connect_timeout=CONNECT_S,
                application_name="pincite",
                prepare_threshold=None,
            )
            connection.read_only = True
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
                cursor.execute("SET standard_conforming_strings = on")
                cursor.execute("SET lock_timeout = '2s'")
                self._humble(cursor)
            connection.commit()
        except psycopg.Error as error:
            text = " ".join(str(error).split())
            raise unopened(self._target.url, text, refused=bool(_NO_ENTRY.search(text))) from None
        return connection

    def _humble(self, cursor: psycopg.Cursor[Any]) -> None:
        """A superuser reads the server's files and runs its programs; what asks here must not."""
        mighty = cursor.execute("SELECT rolsuper, rolname FROM pg_roles WHERE rolname = current_user").fetchone()
        if mighty is None or not mighty[0]:
            return
        try:
            cursor.execute(f"SET ROLE {_READER}")
        except psycopg.errors.Error:
            raise DatabaseFailed(
                f"{mighty[1]} is a superuser of that PostgreSQL, which is older than 14",
                reason="refused",
                hint="name a role in databases.<name>.url that may only SELECT",
            ) from None

    def _told(self, error: psycopg.Error, sql: str) -> Exception:
        primary = error.diag.message_primary or " ".join(str(error).split())
        state = error.diag.sqlstate or ""
        if state == _LATE:
            return Late()
        if state[:2] in _MUCH:
            return TooLarge()
        if state[:2] in _BAD:
            return BadQuery(f"the database says: {primary}", part=_at(error, sql))
        self.close()
        if not state and isinstance(error, psycopg.DataError):
            # Such as a date that Python does not have, infinity among them.
            return BadQuery(f"a value can't be shown: {primary}", hint="Turn it into text with CAST.")
        if not state or state.startswith(("08", "57P")):
            return DatabaseFailed(f"the connection broke: {primary}", reason="unreachable", hint="ask again")
        return DatabaseFailed(f"PostgreSQL says: {primary}", reason="failed", hint="ask again")


def _at(error: psycopg.Error, sql: str) -> str:
    """The word that PostgreSQL points at."""
    spot = error.diag.statement_position
    if spot is None:
        return ""
    place = int(spot) - 1 - len("DECLARE asked NO SCROLL CURSOR FOR ")
    word = re.match(r'"[^"]*"|[\w.]+|\S', sql[place:]) if place >= 0 else None
    return word[0].strip('"') if word else ""


def _ms(seconds: float) -> int:
    """At least 1: for PostgreSQL, 0 is for ever."""
    return max(1, int(seconds * 1000))
