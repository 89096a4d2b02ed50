"""How is a database asked? By one query that a model or rules make, that the guard lets through, and that it runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic

import structlog

from pincite.errors import BadQuery, DatabaseFailed, ModelFailed, Unanswerable
from pincite.ports import Deadline, ModelClient, TableCard, Tabled
from pincite.search.tables import layer as layers
from pincite.search.tables import ties
from pincite.search.tables.compose import LIKELY, Composed, Composer
from pincite.search.tables.connect import Connection, opened
from pincite.search.tables.examples import examples
from pincite.search.tables.guard import Guarded, guard, masked
from pincite.search.tables.kinds import split_words
from pincite.search.tables.propose import MENDS, Proposed, mend, propose
from pincite.search.tables.run import Rows, read_schema, run
from pincite.search.tables.schema import READING_S, Schema
from pincite.search.tables.units import units
from pincite.settings import DatabaseSettings
from pincite.types import Column, Degradation, Table

log = structlog.get_logger()

FRESH_S = 600.0
"""How old may be what is known of a database's tables and values; it is read again beside the next question then."""
SETTLED_S = 30.0
"""Within these its tables are not read again because a query did not run: it is the query then."""
TOLD = 12
"""Tables that a model is told of."""
MODEL_SHARE = 0.6
"""Of the time that is left, for a model; the rest is for rules, where it fails."""
TITLED = 3
"""Columns that name a table of which nobody has said what its rows are."""
TRIED = 3
"""Queries of the rules that are run one after the other while the database can't run them."""

_SQL = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_NAMING = {"id", "key", "year", "code", "zip", "postcode", "month", "day", "founded", "born", "built", "established"}
"""Last words of columns whose numbers only name something."""
_NUMBER = re.compile(r"\d+")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class _Known:
    """What is known of the database, and since when."""

    composer: Composer
    tables: Mapping[str, Collection[str]]
    examples: tuple[str, ...]
    at: float

    @property
    def schema(self) -> Schema:
        return self.composer.schema


class SqlDatabase:
    """One of the settings' ``databases``, as a ``ports.Database``. Nothing is opened before it is asked."""

    def __init__(self, name: str, settings: DatabaseSettings, env: Mapping[str, str]) -> None:
        self.name = name
        self._settings = settings
        self._env = env
        self._connection: Connection | None = None
        self._known: _Known | None = None
        self._reading: asyncio.Task[_Known] | None = None

    @property
    def label(self) -> str:
        return self._settings.label or self.name

    def warm(self) -> None:
        """Begins to read what is in it, so that the first question need not wait. Needs a running loop."""
        if self._known is None and self._reading is None:
            self._begin(Deadline.after(READING_S))

    async def close(self) -> None:
        """Ends what runs."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._connection is not None:
            await asyncio.to_thread(self._connection.close)

    async def ask(
        self, question: str, earlier: Sequence[Table], model: ModelClient | None, deadline: Deadline
    ) -> Tabled:
        """As ``ports.Database``. SQL that may be run is run as it is."""
        return await self._afresh(lambda: self._asked(question, earlier, model, deadline), deadline)

    async def _asked(
        self, question: str, earlier: Sequence[Table], model: ModelClient | None, deadline: Deadline
    ) -> Tabled:
        known = await self._knows(deadline)
        if _SQL.match(question):
            try:
                return await self._ran(question, "", known, deadline)
            except BadQuery:
                log.debug("no_sql_after_all", database=self.name)
        missing: tuple[Degradation, ...] = ()
        if model is not None:
            try:
                within = deadline.within(deadline.left() * MODEL_SHARE)
                return await self._by_model(question, earlier, model, known, within)
            except (ModelFailed, BadQuery) as error:
                reason = error.reason if isinstance(error, ModelFailed) else "bad_query"
                missing = (Degradation(part="model", reason=reason, detail=error.detail),)
            except DatabaseFailed as error:
                if error.reason != "timeout" or deadline.left() <= 0:
                    raise
                missing = (Degradation(part="model", reason="slow_query", detail=error.detail),)
            except Unanswerable as error:
                log.info("model_found_nothing", database=self.name, why=error.detail)
        found = await self._by_rules(question, earlier, known, deadline)
        return replace(found, missing=missing)

    async def run(self, sql: str, deadline: Deadline) -> Tabled:
        async def ran() -> Tabled:
            return await self._ran(sql, "", await self._knows(deadline), deadline)

        return await self._afresh(ran, deadline)

    async def tables(self, deadline: Deadline) -> Sequence[TableCard]:
        known = await self._knows(deadline)
        return [
            TableCard(table.name, " ".join(table.words), tuple(column.name for column in table.columns), table.rows)
            for table in known.schema.tables
        ]

    async def examples(self, deadline: Deadline) -> Sequence[str]:
        return (await self._knows(deadline)).examples

    # ── what there is ──

    async def _knows(self, deadline: Deadline) -> _Known:
        """What is known, read where nothing is. Raises ``DatabaseFailed``, ``BadSettings``, ``MissingExtra``."""
        old = self._known is None or monotonic() - self._known.at > FRESH_S
        if old and self._reading is None:
            self._begin(deadline)
        if self._known is not None:
            return self._known
        assert self._reading is not None
        return await asyncio.shield(self._reading)

    async def _afresh(self, work: Callable[[], Awaitable[Tabled]], deadline: Deadline) -> Tabled:
        """What ``work`` gives; done once more where its query did not run and the tables have changed meanwhile."""
        try:
            return await work()
        except BadQuery:
            if not await self._has_changed(deadline):
                raise
            return await work()

    async def _has_changed(self, deadline: Deadline) -> bool:
        """Whether its tables are other ones than were known; they are known anew then."""
        before = self._known
        if before is None or monotonic() - before.at < SETTLED_S:
            return False
        if self._reading is None:
            self._begin(deadline)
        assert self._reading is not None
        known = await asyncio.shield(self._reading)
        return known.tables != before.tables

    def _begin(self, deadline: Deadline) -> None:
        self._reading = asyncio.create_task(self._read(deadline), name=f"read {self.name}")
        self._reading.add_done_callback(self._was_read)

    async def _read(self, deadline: Deadline) -> _Known:
        if self._connection is None:
            self._connection = await asyncio.to_thread(opened, self.name, self._settings, self._env)
        schema = await read_schema(self._connection, deadline)
        return await asyncio.to_thread(_known, schema, self._settings.layer)

    def _was_read(self, reading: asyncio.Task[_Known]) -> None:
        self._reading = None
        if reading.cancelled():
            return
        error = reading.exception()
        if error is None:
            self._known = reading.result()
        else:
            log.warning("database_not_read", database=self.name, why=str(error))

    # ── a query ──

    async def _by_model(
        self, question: str, earlier: Sequence[Table], model: ModelClient, known: _Known, deadline: Deadline
    ) -> Tabled:
        """Raises ``ModelFailed``, ``Unanswerable``, and ``BadQuery`` where it could not mend its query."""
        today, dialect = date.today(), self._open.dialect
        told = await asyncio.to_thread(_told, question, known, earlier, today)
        proposed = await propose(question, told, earlier, model, deadline, dialect, today=today)
        for _ in range(MENDS):
            try:
                return await self._ranked(proposed.sql, _titled(proposed, question), known, deadline)
            except BadQuery as error:
                said = f"{error.detail}, at: {error.part}" if error.part else error.detail
            proposed = await mend(proposed, said, question, told, earlier, model, deadline, dialect, today=today)
        return await self._ranked(proposed.sql, _titled(proposed, question), known, deadline)

    async def _by_rules(self, question: str, earlier: Sequence[Table], known: _Known, deadline: Deadline) -> Tabled:
        made = await asyncio.to_thread(known.composer.compose, question, date.today(), "", earlier)
        likely = [one for one in made if one.chance >= LIKELY][:TRIED]
        if not likely:
            raise self._unanswerable(question, made, known)
        for one in likely[:-1]:
            try:
                return await self._composed(one, known, deadline)
            except BadQuery:
                log.warning("composed_badly", database=self.name, tables=list(one.tables))
        return await self._composed(likely[-1], known, deadline)

    async def _composed(self, one: Composed, known: _Known, deadline: Deadline) -> Tabled:
        found = await self._ranked(one.sql, one.title, known, deadline)
        return Tabled(found.table.model_copy(update={"note": "; ".join(one.told)}))

    def _unanswerable(self, question: str, made: Sequence[Composed], known: _Known) -> Unanswerable:
        lost = [word for word in made[0].unexplained if word.lower() in question.lower()] if made else []
        words = [f"“{word}”" for word in lost[:3]]
        about = f": it has nothing for {' or '.join(words)}" if words else ""
        held = ", ".join(" ".join(table.words) for table in known.schema.tables[:8])
        return Unanswerable(f"{self.label} does not answer this{about}", hint=f"It holds: {held}." if held else "")

    async def _ranked(self, sql: str, title: str, known: _Known, deadline: Deadline) -> Tabled:
        """As ``_ran``; where the first of an order are asked for, with all who share the last of their places."""
        guarded = await asyncio.to_thread(self._guarded, sql, known)
        first = ties.first(guarded.sql, self._open.dialect)
        if first is None or first.number >= guarded.most:
            return await self._ran(sql, title, known, deadline)
        try:
            rows = await run(self._open, await asyncio.to_thread(self._guarded, first.longer(), known), deadline)
        except BadQuery:
            return await self._ran(sql, title, known, deadline)
        keys = [row[-1] for row in rows.rows]
        cut = tuple(row[:-1] for row in rows.rows[: first.number])
        table = self._table(guarded, Rows(rows.columns[:-1], cut, len(cut), rows.ms), title, known)
        better = first.better(keys)
        if better is None:
            return Tabled(table)
        shared = await self._shared(first.tied(keys[-1]), known, deadline)
        if shared is None:
            return Tabled(table.model_copy(update={"title": ties.told(title, better, None)}))
        said = {"title": ties.told(title, better, shared.total), "columns": table.columns}
        return Tabled(shared.model_copy(update=said))

    async def _shared(self, sql: str | None, known: _Known, deadline: Deadline) -> Table | None:
        """The rows of a query that is worth asking, but can be done without."""
        try:
            return (await self._ran(sql, "", known, deadline)).table if sql else None
        except (BadQuery, DatabaseFailed):
            return None

    async def _ran(self, sql: str, title: str, known: _Known, deadline: Deadline) -> Tabled:
        """The rows of a query that may be run. Raises ``BadQuery``, ``DatabaseFailed``."""
        guarded = await asyncio.to_thread(self._guarded, sql, known)
        rows = await run(self._open, guarded, deadline)
        return Tabled(self._table(guarded, rows, title, known))

    def _guarded(self, sql: str, known: _Known) -> Guarded:
        hiding = masked(self._settings.hidden, known.tables)
        return guard(sql, self._open.dialect, known.tables, self._settings.rows, hiding)

    def _table(self, guarded: Guarded, rows: Rows, title: str, known: _Known) -> Table:
        said = known.composer.linker.layer.units
        of = units(guarded.sql, self._open.dialect, said, known.tables) or [""] * len(rows.columns)
        columns = tuple(_read_as(column, unit) for column, unit in zip(rows.columns, of, strict=True))
        return Table(
            database=self.name,
            label=self.label,
            title=title or " and ".join(column.name for column in columns[:TITLED]),
            sql=guarded.sql,
            tables=guarded.tables,
            columns=columns,
            rows=rows.rows,
            total=rows.total,
            ms=round(rows.ms, 1),
        )

    @property
    def _open(self) -> Connection:
        assert self._connection is not None, "a database is opened before its tables are known"
        return self._connection


def _known(schema: Schema, layer: str) -> _Known:
    """``layer`` is the path of the file that says what its tables mean. Raises ``BadSettings``."""
    said = layers.read(Path(layer).expanduser(), schema) if layer else None
    tables = {table.name: [column.name for column in table.columns] for table in schema.tables}
    composer = Composer(schema, said)
    return _Known(composer, tables, tuple(examples(composer)), monotonic())


def _told(question: str, known: _Known, earlier: Sequence[Table], today: date) -> str:
    """The tables that a model is told of: all where they are few, else those that rules link the question to first,
    then those beside them."""
    schema = known.schema
    if len(schema.tables) <= TOLD:
        return schema.told()
    linked = [name for one in known.composer.compose(question, today, "", earlier) for name in one.tables]
    linked += [name for table in earlier for name in table.tables]
    beside = [
        name for key in schema.foreign_keys if {key.table, key.target} & set(linked) for name in (key.table, key.target)
    ]
    most = [table.name for table in sorted(schema.tables, key=lambda table: -(table.rows or 0))]
    return schema.told(list(dict.fromkeys([*linked, *beside, *most]))[:TOLD])


def _titled(proposed: Proposed, question: str) -> str:
    """A model's title, unless it has a number that neither the question nor the query has: then what was asked."""
    known = set(_NUMBER.findall(question) + _NUMBER.findall(proposed.sql))
    made_up = set(_NUMBER.findall(proposed.title)) - known
    return proposed.title if proposed.title and not made_up else question.rstrip(" ?!.")


def _read_as(column: Column, unit: str) -> Column:
    """The column with its name in words, the unit of its numbers, and as ``id`` where these only name something."""
    words = split_words(column.name) if _IDENTIFIER.fullmatch(column.name) else ()
    kind = "id" if column.kind == "number" and words and words[-1] in _NAMING else column.kind
    unit = unit if kind == "number" else ""
    return column.model_copy(update={"name": " ".join(words) or column.name, "kind": kind, "unit": unit})
