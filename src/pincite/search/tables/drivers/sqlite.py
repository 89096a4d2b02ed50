"""SQLite: the file is opened for reading only, and every name that a statement touches is looked at by an authorizer.

What a statement may take is limited: its time by a progress handler, its memory by a heap limit, the length of a value
by ``setlimit``. A single operation on long values can't be broken off from within; that is what the process is for.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from time import monotonic
from urllib.parse import quote

import sqlalchemy as sa

from pincite.errors import BadQuery, DatabaseFailed
from pincite.search.tables.drivers import Fetched, Late, Target, TooLarge, bad_query, taken

_READ, _SELECT, _FUNCTION, _RECURSIVE = 20, 21, 31, 33
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 16 << 20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 18,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_HEAP = 512 << 20
_EVERY = 1000
"""Steps of SQLite's machine between two looks at the clock."""
_REFUSED_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "randomblob"})
_OWN = ("sqlite_", "pragma_", "bytecode", "tables_used", "dbstat", "fsdir", "json_", "fts", "zipfile", "completion")
"""How tables begin that are there without having been made."""
_NAMED = re.compile(r'(?:no such (?:column|table|function)|ambiguous column name): "?([^\s"]+)|near "([^"]+)"')


class Sqlite:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._hidden = {tuple(one.casefold().rsplit(".", 1)) for one in target.hidden}

    def engine(self, seconds: float) -> sa.Engine:
        def opened() -> sqlite3.Connection:
            connection = self._opened()
            self._stopping(connection, seconds)
            return connection

        return sa.create_engine("sqlite://", creator=opened, poolclass=sa.pool.NullPool)

    def fetch(self, sql: str, most: int, most_bytes: int, seconds: float) -> Fetched:
        try:
            with closing(self._opened()) as connection:
                self._narrow(connection)
                self._stopping(connection, seconds)
                cursor = connection.execute(sql)
                names = tuple(column[0] for column in cursor.description or ())
                return Fetched(names, tuple(taken(cursor, most, most_bytes)))
        except sqlite3.Error as error:
            raise self._told(error) from None
        except sqlite3.Warning as error:
            # That is how Python says that there are two statements.
            raise BadQuery(str(error)) from None

    def close(self) -> None:
        """Every query has a connection of its own."""

    def _opened(self) -> sqlite3.Connection:
        connection = self._connected("mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if "unable to open" not in str(error) and "readonly" not in str(error):
                raise self._told(error) from None
            # A write-ahead log wants a file beside the database; where none can be made, nobody writes either.
            connection = self._connected("mode=ro&immutable=1")
        except sqlite3.Error as error:
            connection.close()
            raise self._told(error) from None
        for pragma in (
            "query_only = ON",
            "trusted_schema = OFF",
            "cell_size_check = ON",
            "temp_store = MEMORY",
            f"hard_heap_limit = {_HEAP}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        return connection

    def _connected(self, how: str) -> sqlite3.Connection:
        try:
            return sqlite3.connect(f"file:{quote(self._target.paths[0])}?{how}", uri=True, isolation_level=None)
        except sqlite3.Error as error:
            raise self._told(error) from None

    def _stopping(self, connection: sqlite3.Connection, seconds: float) -> None:
        until = monotonic() + seconds
        connection.set_progress_handler(lambda: monotonic() > until, _EVERY)

    def _narrow(self, connection: sqlite3.Connection) -> None:
        """From here on, only the tables that may be asked, without their hidden columns."""
        found = connection.execute("SELECT name, type = 'view' FROM sqlite_master WHERE type IN ('table', 'view')")
        views: dict[str, bool] = {name.casefold(): bool(view) for name, view in found}
        asked = {name.casefold() for name in self._target.tables}
        known = {name for name in views if not name.startswith("sqlite_")}
        tables = known & asked if asked else known
        # Who names a view among the tables means what it shows, whatever it is made from.
        shown = {name for name in tables if views[name] and name in asked}

        def allows(action: int, one: str | None, two: str | None, _base: str | None, within: str | None) -> int:
            allowed = action in {_SELECT, _RECURSIVE}
            if action == _FUNCTION:
                allowed = (two or "").casefold() not in _REFUSED_FUNCTIONS
            elif action == _READ:
                table, column = (one or "").casefold(), (two or "").casefold()
                if not column and table not in views:
                    # A part of the query, of which no column is read.
                    allowed = not table.startswith(_OWN)
                elif (within or "").casefold() in shown:
                    allowed = True
                else:
                    allowed = table in tables and not self._is_hidden(table, column)
            return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        connection.set_authorizer(allows)

    def _is_hidden(self, table: str, column: str) -> bool:
        return bool(self._hidden & {(table, column), ("*", column), (table, "*")})

    def _told(self, error: sqlite3.Error) -> Exception:
        said, path = str(error), self._target.paths[0]
        if "interrupted" in said:
            return Late()
        if "too big" in said or "out of memory" in said:
            return TooLarge()
        if "unable to open" in said:
            return DatabaseFailed(f"{path} can't be opened", reason="unreachable", hint="check who may read it")
        if any(words in said for words in ("not a database", "malformed", "disk I/O", "unsupported file format")):
            return DatabaseFailed(f"{path}: {said}", reason="failed", hint="check it with: PRAGMA integrity_check")
        if "locked" in said or "busy" in said:
            return DatabaseFailed(f"{path} is being written: {said}", reason="failed", hint="ask again")
        if "prohibited" in said or "not authorized" in said:
            return BadQuery(f"the database does not allow it: {said}")
        return bad_query(said, _NAMED)
