"""May this SQL be run? One SELECT, of what is allowed, over the tables that may be seen; else ``BadQuery`` says why.

The text is read into a tree (sqlglot), every node of the tree must be on the list (``allowed.py``), and what is run is
written anew from the tree: no comment, hint or trick of spelling outlives that. A table with hidden columns is
replaced by a SELECT of the others, so the database itself knows no such column there, be it asked for by ``*``, by a
natural join or as a whole row. A limit is set on the rows.

This is the first of two walls. The second, what the connection itself can do, is in ``drivers``.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from pincite.errors import BadQuery
from pincite.search.tables import allowed

# It logs what it can't read, word for word; questions do not belong into a log.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_CHARACTERS = 20_000
MAX_DEPTH = 100
"""Brackets within brackets."""
MAX_LIMIT = 2**31
WIDTH = 200
"""Characters that a value may be padded to."""

_STUMBLES = (SqlglotError, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""How sqlglot fails at functions with arguments that they do not have."""
_SCHEMAS = {"sqlite": "main", "duckdb": "main", "postgres": "public"}
"""Where tables are that are named without their schema."""
_OWN = ("pg_", "sqlite_", "duckdb_")
"""How tables of the databases themselves begin."""
_JOINS = {"", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL", "SEMI", "ANTI", "ASOF"}
_PLAIN = {"postgres": re.compile(r"[a-z_][a-z0-9_]*"), "": re.compile(r"[A-Za-z_][A-Za-z0-9_]*")}
_WORD = re.compile(r"[A-Za-z_]+")
_SIZES = re.compile(r"\d{4,}|\*")


@dataclass(frozen=True)
class Guarded:
    """A query that may be run."""

    sql: str
    """As a person reads it and can run it again, through ``guard``."""
    running: str
    """What the database is given: hidden columns cut away, and at most ``most`` + 1 rows, so that it shows if there
    are more."""
    counting: str
    """Brings one number, how many rows there are without that limit."""
    tables: tuple[str, ...]
    """Those that it reads, each once, in the order of the query."""
    most: int


def masked(hidden: Collection[str], tables: Collection[str]) -> frozenset[str]:
    """Those of ``tables`` that have hidden columns, by the setting's patterns: ``table.column`` or ``*.column``."""
    places = {pattern.rpartition(".")[0].casefold() for pattern in hidden}
    return frozenset(table for table in tables if "*" in places or table.casefold() in places)


def guard(
    sql: str,
    dialect: str,
    tables: Mapping[str, Collection[str]],
    most: int,
    masked: Collection[str] | None = None,
) -> Guarded:
    """``sql`` as it may be run. ``dialect``: ``sqlite``, ``postgres``, ``mysql`` or ``duckdb``.

    ``tables`` are those that may be seen with their columns that may be seen; ``masked``, those of them that have
    others; ``None``: any may. Raises ``BadQuery`` whose ``part`` is the piece of ``sql`` that is not allowed.
    """
    try:
        return _guarded(sql, dialect, tables, most, masked)
    except RecursionError:
        raise BadQuery("the query is nested too deeply", hint="Make it simpler.") from None


def _guarded(
    sql: str, dialect: str, tables: Mapping[str, Collection[str]], most: int, masked: Collection[str] | None
) -> Guarded:
    shown = _Check(sql, dialect, tables).checked()
    text = _written(shown.root, dialect)
    # What was written is read and checked once more, so that nothing rests on how a tree is written down.
    again = _Check(text, dialect, tables).checked()
    running = again.root.copy()
    cut = tables if masked is None else {name: tables[name] for name in masked if name in tables}
    _cut_away(again.bases(running), cut)
    if dialect == "duckdb":
        _head(running, dialect)
    counted = running.copy()
    if counted.args.get("limit") is None and counted.args.get("offset") is None:
        counted.set("order", None)
    counting = exp.select(exp.Count(this=exp.Star())).from_(exp.Subquery(this=counted, alias=_alias("counted")))
    _limit(running, most + 1)
    return Guarded(
        sql=_written(shown.root, dialect, pretty=len(text) > WIDTH // 2),
        running=_written(running, dialect),
        counting=_written(counting, dialect),
        tables=tuple(dict.fromkeys(table.name for table in again.bases(again.root))),
        most=most,
    )


class _Check:
    """One text, as a tree of which every node may be there; names of tables are those of ``tables``."""

    def __init__(self, sql: str, dialect: str, tables: Mapping[str, Collection[str]]) -> None:
        self._sql, self._dialect, self._tables = sql, dialect, tables
        self.root = _parsed(sql, dialect)

    def checked(self) -> _Check:
        for node in self.root.walk():
            self._kind(node)
        for node in self.root.find_all(exp.CTE):
            self._cte(node)
        found = self._named()
        for table, name in found:
            self._rename(table, name)
        self._columns(found)
        return self

    def bases(self, root: exp.Expr) -> list[exp.Table]:
        """The tables of a checked tree that are the database's, each time that they are read."""
        return [node for node in root.find_all(exp.Table) if not _is_cte(node, self._dialect)]

    # ── kinds ──

    def _kind(self, node: exp.Expr) -> None:
        kind = type(node)
        if isinstance(node, exp.Anonymous):
            self._function(node)
        elif kind in allowed.LENGTHENING:
            self._lengthening(node)
        elif kind not in allowed.NODES and kind not in allowed.FUNCTIONS:
            raise self._refused(node)
        for name, value in node.args.items():
            if kind in allowed.ARGUMENTS and value and name not in allowed.ARGUMENTS[kind]:
                first = value[0] if isinstance(value, list) else value
                raise self._refused(first if isinstance(first, exp.Expr) else node, _CLAUSES.get(name, ""))
        self._shape(node)

    def _shape(self, node: exp.Expr) -> None:
        """What a node that is allowed may not hold all the same."""
        if isinstance(node, exp.Star):
            around = node.parent.parent if isinstance(node.parent, exp.Column) else node.parent
            if not isinstance(around, exp.Select | exp.Count):
                raise self._bad("* stands for all columns, and only right behind SELECT or in COUNT", node)
        elif isinstance(node, exp.Select) and not node.expressions:
            raise self._bad("SELECT names no column", node)
        elif isinstance(node, exp.Join):
            for word in (node.side, node.kind, node.method):
                if word.upper() not in _JOINS:
                    raise self._refused(node)
        elif isinstance(node, exp.Var) and not _WORD.fullmatch(node.name):
            raise self._refused(node)
        elif isinstance(node, exp.DataType) and node.this not in allowed.TYPES:
            raise self._bad(f"nothing may be turned into {_written(node, self._dialect)} here", node)
        elif isinstance(node, exp.DataTypeParam) and not _is_number(node.this, 9_999):
            raise self._bad(f"{_written(node, self._dialect)} is too long", node)
        elif isinstance(node, exp.Limit) and not _is_number(node.expression, MAX_LIMIT):
            raise self._bad("LIMIT takes a whole number", node.expression)
        elif isinstance(node, exp.Fetch) and not _is_number(node.args.get("count"), MAX_LIMIT):
            raise self._bad("FETCH takes a whole number", node)

    def _function(self, node: exp.Anonymous) -> None:
        name = node.name.lower()
        if name not in allowed.NAMED[self._dialect]:
            raise self._bad(f"{node.name} is not a function that may be used here", node)
        if name in allowed.FORMATS and self._dialect != "mysql":
            asked = node.expressions[0] if node.expressions else None
            if not isinstance(asked, exp.Literal) or _SIZES.search(asked.name):
                raise self._bad(f"{node.name} takes a format that is written out, with widths below 1000", node)

    def _lengthening(self, node: exp.Expr) -> None:
        """What makes text longer, does so by what is written out."""
        if isinstance(node, exp.Pad):
            if not _is_number(node.expression, WIDTH):
                raise self._bad(f"{node.sql_name()} takes a length of at most {WIDTH}, written out", node)
            return
        new, old = node.args.get("replacement"), node.args.get("expression")
        if new is not None and not (isinstance(new, exp.Literal) and len(new.name) <= WIDTH):
            raise self._bad(f"a replacement is a text of at most {WIDTH} characters, written out", node)
        longer = new is not None and (not isinstance(old, exp.Literal) or len(new.name) > len(old.name))
        if longer and any(type(one) in allowed.LENGTHENING for one in list(node.walk())[1:]):
            raise self._bad("a replacement that lengthens a text stands alone", node)

    # ── names ──

    def _cte(self, node: exp.CTE) -> None:
        name = node.alias.casefold()
        if name.startswith(_OWN) or name in map(str.casefold, self._tables):
            raise self._bad(f"{node.alias} is the name of a table; call this part of the query something else", node)

    def _named(self) -> list[tuple[exp.Table, str]]:
        """Each table of the database that is read, with its name in ``tables``.

        A list: nodes that look alike are equal, and each of them counts.
        """
        found: list[tuple[exp.Table, str]] = []
        for node in self.root.find_all(exp.Table):
            if not isinstance(node.this, exp.Identifier):
                raise self._bad(f"{_written(node.this, self._dialect)} is no table", node)
            if _is_cte(node, self._dialect):
                continue
            found.append((node, self._found(node)))
        return found

    def _found(self, node: exp.Table) -> str:
        name = node.name
        same = [name] if name in self._tables else [one for one in self._tables if one.casefold() == name.casefold()]
        there = node.db and node.db.casefold() != _SCHEMAS.get(self._dialect)
        if len(same) != 1 or there or name.casefold().startswith(_OWN):
            told = f"{node.db}.{name}" if node.db else name
            near = difflib.get_close_matches(name.casefold(), map(str.casefold, self._tables), 1)
            real = next((one for one in self._tables if near and one.casefold() == near[0]), "")
            meant = f"; did you mean {real}?" if real and not there and real != name else ""
            raise self._bad(
                f"there is no table {told} that may be asked{meant}",
                node.this,
                hint=f"There are {', '.join(sorted(self._tables)[:20])}.",
            )
        return same[0]

    def _rename(self, node: exp.Table, name: str) -> None:
        written, own = node.this, self._identifier(name, node.this)
        node.set("db", None)
        node.set("this", own)
        if not node.alias and written.name.casefold() == name.casefold():
            for column in self.root.find_all(exp.Column):
                if column.table.casefold() == name.casefold():
                    column.set("table", own.copy())

    def _identifier(self, name: str, written: exp.Identifier) -> exp.Identifier:
        plain = _PLAIN.get(self._dialect, _PLAIN[""]).fullmatch(name)
        made = exp.to_identifier(name, quoted=bool(written.args.get("quoted")) or not plain)
        made.meta.update(written.meta)
        return made

    def _columns(self, found: Sequence[tuple[exp.Table, str]]) -> None:
        visible = {column.casefold(): column for _, name in found for column in self._tables[name]}
        names = {id(table): name for table, name in found}
        made = set(self._made_names())
        for column in list(self.root.find_all(exp.Column)):
            if isinstance(column.this, exp.Star):
                continue
            name = column.name.casefold()
            source = _source(column) if column.table else None
            known: Collection[str] = {*visible, *made}
            if id(source) in names:
                # Exactly its columns: PostgreSQL reads ``orders.f`` as f(orders) where there is no such column.
                known = {*map(str.casefold, self._tables[names[id(source)]]), *_renamed(source)}
            if name in known:
                self._respell(column, visible, made)
            elif self._dialect == "sqlite" and not column.table and self._is_text(column):
                column.replace(exp.Literal.string(column.name))
            else:
                raise self._unknown(column, known)
        for join in self.root.find_all(exp.Join):
            for name in join.args.get("using") or ():
                if name.name.casefold() not in {*visible, *made}:
                    raise self._unknown(name, set(visible))

    def _is_text(self, column: exp.Column) -> bool:
        """SQLite takes ``"such a name"`` for a text where there is no such column, and so do those who write for it."""
        start = column.this.meta.get("start", -1)
        compared = isinstance(column.parent, exp.Binary | exp.In | exp.Between | exp.Func)
        return compared and bool(column.this.args.get("quoted")) and self._sql[start : start + 1] == '"'

    def _made_names(self) -> Iterator[str]:
        """Names that the query itself gives to columns."""
        for node in self.root.find_all(exp.Alias, exp.TableAlias, exp.Window):
            if isinstance(node, exp.TableAlias):
                for column in node.columns:
                    yield column.name.casefold()
            elif isinstance(node, exp.Alias):
                yield node.alias.casefold()

    def _respell(self, column: exp.Column, visible: Mapping[str, str], made: Collection[str]) -> None:
        """PostgreSQL reads ``Name`` as ``name``; who means the column ``Name`` may leave the quotes away here."""
        real = visible.get(column.name.casefold(), "")
        folded = self._dialect == "postgres" and not column.this.args.get("quoted") and real != real.lower()
        if folded and column.name.casefold() not in made and column.name.lower() not in visible.values():
            column.set("this", exp.to_identifier(real, quoted=True))

    # ── refusals ──

    def _unknown(self, node: exp.Expr, known: Collection[str]) -> BadQuery:
        near = difflib.get_close_matches(node.name.casefold(), known, 1)
        return self._bad(f"there is no column {node.name} here" + (f"; did you mean {near[0]}?" if near else ""), node)

    def _refused(self, node: exp.Expr, said: str = "") -> BadQuery:
        name = said or _KINDS.get(type(node)) or (node.sql_name() if isinstance(node, exp.Func) else node.key.upper())
        return self._bad(f"{name} may not be used here", node)

    def _bad(self, detail: str, node: exp.Expr, hint: str = "") -> BadQuery:
        return BadQuery(detail, part=self._part(node), hint=hint or "Only one SELECT over its tables can be run.")

    def _part(self, node: exp.Expr) -> str:
        """``node`` as it stands in the text, from its first token that is known to its last one."""
        spots = [one.meta for one in node.walk() if "start" in one.meta]
        if isinstance(node, exp.Func) and not isinstance(node, exp.Cast):
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
            call = re.search(rf"{re.escape(name)}\s*\(", self._sql, re.IGNORECASE)
            if call:
                return self._sql[call.start() : call.end() - 1].rstrip()
        if spots:
            return self._sql[min(spot["start"] for spot in spots) : max(spot["end"] for spot in spots) + 1]
        found = re.search(re.escape(_written(node, self._dialect)), self._sql, re.IGNORECASE)
        return found[0] if found else ""


_CLAUSES = {
    "into": "INTO",
    "locks": "a lock (FOR UPDATE)",
    "hint": "a hint",
    "hints": "a hint",
    "sample": "a sample",
    "pivots": "PIVOT",
    "laterals": "LATERAL",
    "catalog": "the name of another database",
}
_KINDS: Mapping[type[exp.Expr], str] = {
    exp.Command: "this statement",
    exp.Parameter: "a parameter",
    exp.SessionParameter: "a setting",
    exp.Placeholder: "a placeholder",
    exp.Dot: "a part of a value",
}


def _parsed(sql: str, dialect: str) -> exp.Query:
    """The one SELECT that ``sql`` is."""
    hint = "Write one SELECT."
    if len(sql) > MAX_CHARACTERS:
        raise BadQuery(f"the query has {len(sql):,} characters; at most {MAX_CHARACTERS:,} are read", hint=hint)
    odd = next((c for c in sql if not (c.isprintable() or c in "\n\r\t ")), "")
    if odd:
        raise BadQuery(f"the query holds a character that can't be seen, U+{ord(odd):04X}", part=odd, hint="Delete it.")
    if _depth(sql) > MAX_DEPTH:
        raise BadQuery(f"the query has more than {MAX_DEPTH} brackets within brackets", hint="Make it simpler.")
    try:
        # What stands behind the last semicolon may be a remark.
        read = sqlglot.parse(sql, read=dialect)
        statements = [one for one in read if one is not None and not isinstance(one, exp.Semicolon)]
    except _STUMBLES as error:
        told = getattr(error, "errors", None) or [{}]
        part = str(told[0].get("highlight") or "")
        where = f" at {part}" if part else ""
        raise BadQuery(f"this is no SQL that can be read{where}", part=part, hint=hint) from None
    if len(statements) != 1:
        raise BadQuery(f"there are {len(statements)} statements; one is run", hint=hint)
    root = statements[0]
    while isinstance(root, exp.Subquery) and {name for name, value in root.args.items() if value} == {"this"}:
        root = root.this
    if not isinstance(root, exp.Select | exp.SetOperation):
        name = root.name if isinstance(root, exp.Command) else root.key.upper()
        raise BadQuery(f"{name} is not run: only SELECT is", part=sql.strip().split(maxsplit=1)[0], hint=hint)
    return root


def _depth(sql: str) -> int:
    deepest = depth = 0
    for character in sql:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _is_number(node: object, most: int) -> bool:
    return (
        isinstance(node, exp.Literal)
        and not node.is_string
        and bool(re.fullmatch(r"[0-9]{1,18}", node.name))
        and int(node.name) <= most
    )


def _is_cte(node: exp.Table, dialect: str) -> bool:
    """Whether ``node`` names a part that a WITH around it has defined before; nothing else is taken for one."""
    if node.args.get("db") is not None or not isinstance(node.this, exp.Identifier):
        return False
    name = _folded(node.this, dialect)
    below: exp.Expr = node
    above = node.parent
    while above is not None:
        defined: list[exp.Expr] = []
        if isinstance(above, exp.With):
            # Inside a definition: those before it, and with RECURSIVE itself.
            place = next(place for place, one in enumerate(above.expressions) if one is below)
            defined = above.expressions[: place + bool(above.args.get("recursive"))]
        elif isinstance(above, exp.Query) and not isinstance(below, exp.With):
            within = above.args.get("with_")
            defined = within.expressions if within is not None else []
        if any(_folded(one.args["alias"].this, dialect) == name for one in defined):
            return True
        below, above = above, above.parent
    return False


def _source(column: exp.Column) -> exp.Expr | None:
    """What the column's qualifier names: the nearest source of that name around it."""
    name = column.table.casefold()
    above = column.parent
    while above is not None:
        if isinstance(above, exp.Select):
            for source in _sources(above):
                if source.alias_or_name.casefold() == name:
                    return source
        above = above.parent
    return None


def _sources(select: exp.Select) -> Iterator[exp.Expr]:
    """The tables and subqueries of its FROM and joins, also of those in brackets."""
    begin = select.args.get("from_")
    waiting = [one.this for one in ([begin] if begin is not None else []) + (select.args.get("joins") or [])]
    while waiting:
        one = waiting.pop()
        waiting += [join.this for join in one.args.get("joins") or ()]
        if isinstance(one, exp.Subquery) and not isinstance(one.this, exp.Query):
            waiting.append(one.this)
        else:
            yield one


def _renamed(table: exp.Expr | None) -> set[str]:
    alias = table.args.get("alias") if table is not None else None
    return {column.name.casefold() for column in alias.columns} if isinstance(alias, exp.TableAlias) else set()


def _folded(name: exp.Identifier, dialect: str) -> str:
    """``name`` as the database compares it; where that is not sure, as it stands.

    ASCII only: for a database ``ſ`` is no ``s``, whatever Unicode says.
    """
    asis = dialect == "mysql" or (dialect == "postgres" and name.args.get("quoted"))
    return name.name if asis else "".join(c.lower() if c.isascii() else c for c in name.name)


def _alias(name: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name))


def _cut_away(bases: Sequence[exp.Table], cut: Mapping[str, Collection[str]]) -> None:
    """Puts a SELECT of the visible columns in the place of each table in ``cut``."""
    for node in bases:
        name = node.name
        if name not in cut:
            continue
        bare = exp.Table(this=node.this.copy())
        inner = exp.select(*(exp.column(exp.to_identifier(one, quoted=True)) for one in cut[name])).from_(bare)
        alias = node.args.get("alias") or exp.TableAlias(this=node.this.copy())
        node.replace(exp.Subquery(this=inner, alias=alias.copy(), joins=node.args.get("joins")))


def _head(root: exp.Query, dialect: str) -> None:
    """DuckDB calls COUNT(*) ``count_star()``; a column is headed by what was asked for."""
    while isinstance(root, exp.SetOperation):
        root = root.left
    for one in list(root.selects) if isinstance(root, exp.Select) else ():
        if not isinstance(one, exp.Alias | exp.Column | exp.Star):
            named = exp.to_identifier(_written(one, dialect), quoted=True)
            one.replace(exp.Alias(this=one.copy(), alias=named))


def _limit(root: exp.Query, most: int) -> None:
    limit = root.args.get("limit")
    own = limit.args["count"] if isinstance(limit, exp.Fetch) else limit.expression if limit is not None else None
    root.set("limit", exp.Limit(expression=exp.Literal.number(min(most, int(own.name)) if own is not None else most)))


def _written(root: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    try:
        return root.sql(dialect, comments=False, pretty=pretty, unsupported_level=ErrorLevel.IGNORE)
    except _STUMBLES as error:
        raise BadQuery(f"this can't be written for {dialect}: {error}", hint="Write it in another way.") from None
