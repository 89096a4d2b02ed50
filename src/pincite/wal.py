"""Readers beside a writer: SQLite's write-ahead log, switched on where several may open a new file at once."""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path

PATIENCE_S = 10.0
_PAUSE_S = 0.005
FULL_BYTES = 1 << 20
"""With less room than this on the disk nothing more can be relied on to be kept."""
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}


def write_ahead(database: sqlite3.Connection, patience_s: float = PATIENCE_S) -> None:
    """Puts the file into WAL mode, in which it stays.

    Two connections that both convert a new file hold a read lock each and want the write lock; SQLite refuses one of
    them at once, whatever its busy timeout is (sqlite.org/c3ref/busy_handler.html). The refused one tries again.

    Raises:
        sqlite3.OperationalError: the file was locked for ``patience_s`` seconds, or can't be written.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_PAUSE_S)


def is_unwritable(error: sqlite3.Error) -> bool:
    """Did SQLite refuse because the file, or the folder that its log stands in, may not be opened or written?"""
    return error.sqlite_errorcode & 0xFF in _UNWRITABLE


def is_full(folder: Path) -> bool:
    """Is the disk full? SQLite says "disk I/O error" then, too, where it was its log's index that found no room."""
    try:
        return shutil.disk_usage(folder).free < FULL_BYTES
    except OSError:
        return False
