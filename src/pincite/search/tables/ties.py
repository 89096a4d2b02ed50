"""Who else has as much? *The customer with the most orders* may be five, and the third of *the top 3* two.

A query for the first rows of an order is run for one row more. Where that one has as much as the last that was asked
for, all who do are brought instead, by their rank, and the title says that they share a place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

import sqlglot
from sqlglot import exp

from pincite.types import Cell

RANKED, PLACE = "ranked", "its_place"
"""What the ranked rows and their rank are called in a query."""
DECIMALS = 6
"""Of sums and means by which rows are ranked: the same numbers, added up in another order, are not quite the same."""

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_SAID = re.compile(r", with (?:a tie|[\d,]+ tied) for (?:the last of \d+|\w+) places?$")


@dataclass(frozen=True)
class First:
    """A query for the first ``number`` rows of an order, in its ``dialect`` (sqlglot's name)."""

    tree: exp.Select
    by: exp.Ordered
    number: int
    dialect: str

    def longer(self) -> str:
        """The same for one row more, with what it is ordered by as one more column, the last."""
        key = exp.alias_(self.by.this.copy(), PLACE, quoted=True)
        return self.tree.select(key).limit(self.number + 1).sql(self.dialect)

    def better(self, keys: Sequence[Cell]) -> int | None:
        """How many come before those who share the last place, by the last column of the longer query's rows; ``None``
        where nobody shares it."""
        if len(keys) <= self.number or not self._is_same(keys[-1], keys[-2]):
            return None
        return next(at for at, key in enumerate(keys) if self._is_same(key, keys[-1]))

    def tied(self, key: Cell) -> str | None:
        """With all who share the last place, who have as much as ``key``; ``None`` where columns share a name."""
        inner, by = self.tree.copy(), self.by.copy()
        shown = [one if isinstance(one, exp.Alias | exp.Column) else self._named(one) for one in inner.selects]
        names = [one.args["alias"] if isinstance(one, exp.Alias) else one.this for one in shown]
        if len({name.name.casefold() for name in names}) < len(names):
            return None
        if isinstance(key, float) and self._is_added_up:
            exact = exp.Cast(this=by.this, to=exp.DataType.build("decimal")) if self.dialect == "postgres" else by.this
            by.set("this", exp.Round(this=exact, decimals=exp.Literal.number(DECIMALS)))
        rank = exp.Window(this=exp.Rank(), order=exp.Order(expressions=[by]))
        inner.set("expressions", [*shown, exp.alias_(rank, PLACE, quoted=True)])
        inner.set("order", None)
        inner.set("limit", None)
        place = exp.column(PLACE, table=RANKED, quoted=True)
        outer = exp.select(*(exp.column(name.copy(), table=exp.to_identifier(RANKED, quoted=True)) for name in names))
        outer = outer.from_(exp.alias_(inner.subquery(), RANKED, table=True, quoted=True))
        return outer.where(place <= self.number).order_by(place.copy()).sql(self.dialect)

    @property
    def _is_added_up(self) -> bool:
        return self.by.find(exp.Sum, exp.Avg) is not None

    def _is_same(self, one: Cell, other: Cell) -> bool:
        if self._is_added_up and isinstance(one, float) and isinstance(other, float):
            return isclose(one, other, rel_tol=1e-9)
        return one is not None and one == other

    def _named(self, output: exp.Expr) -> exp.Expr:
        return exp.alias_(output.copy(), output.sql(self.dialect), quoted=True)


def first(sql: str, dialect: str) -> First | None:
    """What ``sql``, which the guard has let through, asks for; ``None`` where it is no plain query of that kind."""
    tree = sqlglot.parse_one(sql, dialect=dialect)
    more = ("with_", "distinct", "offset", "qualify", "windows")
    if not isinstance(tree, exp.Select) or tree.is_star or any(tree.args.get(name) for name in more):
        return None
    limit, order = tree.args.get("limit"), tree.args.get("order")
    if not isinstance(limit, exp.Limit) or order is None or not int(limit.expression.name):
        return None
    by = order.expressions[0].copy()
    by.set("this", _meant(by.this, tree).copy())
    # What follows a count only says whose name comes first. The month behind the year is part of the order.
    if len(order.expressions) > 1 and not by.find(exp.AggFunc):
        return None
    return First(tree, by, int(limit.expression.name), dialect)


def alone(tree: exp.Select) -> exp.Select:
    """The query that ``First.tied`` was made of; any other as it is."""
    begin = tree.args.get("from_")
    inner = begin.this.this if begin is not None and isinstance(begin.this, exp.Subquery) else None
    where, rank = tree.find(exp.LTE), inner.selects[-1] if isinstance(inner, exp.Select) else None
    if not isinstance(inner, exp.Select) or where is None or rank is None or rank.alias != PLACE:
        return tree
    plain = inner.select(*inner.selects[:-1], append=False)
    plain.set("order", rank.this.args["order"].copy())
    return plain.limit(int(where.expression.name))


def told(title: str, better: int, total: int | None) -> str:
    """The title of rows of which the last, after so many ``better`` ones, share a place."""
    tied = "a tie" if total is None else f"{total - better:,} tied"
    place = f"{_ORDINALS[better]} place" if better < len(_ORDINALS) else f"the last of {better + 1} places"
    return f"{title}, with {tied} for {place}"


def untold(title: str) -> str:
    """The title without that."""
    return _SAID.sub("", title)


def _meant(of: exp.Expr, tree: exp.Select) -> exp.Expr:
    """What an ORDER BY names, be it by the name or the position of an output."""
    if isinstance(of, exp.Literal) and of.name.isdecimal() and 0 < int(of.name) <= len(tree.selects):
        return tree.selects[int(of.name) - 1].unalias()
    if isinstance(of, exp.Column) and not of.table:
        outputs = [one.this for one in tree.selects if isinstance(one, exp.Alias)]
        return next((one for one in outputs if one.parent.alias.casefold() == of.name.casefold()), of)
    return of
