"""What does a follow-up change in the query before it? *And by country?*, *only in 2010*, *the top 5*, *and for Spain?*

The query of the earlier table is read into its tree, whoever wrote it, and a condition, a group, an order or a limit is
put into it. What the tree can't take (several SELECTs, tables that are themselves queries) is no follow-up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pincite.search.tables import sql, title
from pincite.search.tables.grammar.parse import Reading, fragment
from pincite.search.tables.grammar.scene import NotUnderstood
from pincite.search.tables.link import Linker
from pincite.search.tables.meaning import Compare, Measure, Order, Query, Ref
from pincite.search.tables.schema import Schema
from pincite.types import Table

_OPENS = re.compile(
    r"(?:and|but|only|just|what about|how about|now|then|also|the same|same|instead|of (?:those|these|them)|those|these"
    r"|which of (?:those|these|them)|without|except|excluding|sort(?:ed)?|order(?:ed)?|the (?:top|first|last|bottom)"
    r"|top|in|by|per|for(?: each)?|since|before|after|until|between|from)\b",
    re.IGNORECASE,
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


def is_followup(question: str) -> bool:
    """Whether a question may go on from an earlier one: it is short, and opens as one that does."""
    return len(question.split()) <= FEW and _OPENS.match(question.strip()) is not None


def followed(question: str, table: Table, linker: Linker, today: date, dialect: str) -> Followed | None:
    """The earlier table's query as the question changes it; ``None`` where it changes nothing that is understood."""
    tree = _plain_select(table.sql, dialect)
    if tree is None:
        return None
    names = _tables(tree, linker.schema)
    if not names:
        return None
    try:
        reading = fragment(_FILLING.sub(" ", question), linker, today, next(iter(names)))
        changed = _Changer(tree, names, linker.schema, dialect).changed(reading.query)
    except (NotUnderstood, sql.NoWay):
        return None
    if changed is None:
        return None
    return Followed(
        changed.sql(dialect=sql.DIALECTS.get(dialect, dialect), pretty=True),
        title.change(reading.query, linker.schema),
        tuple(dict.fromkeys(found.name for found in changed.find_all(exp.Table))),
        reading,
    )


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


class _Changer:
    def __init__(self, tree: exp.Select, names: dict[str, str], schema: Schema, dialect: str) -> None:
        self.tree = tree.copy()
        self.names = names
        self.schema = schema
        self.builder = sql.Builder(schema, dialect)

    def changed(self, query: Query) -> exp.Select | None:
        """The tree with what the query adds; ``None`` where that is nothing."""
        before = self.tree.sql()
        for condition in query.where:
            if isinstance(condition, Compare) and isinstance(condition.left, Ref):
                self._without(condition.left)
            self.tree = self.tree.where(self._named(self.builder.condition(condition)))
        if query.best is not None:
            self._order([Order(query.best.of, query.best.greatest)], 1)
        groups = [ref for ref in query.group if isinstance(ref, Ref)]
        if groups:
            self._group(groups)
        if query.order or query.limit is not None:
            self._order(list(query.order), query.limit)
        return self.tree if self.tree.sql() != before else None

    def _named(self, made: exp.Expr) -> exp.Expr:
        """With tables called as the tree calls them; queries within keep their own names."""
        for column in [made] if isinstance(made, exp.Column) else list(made.find_all(exp.Column)):
            inner = column.find_ancestor(exp.Select)
            if inner is None and column.table in self.names:
                column.set("table", exp.to_identifier(self.names[column.table], quoted=True))
        return made

    def _without(self, ref: Ref) -> None:
        """Drops what the tree says of a column: *and for Spain?* asks about another country, not about both."""
        where = self.tree.args.get("where")
        if where is None:
            return
        parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        kept = [part for part in parts if not self._says(part, ref)]
        self.tree.set("where", None)
        for part in kept:
            self.tree = self.tree.where(part.copy())

    def _says(self, part: exp.Expr, ref: Ref) -> bool:
        column = part.this if isinstance(part, (exp.Binary, exp.In, exp.Between)) else None
        if not isinstance(column, exp.Column) or column.name.lower() != ref.column.lower():
            return False
        return column.table.lower() in ("", self.names.get(ref.table, ref.table).lower())

    def _group(self, groups: list[Ref]) -> None:
        """The same measures for each; rows are counted where nothing was measured."""
        shown = [one for one in self.tree.expressions if one.find(exp.AggFunc)]
        shown = shown or [exp.alias_(exp.Count(this=exp.Star()), "number", quoted=True)]
        columns = [self._column(ref) for ref in groups]
        self.tree.set("expressions", [*columns, *(one.copy() for one in shown)])
        self.tree.set("group", None)
        for name in ("order", "limit", "distinct"):
            self.tree.set(name, None)
        self.tree = self.tree.group_by(*(column.copy() for column in columns))

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
