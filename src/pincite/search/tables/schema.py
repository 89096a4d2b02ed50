"""What is in this database? Tables, columns, keys, ranges and frequent values, read once.

What may not be asked is not in it: neither tables outside ``databases.<name>.tables`` nor hidden columns. So whatever
is made from a schema, be it SQL or a model's prompt, cannot name them. Foreign keys that nobody declared are inferred
from names and values and marked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import Any

import sqlalchemy as sa
from pydantic import Field

from pincite.errors import DatabaseFailed
from pincite.search.tables import kinds
from pincite.search.tables.drivers import check_hidden
from pincite.settings import DatabaseSettings
from pincite.types import Noun

Kind = kinds.Kind

FREQUENT = 50
"""Values that are told with how often they occur."""
FINDABLE = 5_000
"""Values of one text column by which questions are grounded; a column with more keeps its most frequent."""
LONG = 80
"""Characters: a longer value is prose, which nobody spells out in a question."""
SCANNED = 200_000
"""Rows of one table that are looked at for values."""
READING_S = 30.0
"""Seconds for reading a whole schema; what is not looked at by then has no values."""


class Column(Noun):
    """A column and what is known of its cells."""

    name: str
    """As the database has it."""
    words: tuple[str, ...]
    """Its name in lower-case words, split at ``_`` and at capitals."""
    kind: Kind
    declared: str
    """The type in the database's own words."""
    nullable: bool = True
    gaps: bool = True
    """Some cell is empty, or may be: not all were looked at."""
    key: bool = False
    """Part of the primary key."""
    unique: bool = False
    """No value occurs twice, in what was looked at."""
    quoted_number: bool = False
    """A text column whose values are all numbers: it is compared as numbers."""
    least: float | str | None = None
    greatest: float | str | None = None
    distinct: int | None = None
    """How many values it has, where they were counted."""
    frequent: tuple[tuple[str, int], ...] = ()
    """Its most frequent values and how often they occur; text and flags only."""
    values: tuple[str, ...] = ()
    """Its short values, for grounding; text only."""
    note: str = ""
    """What the database's owner says of it."""


class Table(Noun):
    """A table or view."""

    name: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: int | None = None
    """``None`` where counting took too long."""
    note: str = ""

    def column(self, name: str) -> Column:
        """Raises ``KeyError``. The case of letters does not matter."""
        for column in self.columns:
            if column.name.lower() == name.lower():
                return column
        raise KeyError(name)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The primary key, as far as it is declared."""
        return tuple(column for column in self.columns if column.key)


class ForeignKey(Noun):
    """``table.column`` names a row of ``target`` by its ``target_column``."""

    table: str
    column: str
    target: str
    target_column: str
    declared: bool = True


class Schema(Noun):
    """What may be asked of a database."""

    dialect: str
    """SQLAlchemy's name of it: ``sqlite``, ``postgresql``, ``mysql``, ``duckdb`` …"""
    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    unread: tuple[str, ...] = Field(())
    """``table.column`` of those that there was no time to look at."""

    def table(self, name: str) -> Table:
        """Raises ``KeyError``. The case of letters does not matter."""
        for table in self.tables:
            if table.name.lower() == name.lower():
                return table
        raise KeyError(name)

    def told(self, tables: Iterable[str] = ()) -> str:
        """A text for a model: one line a column with its type, keys and samples; of these tables, or of all.

        What comes from the database (names, values, notes) stands in it as data: quoted, on one line, cut at 40
        characters.
        """
        chosen = {name.lower() for name in tables}
        told = [table for table in self.tables if not chosen or table.name.lower() in chosen]
        return "\n\n".join(self._table_told(table) for table in told)

    def _table_told(self, table: Table) -> str:
        count = "" if table.rows is None else f" -- {table.rows} rows"
        note = f"; {_line(table.note)}" if table.note else ""
        lines = [f'TABLE "{_line(table.name)}"{count}{note}']
        targets = {
            key.column: f'-> "{_line(key.target)}"."{_line(key.target_column)}"'
            for key in self.foreign_keys
            if key.table == table.name
        }
        for column in table.columns:
            parts = [f'  "{_line(column.name)}"', _line(column.declared) or column.kind]
            parts += ["PRIMARY KEY"] * column.key
            parts += [targets[column.name]] if column.name in targets else []
            lines.append(" ".join(parts) + _samples(column))
        return "\n".join(lines)


def _samples(column: Column) -> str:
    told = []
    if column.frequent:
        told.append(", ".join(repr(_line(value)) for value, _ in column.frequent[:5]))
    elif column.least is not None:
        told.append(f"{_line(str(column.least))} … {_line(str(column.greatest))}")
    told += [_line(column.note)] if column.note else []
    return f"  -- {'; '.join(told)}" if told else ""


def _line(text: str) -> str:
    """On one line, without quotes that could end a name, and no longer than 40 characters."""
    plain = " ".join(text.replace('"', "'").split())
    return plain if len(plain) <= 40 else plain[:39] + "…"


# ── reading ──


def read(engine: sa.Engine, settings: DatabaseSettings, *, deadline_s: float = READING_S) -> Schema:
    """The schema behind ``engine``. Blocking; it only reads.

    Raises ``DatabaseFailed`` where the database can't be reached or has no table that may be asked. Sampling ends at
    ``deadline_s``: what is left then is named in ``unread``.
    """
    until = monotonic() + deadline_s
    try:
        with engine.connect() as connection:
            return _Reading(connection, settings, until).schema()
    except sa.exc.SQLAlchemyError as error:
        raise DatabaseFailed(
            f"the tables of {engine.url.render_as_string(hide_password=True)} can't be read: {_first_line(error)}",
            reason="unreachable",
            hint="check databases.<name>.url, and that this user may read",
        ) from error


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]


class _Reading:
    def __init__(self, connection: sa.Connection, settings: DatabaseSettings, until: float) -> None:
        self.connection = connection
        self.inspector = sa.inspect(connection)
        self.settings = settings
        self.until = until
        self.unread: list[str] = []
        self.all_columns: dict[str, list[str]] = {}
        """Also those that are hidden."""

    def schema(self) -> Schema:
        wanted = {name.lower() for name in self.settings.tables}
        views = every = self.inspector.get_view_names()
        if self.settings.hidden:  # a view may show a hidden column under another name; who names the view means it
            views = [name for name in every if name.lower() in wanted]
        known = [*self.inspector.get_table_names(), *views]
        names = [name for name in known if not wanted or name.lower() in wanted]
        if lost := wanted - {name.lower() for name in names}:
            raise DatabaseFailed(
                f"there is no table {', '.join(sorted(lost))}; there are {', '.join(sorted(known)) or 'none'}",
                reason="failed",
                hint="name tables of the database in databases.<name>.tables",
            )
        words = kinds.without_common_prefix([kinds.split_words(name) for name in names])
        words = [kinds.plainly(said, column=False) for said in words]
        made = [self._table(name, said) for name, said in zip(names, words, strict=True)]
        if self.connection.dialect.name != "duckdb":  # its driver has looked: files come without them
            check_hidden(self.settings.hidden, self.all_columns, {*known, *every} - set(names))
        tables = tuple(table for table in made if table.columns)
        if not tables:
            raise DatabaseFailed(
                "the database has no table that may be asked",
                reason="failed",
                hint="check databases.<name>.url, .tables and .hidden",
            )
        declared = [key for table in tables for key in self._foreign_keys(table.name, tables)]
        schema = Schema(
            dialect=self.connection.dialect.name,
            tables=tables,
            unread=tuple(self.unread),
        )
        return schema.model_copy(update={"foreign_keys": (*declared, *inferred(schema, declared))})

    def _table(self, name: str, said: tuple[str, ...]) -> Table:
        found = self._columns(name)
        if not found:
            return Table(name=name, words=said, columns=())
        keys = set(self.inspector.get_pk_constraint(name)["constrained_columns"])
        all_words = kinds.without_common_prefix([kinds.split_words(column["name"]) for column in found])
        loose = self.connection.dialect.name == "sqlite"  # a type is but a wish there: cells are looked at as they are
        clause = sa.table(name, *(sa.column(c["name"], None if loose else c["type"]) for c in found))
        rows = self._count(clause)
        columns = []
        for column, words in zip(found, all_words, strict=True):
            plain = Column(
                name=column["name"],
                words=kinds.plainly(words, column=True),
                kind=kinds.of_type(column["type"]),
                declared=str(column["type"]) if not isinstance(column["type"], sa.types.NullType) else "",
                nullable=bool(column.get("nullable", True)),
                key=column["name"] in keys,
                note=column.get("comment") or "",
            )
            columns.append(self._looked_at(clause, plain, rows))
        return Table(name=name, words=said, columns=tuple(columns), rows=rows)

    def _columns(self, table: str) -> Sequence[Mapping[str, Any]]:
        """Those that are not hidden and that the database lets its user read."""

        def readable(columns: Sequence[Mapping[str, Any]]) -> bool:
            clause = sa.table(table, *(sa.column(column["name"]) for column in columns))
            return self._works(lambda: self.connection.execute(sa.select(*clause.columns).where(sa.false())))

        # A view whose table is gone has no columns.
        known = self.inspector.get_columns(table) if self._works(lambda: self.inspector.get_columns(table)) else []
        self.all_columns[table] = [column["name"] for column in known]
        shown = [column for column in known if not self._is_hidden(table, column["name"])]
        return shown if not shown or readable(shown) else [column for column in shown if readable([column])]

    def _works(self, look: Callable[[], object]) -> bool:
        """Whether the database lets us look. Raises where it is not there any more."""
        try:
            look()
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
            self.connection.rollback()
            return False
        return True

    def _is_hidden(self, table: str, column: str) -> bool:
        hidden = {pattern.lower() for pattern in self.settings.hidden}
        return bool(hidden & {f"{table}.{column}".lower(), f"*.{column}".lower(), f"{table}.*".lower()})

    def _count(self, clause: sa.TableClause) -> int | None:
        counted: list[int] = []
        query = sa.select(sa.func.count()).select_from(clause)
        if monotonic() < self.until:
            self._works(lambda: counted.append(int(self.connection.execute(query).scalar_one())))
        return counted[0] if counted else None

    def _looked_at(self, clause: sa.TableClause, column: Column, rows: int | None) -> Column:
        """With ranges and values, unless there is no time left, or the database can't group or compare such cells."""
        found: list[Column] = []
        if rows == 0:
            return column
        if monotonic() > self.until or not self._works(lambda: found.append(self._sampled(clause, column, rows))):
            self.unread.append(f"{clause.name}.{column.name}")
            return column
        return found[0]

    def _sampled(self, clause: sa.TableClause, column: Column, rows: int | None) -> Column:
        sample = sa.select(clause.c[column.name].label("v")).limit(SCANNED).subquery()
        if column.kind != "number" and self.connection.dialect.name == "sqlite":
            column = self._grouped(sample, column, rows)
            if column.kind not in ("date", "time"):
                return column
        elif column.kind in ("text", "flag"):
            return self._grouped(sample, column, rows)
        least, greatest, distinct, filled = self.connection.execute(
            sa.select(
                sa.func.min(sample.c.v), sa.func.max(sample.c.v), sa.func.count(sample.c.v.distinct()), sa.func.count()
            ).where(sample.c.v.is_not(None))
        ).one()
        update = {"least": _bound(least), "greatest": _bound(greatest), "distinct": distinct, "gaps": filled != rows}
        return column.model_copy(update=update | {"unique": distinct == filled > 0})

    def _grouped(self, sample: sa.Subquery, column: Column, rows: int | None) -> Column:
        counted = self.connection.execute(
            sa.select(sample.c.v, sa.func.count().label("n"))
            .where(sample.c.v.is_not(None))
            .group_by(sample.c.v)
            .order_by(sa.desc("n"), sample.c.v)
            .limit(FINDABLE + 1)
        ).all()
        texts = [(str(kinds.plain(value)), int(n)) for value, n in counted]
        complete = len(texts) <= FINDABLE
        short = [value for value, _ in texts[:FINDABLE] if 0 < len(value) <= LONG]
        update: dict[str, Any] = {
            "frequent": tuple((value, n) for value, n in texts[:FREQUENT] if len(value) <= LONG),
            "values": tuple(short),
            "distinct": len(texts) if complete else None,
            "gaps": not complete or sum(n for _, n in texts) != rows,
            "unique": bool(texts) and all(n == 1 for _, n in texts) and rows is not None and rows <= SCANNED,
        }
        if texts and (column.kind == "text" or self.connection.dialect.name == "sqlite"):
            update |= kinds.shape([value for value, _ in texts], column.kind)
        return column.model_copy(update=update)

    def _foreign_keys(self, name: str, tables: Sequence[Table]) -> list[ForeignKey]:
        seen = {(t.name.lower(), c.name.lower()): (t.name, c.name) for t in tables for c in t.columns}
        found: list[ForeignKey] = []
        for key in self.inspector.get_foreign_keys(name):
            if len(key["constrained_columns"]) != 1 or len(key["referred_columns"]) != 1:
                continue
            own = seen.get((name.lower(), key["constrained_columns"][0].lower()))
            other = seen.get((key["referred_table"].lower(), key["referred_columns"][0].lower()))
            if own and other:
                made = ForeignKey(table=own[0], column=own[1], target=other[0], target_column=other[1])
                found += [] if made in found else [made]
        return found


def _bound(value: object) -> float | str | None:
    plain = kinds.plain(value)
    return float(plain) if isinstance(plain, int) else plain


# ── keys that nobody declared ──


def inferred(schema: Schema, declared: Iterable[ForeignKey]) -> list[ForeignKey]:
    """Foreign keys that names and values suggest and that are not declared.

    ``orders.customer_id`` is taken to name ``customers.id`` or ``customers.customer_id``; a text column whose values
    are all among the unique values of another table's name column is taken to name its rows.
    """
    taken = {(key.table, key.column) for key in declared}
    found: list[ForeignKey] = []
    for table in schema.tables:
        for column in table.columns:
            if (table.name, column.name) in taken or (
                _is_own_name(column, table) and not _is_lent(schema, table, column)
            ):
                continue
            target = _named_by(schema, table, column) or _held_by(schema, table, column)
            if target is not None:
                names = {"target": target[0].name, "target_column": target[1].name}
                found.append(ForeignKey(table=table.name, column=column.name, declared=False, **names))
    return found


def _is_lent(schema: Schema, table: Table, column: Column) -> bool:
    """Whether a column that could name its own table's rows names those of a plainer table: ``domain_author.did``."""
    return any(
        set(other.words) < set(table.words) and any(c.words == column.words and c.unique for c in other.columns)
        for other in schema.tables
    )


def identifier(table: Table) -> Column | None:
    """The one column by which rows of the table are named from elsewhere: its primary key, or what looks like one."""
    if len(table.keys) == 1:
        return table.keys[0]
    if table.keys:
        return None
    ids = [column for column in table.columns if _is_id(column) and (column.unique or not table.rows)]
    own = [column for column in ids if _is_own_name(column, table)]
    return own[0] if own else (ids[0] if len(ids) == 1 else None)


def _is_id(column: Column) -> bool:
    """``id``, ``customer_id``, ``custid``, ``aid``: the last word is an id, or ends in one and is short."""
    last = column.words[-1] if column.words else ""
    return last in ("id", "key", "code", "no", "number") or (last.endswith("id") and len(last) <= 8)


def _is_own_name(column: Column, table: Table) -> bool:
    """Whether a column names the rows of its own table: ``id``, ``name``, ``customer_id`` in customers, ``aid`` in
    authors."""
    last = column.words[-1] if column.words else ""
    if not (_is_id(column) or last in ("name", "title")) or not (column.unique or column.key or len(column.words) == 1):
        return False
    before = "".join(column.words[:-1]) + (last.removesuffix("id") if last != "id" and _is_id(column) else "")
    if last in ("key", "code", "no", "number", "name", "title", "id"):
        before = "".join(column.words[:-1])
    return (
        not before
        or _same_noun((before,), table.words)
        or (len(before) < 3 and "".join(table.words).startswith(before))
    )


def _named_by(schema: Schema, table: Table, column: Column) -> tuple[Table, Column] | None:
    """The row that a column like ``customer_id`` or ``CustomerId`` means."""
    if not _is_id(column):
        return None
    best: tuple[int, Table, Column] | None = None
    for other in schema.tables:
        target = identifier(other)
        if target is None or other.name == table.name or target.kind != column.kind or not _within(column, target):
            continue
        same = column.words == target.words and len("".join(target.words)) > 2
        by_table = len(column.words) > 1 and _same_noun(column.words[:-1], other.words) and _is_id(target)
        worth = 2 * by_table + same * (1 + _is_own_name(target, other))
        if worth and (best is None or worth > best[0]):
            best = (worth, other, target)
    return best[1:] if best else None


def _held_by(schema: Schema, table: Table, column: Column) -> tuple[Table, Column] | None:
    """The table whose names a text column holds."""
    if column.kind != "text" or column.quoted_number or not column.values or column.distinct != len(column.values):
        return None
    for other in schema.tables:
        for target in other.columns:
            if other.name == table.name or target.kind != "text" or not target.unique:
                continue
            if target.distinct != len(target.values) or not _is_name_of(target, other):
                continue
            akin = set(column.words) & {*other.words, *target.words}
            if len(column.values) > (1 if akin else 4) and set(column.values) <= set(target.values):
                return other, target
    return None


def _is_name_of(column: Column, table: Table) -> bool:
    """``name`` or ``title``, alone or after the table's own words; or the primary key."""
    words = column.words
    if column.key:
        return True
    if not words or words[-1] not in ("name", "title", "code", "symbol"):
        return False
    return len(words) == 1 or _same_noun(words[:-1], table.words)


def _within(column: Column, target: Column) -> bool:
    """Whether what was seen of a column speaks against its values being those of the target."""
    if column.values and target.values and target.distinct == len(target.values):
        return set(column.values) <= set(target.values)
    if isinstance(column.least, float | int) and isinstance(target.least, float | int):
        return bool(column.least >= target.least and column.greatest <= target.greatest)  # type: ignore[operator]
    return True


def _same_noun(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether two names are one noun, with or without plural and prefixes such as ``tbl``."""
    return _singular(left) == _singular(right) or (
        len(left) < len(right) and _singular(left) == _singular(right[-len(left) :])
    )


def _singular(words: Sequence[str]) -> str:
    joined = "".join(words)
    if joined.endswith("ies") and len(joined) > 4:
        return joined[:-3] + "y"
    if joined.endswith(("ses", "xes", "ches", "shes")):
        return joined[:-2]
    return joined.removesuffix("s") if not joined.endswith("ss") else joined
