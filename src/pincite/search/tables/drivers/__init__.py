"""How is each kind of database opened and asked so that it can only be read? One file a kind.

A driver runs in a process of its own (``inside.py``), so nothing here is imported by the server. It is the second
wall: it must hold where the guard before it lets something through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import sqlalchemy as sa

from pincite.errors import BadQuery, DatabaseFailed

DRIVERS: Mapping[str, str] = {"sqlite": "Sqlite", "postgres": "Postgres", "mysql": "Mysql", "duckdb": "Duck"}
"""The class of each dialect, by sqlglot's name of it; the file is called like the dialect."""
BATCH = 50
"""Rows that are fetched at a time."""


@dataclass(frozen=True)
class Target:
    """What is opened. Its JSON goes to the process over a pipe: ``url`` may hold a password."""

    dialect: str
    url: str
    """SQLAlchemy's."""
    paths: Sequence[str]
    """Files that the database is, absolute."""
    tables: Sequence[str]
    hidden: Sequence[str]
    """Of the settings."""


def check_hidden(hidden: Iterable[str], columns: Mapping[str, Iterable[str]], unasked: Iterable[str] = ()) -> None:
    """Every ``table.column`` of ``hidden`` is one of ``columns``: a slip of the pen would show what nobody may see.

    ``unasked`` are other tables of the database. ``*`` may stand for what is not there.
    Raises ``DatabaseFailed`` that names the first that is not.
    """
    there = {f"{table}.{column}".casefold() for table, own in columns.items() for column in ("*", *own)}
    free = {"*", *(table.casefold() for table in unasked)}
    for pattern in hidden:
        if pattern.rpartition(".")[0].casefold() not in free and pattern.casefold() not in there:
            raise DatabaseFailed(
                f"databases.<name>.hidden has {pattern}, and there is no such column",
                reason="failed",
                hint="write it as table.column or *.column, as the database spells them",
            )


class TooLarge(Exception):
    """The rows take more than they may."""


class Late(Exception):
    """The database took longer than it may, and was told to stop."""


@dataclass(frozen=True)
class Fetched:
    """Rows as the driver gives them, and whether more were there."""

    names: tuple[str, ...]
    rows: tuple[Sequence[Any], ...]


class Driver(Protocol):
    def __init__(self, target: Target) -> None:
        """Opens nothing yet."""

    def engine(self, seconds: float) -> sa.Engine:
        """For reading the schema. ``seconds`` are for one statement."""
        ...

    def fetch(self, sql: str, most: int, most_bytes: int, seconds: float) -> Fetched:
        """At most ``most`` rows. Raises ``Late``, ``TooLarge``, ``BadQuery``, ``DatabaseFailed``."""
        ...

    def close(self) -> None: ...


def driver(target: Target) -> Driver:
    made: Driver = getattr(import_module(f"{__name__}.{target.dialect}"), DRIVERS[target.dialect])(target)
    return made


def bad_query(said: str, named: re.Pattern[str]) -> BadQuery:
    """What a database says of a query; the first group of ``named`` that matches is the part that it means."""
    found = named.search(said)
    return BadQuery(f"the database says: {said}", part=next(filter(None, found.groups()), "") if found else "")


def unopened(url: str, said: str, *, refused: bool) -> DatabaseFailed:
    """A server that was not reached, or that ``refused`` whoever asked; ``url`` is shown without its password."""
    shown = sa.make_url(url).render_as_string(hide_password=True)
    if refused:
        return DatabaseFailed(
            f"{shown} does not let us in: {said}",
            reason="refused",
            hint="check the user in databases.<name>.url and the password that key_env names",
        )
    return DatabaseFailed(
        f"{shown} can't be reached: {said}",
        reason="unreachable",
        hint="check that it runs, and the host, port and name in databases.<name>.url",
    )


def fetched(cursor: Any, most: int, most_bytes: int) -> Fetched:
    """What a cursor gives, ``BATCH`` rows at a time. Raises ``TooLarge``."""

    def rows() -> Iterator[Sequence[Any]]:
        while batch := cursor.fetchmany(BATCH):
            yield from batch

    names = tuple(column[0] for column in cursor.description or ())
    return Fetched(names, tuple(taken(rows(), most, most_bytes)))


def taken(rows: Iterable[Sequence[Any]], most: int, most_bytes: int) -> Iterator[Sequence[Any]]:
    """The first rows. Raises ``TooLarge`` where their values take more than ``most_bytes``."""
    size = 0
    for place, row in enumerate(rows):
        if place == most:
            return
        size += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if size > most_bytes:
            raise TooLarge
        yield row
