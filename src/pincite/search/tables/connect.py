"""How do we get into a database? By an address of SQLAlchemy's kind, a password from the environment, to read only."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa

from pincite.errors import BadQuery, BadSettings, DatabaseFailed, MissingExtra
from pincite.search.tables.drivers import Target
from pincite.search.tables.process import Process, late
from pincite.settings import DatabaseSettings

PARALLEL = 4
"""Queries of one database that run at the same time; more wait for their turn."""
MAX_BYTES = 4 << 20
"""Of the values of one answer."""
FILES = frozenset({".csv", ".tsv", ".parquet"})

_DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql", "duckdb": "duckdb"}
"""Of sqlglot, by SQLAlchemy's name."""
_EXTRAS = {"postgres": ("psycopg", "postgres"), "mysql": ("pymysql", "mysql"), "duckdb": ("duckdb", "duckdb")}
"""The module that a dialect needs, and the extra that brings it."""


class Connection:
    """A way into one database; made by ``opened``. Safe to use from several tasks."""

    def __init__(self, name: str, target: Target, settings: DatabaseSettings) -> None:
        self.name = name
        self.dialect = target.dialect
        """``sqlite``, ``postgres``, ``mysql`` or ``duckdb``: sqlglot's name."""
        self.settings = settings
        self._target = target
        self._threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix=f"pincite-{name}")
        self._lock = threading.Lock()
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        self._closed = False

    async def ask(self, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """What the database replies to a job of ``inside.py``, within ``seconds`` from now.

        Raises ``BadQuery``, ``DatabaseFailed``. Who is cancelled leaves no query running.
        """
        if self._closed:
            raise self._gone()
        if seconds <= 0:
            raise DatabaseFailed(f"no time was left to ask {self.name}", reason="timeout", hint="ask again")
        given_up = threading.Event()
        began: list[Process] = []
        running = asyncio.get_running_loop().run_in_executor(
            self._threads, self._ask, job, monotonic() + seconds, seconds, given_up, began
        )
        # Who was cancelled does not look any more; asyncio would complain that nobody did.
        running.add_done_callback(lambda done: None if done.cancelled() else done.exception())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if running.cancelled() and task is not None and not task.cancelling():
                raise self._gone() from None
            given_up.set()
            running.cancel()
            for process in began:
                process.kill()
            raise

    def _gone(self) -> DatabaseFailed:
        return DatabaseFailed(f"{self.name} is closed", reason="failed", hint="start pincite again")

    def close(self) -> None:
        """Ends all queries. Blocks for as long as ending a process takes."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for process in busy:
            process.kill()
        for process in idle:
            process.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _ask(
        self, job: Mapping[str, Any], until: float, told_s: float, given_up: threading.Event, began: list[Process]
    ) -> dict[str, Any]:
        process = self._taken()
        began.append(process)
        try:
            process.start()
            # A process that has to start first must not cost the query its time.
            left = max(until - monotonic(), min(told_s, 1.0))
            if given_up.is_set():
                raise late(told_s)
            return _told(process.ask(job, left), told_s)
        finally:
            self._given_back(process)

    def _taken(self) -> Process:
        with self._lock:
            if self._closed:
                raise self._gone()
            process = self._idle.pop() if self._idle else Process(self._target)
            self._busy.add(process)
            return process

    def _given_back(self, process: Process) -> None:
        with self._lock:
            self._busy.discard(process)
            if not self._closed:
                self._idle.append(process)
                return
        process.close()


def opened(name: str, settings: DatabaseSettings, env: Mapping[str, str]) -> Connection:
    """A way into the database ``name``; nothing is connected to before it is asked.

    ``env`` is where the password is looked for. Raises ``BadSettings`` for an address that is none,
    ``DatabaseFailed`` where there is no such file, ``MissingExtra``.
    """
    for pattern in settings.hidden:
        if not all(part.strip() for part in pattern.rpartition(".")):
            raise BadSettings(
                f"databases.{name}.hidden has {pattern!r}, which hides nothing",
                hint=f"write it as table.column, or as *.{pattern.strip('.')} for every table",
            )
    url = _url(name, settings, env)
    dialect = _DIALECTS[url.get_backend_name()]
    module, extra = _EXTRAS.get(dialect, ("", ""))
    if module and find_spec(module) is None:
        raise MissingExtra(
            f"databases.{name}.url is {url.render_as_string()}, but the driver for it is not installed",
            hint=f"pip install 'pincite[{extra}]'",
        )
    paths = _paths(name, url.database or "", dialect) if dialect in {"sqlite", "duckdb"} else ()
    target = Target(dialect, url.render_as_string(hide_password=False), paths, settings.tables, settings.hidden)
    return Connection(name, target, settings)


def _url(name: str, settings: DatabaseSettings, env: Mapping[str, str]) -> sa.URL:
    try:
        url = sa.make_url(settings.url)
    except (sa.exc.ArgumentError, ValueError):
        raise BadSettings(
            f"databases.{name}.url is no address of a database", hint="write it as sqlite:///shop.db"
        ) from None
    if url.get_backend_name() not in _DIALECTS:
        raise BadSettings(
            f"databases.{name}.url is {url.render_as_string()}; {url.get_backend_name()} can't be asked",
            hint=f"there are {', '.join(_DIALECTS)}",
        )
    if not settings.key_env:
        return url
    if settings.key_env not in env:
        raise BadSettings(
            f"databases.{name}.key_env is {settings.key_env}, and there is no such variable",
            hint=f"put the password of {url.render_as_string()} into the environment as {settings.key_env}",
        )
    return url.set(password=env[settings.key_env])


def _paths(name: str, database: str, dialect: str) -> tuple[str, ...]:
    """The files, absolute: one, or for a folder all that DuckDB reads as tables."""
    path = Path(database).expanduser().absolute()
    hint = f"check databases.{name}.url; four slashes begin an absolute path"
    if not database or database == ":memory:":
        raise BadSettings(f"databases.{name}.url names no file", hint="write it as sqlite:///shop.db")
    if path.is_dir() and dialect == "duckdb":
        found = sorted(str(file) for file in path.iterdir() if file.suffix.lower() in FILES and file.is_file())
        if not found:
            raise DatabaseFailed(f"{path} has no CSV and no Parquet file", reason="unreachable", hint=hint)
        return tuple(found)
    if not path.is_file():
        raise DatabaseFailed(f"there is no file {path}", reason="unreachable", hint=hint)
    return (str(path),)


def _told(reply: dict[str, Any], seconds: float) -> dict[str, Any]:
    match reply.get("error"):
        case None:
            return reply
        case "Late":
            raise late(seconds)
        case "TooLarge":
            raise DatabaseFailed(
                "the rows take more memory than one answer may",
                reason="too_large",
                hint="ask for fewer columns or rows",
            )
        case "BadQuery":
            raise BadQuery(reply["detail"], part=reply["part"], hint=reply["hint"])
        case _:
            raise DatabaseFailed(reply["detail"], reason=reply["reason"] or "failed", hint=reply["hint"])
