"""What was asked lately, and what was said? Requests counted and replies kept, across restarts and processes.

One SQLite file. A request is counted before it is sent, in a transaction, so that two processes together do not ask
more often than one may. Replies are kept under a hash, so the file does not tell what was asked. Time is UTC.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pincite.errors import SearchFailed
from pincite.wal import write_ahead

T = TypeVar("T")
_DAY_S = 86_400
_MOST_KEPT = 20_000
_FORGET = "DELETE FROM said WHERE key IN (SELECT key FROM said ORDER BY until DESC LIMIT -1 OFFSET ?)"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (provider TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS asked_at ON asked (provider, at);
CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, until REAL NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """Blocking, for some milliseconds: call it in a thread. The file is made when it is first needed."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._open: sqlite3.Connection | None = None

    def spend(self, provider: str, per_minute: int, per_day: int) -> float:
        """Counts a request and returns 0; or, where one too many was sent, the seconds until the next may go.

        The day is UTC's; the minute is the last sixty seconds.
        """
        now = self._clock()
        midnight = now - now % _DAY_S

        def count(database: sqlite3.Connection) -> float:
            database.execute("DELETE FROM asked WHERE at < ?", (min(midnight, now - 60),))
            of = "SELECT count(*), min(at) FROM asked WHERE provider = ? AND at > ?"
            today, _ = database.execute(of, (provider, midnight)).fetchone()
            lately, first = database.execute(of, (provider, now - 60)).fetchone()
            if today >= per_day:
                return float(midnight + _DAY_S - now)
            if lately >= per_minute:
                return max(0.001, float(first) + 60 - now)
            database.execute("INSERT INTO asked VALUES (?, ?)", (provider, now))
            return 0.0

        return self._do(count)

    def spent(self, provider: str) -> int:
        """Requests since midnight, UTC."""
        now = self._clock()
        of = "SELECT count(*) FROM asked WHERE provider = ? AND at > ?"
        return int(self._do(lambda database: database.execute(of, (provider, now - now % _DAY_S)).fetchone()[0]))

    def kept(self, key: str) -> bytes | None:
        """What was said, unless it is too old by now."""
        of = "SELECT body FROM said WHERE key = ? AND until > ?"
        row = self._do(lambda database: database.execute(of, (key, self._clock())).fetchone())
        return None if row is None else bytes(row[0])

    def keep(self, key: str, body: bytes, seconds: float) -> None:
        """Keeps it for so long."""
        now = self._clock()

        def put(database: sqlite3.Connection) -> None:
            database.execute("DELETE FROM said WHERE until < ?", (now,))
            database.execute("INSERT OR REPLACE INTO said VALUES (?, ?, ?)", (key, now + seconds, body))
            database.execute(_FORGET, (_MOST_KEPT,))

        self._do(put)

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                database = self._opened()
                database.execute("BEGIN IMMEDIATE")
                try:
                    done = work(database)
                except BaseException:
                    database.execute("ROLLBACK")
                    raise
                database.execute("COMMIT")
                return done
            except (sqlite3.Error, OSError) as error:
                # Not counting would be asking without limit, which may cost money: rather no search.
                raise SearchFailed(
                    f"{self.path} can't be used: {error}",
                    reason="ledger",
                    hint="see that the disk has space; the file counts requests and keeps replies, and may be deleted",
                ) from None

    def _opened(self) -> sqlite3.Connection:
        if self._open is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self.path, timeout=2.0, isolation_level=None, check_same_thread=False)
            try:
                write_ahead(opened)
                opened.execute("PRAGMA synchronous = NORMAL")
                opened.executescript(_SCHEMA)
            except BaseException:
                opened.close()
                raise
            self._open = opened
        return self._open
