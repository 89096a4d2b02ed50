"""Can several open one new file at once, each with its own connection?"""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pincite.wal import write_ahead

AT_ONCE = 6


def test_all_that_open_a_new_file_at_once_get_it(tmp_path: Path) -> None:
    def opened(path: Path, barrier: threading.Barrier) -> str:
        database = sqlite3.connect(path, timeout=10, isolation_level=None)
        barrier.wait()
        write_ahead(database)
        database.execute("CREATE TABLE IF NOT EXISTS made (at REAL)")
        mode: str = database.execute("PRAGMA journal_mode").fetchone()[0]
        database.close()
        return mode

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for round_ in range(40):
            barrier = threading.Barrier(AT_ONCE)
            path = tmp_path / f"{round_}.sqlite3"
            assert [*pool.map(opened, [path] * AT_ONCE, [barrier] * AT_ONCE)] == ["wal"] * AT_ONCE


def test_a_file_that_stays_locked_is_an_error_after_the_patience(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite3"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting = sqlite3.connect(path, timeout=0, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(waiting, patience_s=0.05)
    holder.execute("ROLLBACK")
    write_ahead(waiting)
    waiting.close()
    holder.close()


def test_what_is_not_a_lock_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "no.sqlite3"
    path.write_bytes(b"this is no database" * 100)
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        write_ahead(database)
    database.close()
