"""How do we speak to SQLite and to PostgreSQL alike? Two engines a database: one that writes, one that reads.

SQLite: write-ahead log, foreign keys on, and every writing transaction is ``BEGIN IMMEDIATE``, so that several
processes wait for each other instead of failing half-way. ``synchronous`` can't change inside a transaction but may
between two (1.3 µs), so each transaction chooses: FULL (on the platter before anyone is told) for what a person did,
NORMAL for tokens, which survive a kill of the process but, like PostgreSQL's ``synchronous_commit = off``, may lose
their last second with the power.
"""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from pincite.errors import BadSettings, Busy, Damaged, DiskFull, MissingExtra, PinciteError, Refused
from pincite.types import new_id
from pincite.wal import is_full, write_ahead

BUSY_TIMEOUT_S = 10.0
READERS, WRITERS = 4, 2
"""Connections of a process at the most; SQLite has one that writes."""
LARGE_WAL_PAGES = 4000


@dataclass(frozen=True)
class Database:
    """An open database. ``path`` is the SQLite file, ``None`` for PostgreSQL and in memory; ``name`` is it without a
    password."""

    writing: Engine
    reading: Engine
    path: Path | None
    name: str

    @property
    def is_sqlite(self) -> bool:
        return self.writing.dialect.name == "sqlite"

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction, committed at the end. Not ``durable``: it survives the process, not a power cut."""
        with self.explained(), self.writing.connect() as connection:
            chosen = connection.execution_options(durable=durable)
            with chosen.begin():
                yield chosen

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot of the database."""
        with self.explained(), self.reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """What the driver says becomes an error of the house. A broken constraint passes: the caller knows why."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            known = explain(error, self.name)
            if known is None:
                raise
            raise known from error

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()


def connect(url: str) -> Database:
    """A database by its SQLAlchemy URL. Does not look inside yet, but makes the folder of an SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSettings(
            f"library.url {url!r} is not a database URL", hint="such as sqlite:////data/library.sqlite3"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite(parsed)
    if backend in {"postgresql", "postgres"}:
        return _postgres(parsed)
    raise BadSettings(f"library.url: {backend} is not supported", hint="use sqlite:///path or postgresql://host/name")


def is_there(url: str) -> bool:
    """Whether there may be a library at a URL, without making one: of an SQLite file it is known."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def _sqlite(url: URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise BadSettings(
            "the library needs a file: library.url has no path", hint="such as sqlite:////data/lib.sqlite3"
        )
    path = Path(url.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{path.parent} can't be made: {error.strerror}", hint="choose another with --data-dir") from None
    plain = URL.create("sqlite", database=str(path))
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}}
    writing = create_engine(plain, pool_size=1, max_overflow=0, **options)
    reading = create_engine(plain, pool_size=READERS, max_overflow=0, **options)
    for engine in (writing, reading):
        event.listen(engine, "connect", _sqlite_connected)
    event.listen(writing, "begin", _sqlite_begins_to_write)
    event.listen(reading, "begin", _sqlite_begins_to_read)
    return Database(writing, reading, path, str(path))


def in_memory() -> Database:
    """An SQLite database in this process's memory alone, gone when it is closed; what is deleted is overwritten."""
    name = f"/pincite-{new_id()}"

    def opened() -> sqlite3.Connection:
        # A database that begins with a slash is shared by the connections of its process (sqlite.org/src/file/src/
        # memdb.c); it has no write-ahead log, so that a reader waits for a writer and a writer for a reader.
        address = f"file:{name}?vfs=memdb"
        return sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False)

    options: dict[str, Any] = {"creator": opened, "poolclass": QueuePool, "max_overflow": 0}
    writing = create_engine("sqlite://", pool_size=1, **options)
    reading = create_engine("sqlite://", pool_size=READERS, **options)
    for engine in (writing, reading):
        event.listen(engine, "connect", _memory_connected)
    event.listen(writing, "begin", _sqlite_begins_to_write)
    event.listen(reading, "begin", _sqlite_begins_to_read)
    return Database(writing, reading, None, "the library in memory")


def _memory_connected(driver: sqlite3.Connection, _record: object) -> None:
    driver.isolation_level = None
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute("PRAGMA secure_delete = ON")
    driver.execute("PRAGMA temp_store = MEMORY")


def _sqlite_connected(driver: sqlite3.Connection, _record: object) -> None:
    driver.isolation_level = None  # the driver's own BEGINs would leave schema changes outside of the transaction
    write_ahead(driver)
    driver.execute("PRAGMA foreign_keys = ON")
    driver.execute(f"PRAGMA wal_autocheckpoint = {LARGE_WAL_PAGES}")


def _sqlite_begins_to_write(connection: Connection) -> None:
    durable = connection.get_execution_options().get("durable", True)
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sqlite_begins_to_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _postgres(url: URL) -> Database:
    if importlib.util.find_spec("psycopg") is None:
        raise MissingExtra(
            f"library.url is {url.render_as_string()}, but the driver for PostgreSQL is not installed",
            hint="pip install 'pincite[postgres]'",
        )
    chosen = url.set(drivername="postgresql+psycopg")
    writing = create_engine(chosen, pool_size=1, max_overflow=WRITERS - 1, connect_args={"connect_timeout": 10})
    reading = create_engine(
        chosen,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level="REPEATABLE READ",
        connect_args={"connect_timeout": 10},
    )
    event.listen(writing, "begin", _postgres_begins_to_write)
    return Database(writing, reading, None, url.render_as_string())


def _postgres_begins_to_write(connection: Connection) -> None:
    if not connection.get_execution_options().get("durable", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def explain(error: Exception, name: str) -> PinciteError | None:
    """The house's error for what a driver raised, or ``None`` where the driver's own says it best."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(cause, name)
    if isinstance(error, DBAPIError):
        return _explain_postgres(error, name)
    return None


def _explain_sqlite(cause: sqlite3.Error, name: str) -> PinciteError | None:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest its variety
    detail = f"{name}: {cause}"
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and is_full(Path(name).parent)):
        return DiskFull(detail, hint="free some space; nothing that was acknowledged is lost, and writing goes on then")
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return Damaged(detail, hint="run pincite doctor: it says what can be saved")
    if code == sqlite3.SQLITE_IOERR:
        return Damaged(detail, hint="the disk reported an error: look at the system log, then run pincite doctor")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy(detail, hint="another process has held the database for too long; try again")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}:
        return Refused(detail, hint=f"make {name} and its folder writable, or choose another with library.url")
    return None


def _explain_postgres(error: DBAPIError, name: str) -> PinciteError | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    detail = f"{name}: {str(error.orig).strip()}"
    if state == "53100":
        return DiskFull(detail, hint="free some space on the database server; writing goes on then")
    if state in {"XX001", "XX002"}:
        return Damaged(detail, hint="restore the database from a backup")
    if state in {"25006", "42501"} or state.startswith("28"):
        return Refused(detail, hint="check the role and its rights in library.url")
    # A connection that was refused has no state, only the server's words, which need not be English.
    if state == "3D000" or ("FATAL" in detail and "does not exist" in detail and 'database "' in detail):
        return Refused(detail, hint="create the database first: createdb NAME")
    if state == "53300" or "too many clients" in detail or "connection slots" in detail:
        needed = READERS + WRITERS
        return Busy(detail, hint=f"raise PostgreSQL's max_connections: each pincite process takes up to {needed}")
    if error.connection_invalidated or state.startswith(("08", "57P", "53")) or not state:
        return Busy(detail, hint="is PostgreSQL running, and is library.url right?")
    return None
