"""What does the database say? Rows of a query that the guard has let through, with their number, in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pincite.errors import BadQuery, DatabaseFailed
from pincite.ports import Deadline
from pincite.search.tables.connect import MAX_BYTES, Connection
from pincite.search.tables.guard import Guarded
from pincite.search.tables.schema import Schema
from pincite.types import Cell, Column

COUNT_S = 2.0
"""Counting all rows is worth no more than this."""


@dataclass(frozen=True)
class Rows:
    """What came of a query."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int | None
    """How many rows there are in all; ``None`` where counting them takes too long."""
    ms: float
    """How long the database took for the rows."""


async def run(connection: Connection, guarded: Guarded, deadline: Deadline) -> Rows:
    """The rows of ``guarded``, at most ``guarded.most``, within the earlier of ``deadline`` and the settings' time.

    Raises ``BadQuery`` with what the database said, and ``DatabaseFailed``: ``timeout`` (the query is broken off
    within 1.2 times its time), ``too_large``, ``unreachable``, ``refused``, ``failed``.
    """
    within = deadline.within(connection.settings.deadline_s)
    told = await connection.ask(
        {"job": "rows", "sql": guarded.running, "most": guarded.most + 1, "most_bytes": MAX_BYTES}, within.left()
    )
    rows = tuple(tuple(row) for row in told["rows"])
    more = len(rows) > guarded.most
    return Rows(
        columns=tuple(Column(name=name, kind=kind) for name, kind in zip(told["names"], told["kinds"], strict=True)),
        rows=rows[: guarded.most],
        total=await _counted(connection, guarded, within) if more else len(rows),
        ms=told["ms"],
    )


async def read_schema(connection: Connection, deadline: Deadline) -> Schema:
    """What is in the database, as ``schema.read`` reads it. Raises ``DatabaseFailed``."""
    job = {"job": "schema", "settings": connection.settings.model_dump(mode="json")}
    return Schema.model_validate((await connection.ask(job, deadline.left()))["schema"])


async def _counted(connection: Connection, guarded: Guarded, deadline: Deadline) -> int | None:
    job: dict[str, Any] = {"job": "rows", "sql": guarded.counting, "most": 1, "most_bytes": MAX_BYTES}
    try:
        told = await connection.ask(job, deadline.within(COUNT_S).left())
    except (BadQuery, DatabaseFailed):
        # Two columns of one name can be shown, but not counted in every database.
        return None
    return int(told["rows"][0][0])
