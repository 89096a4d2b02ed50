"""What does a follow-up change in the query before it? *And by country?*, *only in 2010*, *the top 5*, *and for Spain?*

The query of the earlier table is read into its tree, whoever wrote it, and a condition, a group, an order or a limit is
put into it. What the tree can't take (several SELECTs, tables that are themselves queries) is no follow-up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pincite.search.tables import sql, ties, title
from pincite.search.tables.grammar.parse import Reading, fragment
from pincite.search.tables.grammar.scene import Clues, NotUnderstood
from pincite.search.tables.link import Linker
from pincite.search.tables.meaning import Measure, Order, Output, Period, Query, Ratio, Ref, refs_of
from pincite.search.tables.schema import Schema
from pincite.types import Table

_BACK = (
    "and|but|only|just|what about|how about|now|then|also|the same|same|instead|of (?:those|these|them)|those|these"
    "|which of (?:those|these|them)|sort(?:ed)?|order(?:ed)?"
)
_OPENS = re.compile(
    rf"(?:{_BACK}|not|without|except|excluding|the (?:top|first|last|bottom)|top|in|by|per|for(?: each)?|since|before"
    r"|after|until|between|from)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(rf"(?:{_BACK}|how many (?:are there|of (?:those|these|them)|in total))\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:and )?how many (?:are (?:there|these|those)|of (?:those|these|them)|in total|is that)\W*$", re.I
)
_FILLING = re.compile(
    r"\b(?:what about|how about|the same|same|instead|of (?:those|these|them)|those|these|them|now|then)\b", re.I
)
FEW = 8
"""Words; a longer question stands alone."""


@dataclass(frozen=True)
class Followed:
    """A changed query."""

    sql: str
    added: str
    """What is new in it, in words: ``whose country is Spain``."""
    tables: tuple[str, ...]
    reading: Reading
    replaces: bool = False
    """Whether it stands for something that the earlier query said: *and for Spain?*"""


def is_followup(question: str) -> bool:
    """Whether a question may go on from an earlier one: it is short, and opens as one that does."""
    said = question.strip()
    return len(said.split()) <= FEW and (_OPENS.match(said) or _COUNTED.match(said)) is not None


def points_back(question: str) -> bool:
    """Whether a short question means nothing without the one before it: *and their emails?*"""
    return len(question.split()) <= FEW and _POINTS.match(question.strip()) is not None


def followed(question: str, table: Table, linker: Linker, today: date, dialect: str) -> Followed | None:
    """The earlier table's query as the question changes it; ``None`` where it changes nothing that is understood."""
    tree = _plain_select(table.sql, dialect)
    if tree is None:
        return None
    alone = ties.alone(tree)
    names = _tables(alone, linker.schema)
    if not names:
        return None
    if _COUNTED.match(question.strip()):
        return _counted(tree, table, dialect)
    try:
        table_name = next(iter(names))
        when = _when(alone, table_name, names, linker.schema)
        reading = fragment(_FILLING.sub(" ", question), linker, today, table_name, when)
        changer = _Changer(alone, names, linker.schema, dialect)
        changed = changer.changed(reading.query)
    except (NotUnderstood, sql.NoWay):
        return None
    if changed is None:
        return None
    added = title.change(reading.query, linker.schema)
    return _followed(changed, added, reading, dialect, replaces=changer.replaced)


def _followed(tree: exp.Select, added: str, reading: Reading, dialect: str, *, replaces: bool = False) -> Followed:
    written = tree.sql(dialect=sql.DIALECTS.get(dialect, dialect), pretty=True)
    return Followed(
        written, added, tuple(dict.fromkeys(found.name for found in tree.find_all(exp.Table))), reading, replaces
    )


def _counted(tree: exp.Select, table: Table, dialect: str) -> Followed:
    """How many rows the earlier query has."""
    plain = tree.copy()
    if not plain.args.get("limit"):
        plain.set("order", None)
    count = exp.alias_(exp.Count(this=exp.Star()), "number", quoted=True)
    inner = exp.Subquery(this=plain, alias=exp.TableAlias(this=exp.to_identifier("earlier", quoted=True)))
    rows = Measure("count", None, table.tables[0] if table.tables else "")
    reading = Reading(Query(rows.table, (rows,)), Clues(), ())
    return _followed(exp.select(count).from_(inner), "how many", reading, dialect)


def _plain_select(text: str, dialect: str) -> exp.Select | None:
    try:
        tree = sqlglot.parse_one(text, dialect=sql.DIALECTS.get(dialect, dialect))
    except SqlglotError:
        return None
    plain = isinstance(tree, exp.Select) and not tree.args.get("with_")
    return tree if plain and isinstance(tree, exp.Select) else None


def _tables(tree: exp.Select, schema: Schema) -> dict[str, str]:
    """Tables that it reads → what they are called in it; empty where one is a query itself or unknown."""
    sources = [tree.args["from_"].this] if tree.args.get("from_") else []
    sources += [join.this for join in tree.args.get("joins") or []]
    found: dict[str, str] = {}
    for source in sources:
        if not isinstance(source, exp.Table):
            return {}
        try:
            found[schema.table(source.name).name] = source.alias_or_name
        except KeyError:
            return {}
    return found


def _when(tree: exp.Select, table: str, names: dict[str, str], schema: Schema) -> Ref | None:
    """The date of a table that the query is about already: what it tests, or else what it groups by."""
    for part in ("where", "group"):
        for found in tree.args[part].find_all(exp.Column) if tree.args.get(part) else ():
            column = next((c for c in schema.table(table).columns if c.name.lower() == found.name.lower()), None)
            own = found.table in ("", names[table]) and found.find_ancestor(exp.Select) is tree
            if own and column is not None and column.kind in ("date", "time"):
                return Ref(table, column.name)
    return None


class _Changer:
    def __init__(self, tree: exp.Select, names: dict[str, str], schema: Schema, dialect: str) -> None:
        self.tree = tree.copy()
        self.names = names
        self.schema = schema
        self.builder = sql.Builder(schema, dialect)
        self.replaced = False
        """Whether something that the tree said is gone."""

    def changed(self, query: Query) -> exp.Select | None:
        """The tree with what the query adds; ``None`` where that is nothing, or can't be added."""
        sorts_a_part = bool(query.order) and query.limit is None and self.tree.args.get("limit") is not None
        if query.having or sorts_a_part:
            return None
        before = self.tree.sql()
        conditions = [self._named(self.builder.condition(condition)) for condition in query.where]
        for condition in conditions:
            self._without(condition)
        for condition in conditions:
            self.tree = self.tree.where(condition)
        if query.best is not None:
            self._order([Order(query.best.of, query.best.greatest)], 1)
        if not self._show(query.outputs):
            return None
        if query.group:
            self._group(list(query.group))
        if query.order or query.limit is not None:
            self._order(list(query.order), query.limit)
        return self.tree if self.tree.sql() != before else None

    def _show(self, outputs: Sequence[Output]) -> bool:
        """One more column; of a tree that measures, one more measure. Whether that is possible."""
        measures = any(one.find(exp.AggFunc) for one in self.tree.expressions)
        for output in outputs:
            if isinstance(output, (Ref, Period)) == measures or isinstance(output, Ratio):
                return False
            for ref in refs_of(output):
                self._column(ref)
            self.tree = self.tree.select(self._named(self.builder.shown(output, Query("", (output,)))))
        return True

    def _named(self, made: exp.Expr) -> exp.Expr:
        """With tables called as the tree calls them; queries within keep their own names."""
        for column in [made] if isinstance(made, exp.Column) else list(made.find_all(exp.Column)):
            inner = column.find_ancestor(exp.Select)
            if inner is None and column.table in self.names:
                column.set("table", exp.to_identifier(self.names[column.table], quoted=True))
        return made

    def _without(self, new: exp.Expr) -> None:
        """Drops what the tree says of the same thing: *and for Spain?* asks about another country, not about both."""
        where = self.tree.args.get("where")
        if where is None:
            return
        parts = _parts(where.this)
        kept = [part for part in parts if not _is_of_one(part, new)]
        self.replaced |= len(kept) < len(parts)
        self.tree.set("where", None)
        for part in kept:
            self.tree = self.tree.where(part.copy())

    def _group(self, groups: list[Ref | Period]) -> None:
        """The same measures for each; rows are counted where nothing was measured."""
        query = Query(next(iter(self.names)))
        shown = [one for one in self.tree.expressions if one.find(exp.AggFunc)]
        shown = shown or [self.builder.shown(Measure("count", None, query.table), query)]
        columns = [self._grouped(one) for one in groups]
        names = [title.heading(one, query, self.schema) for one in groups]
        headed = [exp.alias_(one, name, quoted=True) if name else one for one, name in zip(columns, names, strict=True)]
        self.replaced |= self.tree.args.get("group") is not None
        self.tree.set("expressions", [one.copy() for one in (*headed, *shown)])
        self.tree.set("group", None)
        for name in ("order", "limit", "distinct"):
            self.tree.set(name, None)
        self.tree = self.tree.group_by(*(column.copy() for column in columns))
        times = [self._named(self.builder.in_order(one)) for one in groups if isinstance(one, Period)]
        if times:
            self.tree = self.tree.order_by(*times)

    def _grouped(self, one: Ref | Period) -> exp.Expr:
        if isinstance(one, Ref):
            return self._column(one)
        self._column(one.of)
        return self._named(self.builder.output(one))

    def _column(self, ref: Ref) -> exp.Expr:
        """A column, with its table joined where it is not there yet."""
        if ref.table not in self.names:
            start = next(iter(self.names))
            way = self.builder.joins.way(start, ref.table)
            if way is None:
                raise sql.NoWay(f"{start} and {ref.table} are not related")
            for hop in way:
                if hop.there.table not in self.names:
                    on = self._named(self.builder.on(hop))
                    self.tree = self.tree.join(self.builder.table(hop.there.table), on=on, join_type="inner")
                    self.names[hop.there.table] = hop.there.table
        return self._named(self.builder.output(ref))

    def _order(self, orders: list[Order], limit: int | None) -> None:
        made = [exp.Ordered(this=self._measure(order), desc=order.descending, nulls_first=False) for order in orders]
        if not made and limit is not None and not self.tree.args.get("order"):
            measure = next((one for one in self.tree.expressions if one.find(exp.AggFunc)), None)
            if measure is not None:
                made = [exp.Ordered(this=measure.unalias().copy(), desc=True, nulls_first=False)]
        if made:
            self.tree.set("order", None)
            self.tree = self.tree.order_by(*made)
        if limit is not None:
            self.tree = self.tree.limit(limit)

    def _measure(self, order: Order) -> exp.Expr:
        if isinstance(order.of, Ref):
            return self._column(order.of)
        if isinstance(order.of, Measure) and order.of.of is not None:
            self._column(order.of.of)
        return self._named(self.builder.output(order.of))


def _parts(where: exp.Expr) -> list[exp.Expr]:
    """What is joined by AND, however it is bracketed."""
    if isinstance(where, exp.Paren):
        return _parts(where.this)
    if isinstance(where, exp.And):
        return [*_parts(where.this), *_parts(where.expression)]
    return [where]


def _is_of_one(old: exp.Expr, new: exp.Expr) -> bool:
    """Whether two conditions say the same kind of thing of one column: both a value, or both a bound from one side."""
    left, right = (one.this if isinstance(one, exp.Not) else one for one in (old, new))
    columns = [one.this for one in (left, right)]
    if not all(isinstance(column, exp.Column) for column in columns):
        return False
    if isinstance(left, _DENIALS) and isinstance(right, _DENIALS):
        # Not B2B, and not B2C: neither.
        return False
    if columns[0].name.lower() != columns[1].name.lower() or not _same_table(columns[0], columns[1]):
        return False
    queries = [one.find(exp.Select) for one in (left, right)]
    if any(queries):
        tables = [next((t.name for t in query.find_all(exp.Table)), "") if query else "" for query in queries]
        return tables[0] == tables[1] != ""
    return _side(left) == _side(right) or "both" in (_side(left), _side(right))


_DENIALS = (exp.NEQ, exp.NullSafeNEQ)


def _same_table(left: exp.Column, right: exp.Column) -> bool:
    return not left.table or not right.table or left.table.lower() == right.table.lower()


def _side(condition: exp.Expr) -> str:
    """From which side a condition bounds its column; a value and a range do so from both."""
    if isinstance(condition, (exp.GT, exp.GTE)):
        return "below"
    return "above" if isinstance(condition, (exp.LT, exp.LTE)) else "both"
