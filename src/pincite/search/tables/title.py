"""How is a query said in a few words? A noun phrase, such as *number of customers by country, most first*.

A person sees by it how the question was read, so everything that changes the rows is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pincite.search.tables.meaning import (
    Compare,
    Condition,
    Either,
    Measure,
    Output,
    Period,
    Query,
    Ratio,
    Ref,
    Related,
    Scalar,
)
from pincite.search.tables.schema import Schema

_SAID = {
    "=": "is",
    "!=": "is not",
    "<": "under",
    "<=": "at most",
    ">": "over",
    ">=": "at least",
    "in": "is",
    "not in": "is not",
    "like": "like",
    "not like": "not like",
    "null": "is not known",
    "not null": "is known",
}
_DATED = {"<": "before", "<=": "until", ">": "after", ">=": "since"}
_HOW = {"sum": "total", "avg": "average", "min": "least", "max": "greatest"}


def title(query: Query, schema: Schema) -> str:
    """What the rows are, which of them, by what and in which order."""
    return _Teller(schema).query(query)


def measured(output: Output, schema: Schema) -> str:
    """What a column of the result holds, as its name: *number of customers*."""
    if isinstance(output, Ratio):
        return "percentage" if output.percent else "ratio"
    return _Teller(schema).output(output, Query(""))


def change(query: Query, schema: Schema) -> str:
    """What a query adds to another, in the same words: *whose country is Spain*, *by country*, *the 5 with …*."""
    teller = _Teller(schema)
    if query.limit is not None and not query.order:
        return f"the first {query.limit}"
    return " ".join(part for part in (teller.by(query), teller.rows(query), teller.ordered(query)) if part).strip(", ")


class _Teller:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def query(self, query: Query) -> str:
        first = self._first(query)
        if first:
            return " ".join(part for part in (first, self.rows(query)) if part)
        parts = [self._shown(query)]
        if query.group and (by := self.by(query)):
            parts.append(by)
        rows = self.rows(query)
        if rows:
            parts.append(rows)
        told = " ".join(parts)
        return told + self.ordered(query)

    def _first(self, query: Query) -> str:
        """*the 3 customers with the most orders*; empty where it is no such query."""
        refs = [output for output in query.outputs if isinstance(output, (Ref, Period))]
        if query.limit is None or not query.order or not refs or not isinstance(query.order[0].of, (Ref, Measure)):
            return ""
        first = refs[0]
        name = self.output(first, query)
        listed = isinstance(first, Ref) and first.table == query.table and not query.group
        of_rows = listed or name in ("name", "title", "first name") or first in self._keys(query.table)
        noun = self._one(query.table) if of_rows else name
        measure = query.order[0].of
        of = self.output(measure, query).removeprefix("number of ").removeprefix("total ").removeprefix("greatest ")
        said = noun if query.limit == 1 else f"{query.limit} {plural(noun)}"
        counted = isinstance(measure, Measure) and measure.how == "count"
        most, least = ("most", "fewest") if counted else ("highest", "lowest")
        return f"the {said} with the {most if query.order[0].descending else least} {of}"

    def _keys(self, table: str) -> list[Ref]:
        return [Ref(table, column.name) for column in self.schema.table(table).keys]

    def _shown(self, query: Query) -> str:
        measures = [o for o in query.outputs if not isinstance(o, (Ref, Period))]
        if measures:
            return _and([self.output(measure, query) for measure in measures])
        refs = [self.output(output, query) for output in query.outputs]
        of = self._many(query.table)
        shown = of if self._naming(query) else f"{_and(refs)} of {of}"
        return f"different {shown}" if query.distinct else shown

    def _naming(self, query: Query) -> bool:
        """Whether the columns only say which rows these are: their names or keys, and what they were chosen by."""
        refs = [output for output in query.outputs if isinstance(output, Ref)]
        if not refs or any(ref.table != query.table for ref in refs):
            return False
        chosen = {query.best.of} if query.best else set()
        chosen |= {order.of for order in query.order if isinstance(order.of, Ref)}
        if refs[0] in self._keys(query.table):
            return len(refs) > 1
        return all(ref in chosen or self._words(ref).endswith(("name", "title")) for ref in refs)

    def by(self, query: Query) -> str:
        measures = [o for o in query.outputs if not isinstance(o, (Ref, Period))]
        by: list[Output] = [o for o in query.outputs if isinstance(o, (Ref, Period))] if measures else []
        by = by if query.outputs else list(query.group)
        return f"by {_and([self.output(output, query) for output in by])}" if by else ""

    def output(self, output: Output, query: Query) -> str:
        if isinstance(output, Ref):
            words = self._words(output)
            return (
                words if output.table == query.table or len(words.split()) > 1 else f"{self._one(output.table)} {words}"
            )
        if isinstance(output, Period):
            return f"{output.part} of {self._words(output.of)}"
        if isinstance(output, Ratio):
            if output.where:
                rows = self.rows(query.but(where=output.where))
                return f"percentage of {self._many(output.under.table)} {rows}"
            return f"ratio of {self.output(output.over, query)} to {self.output(output.under, query)}"
        return self._measure(output)

    def _measure(self, measure: Measure) -> str:
        if measure.of is None:
            return f"number of {self._many(measure.table)}"
        if measure.how == "count":
            rows = measure.of in self._keys(measure.of.table)
            counted = self._many(measure.of.table) if rows else plural(self._words(measure.of))
            return f"number of {'different ' if measure.distinct and not rows else ''}{counted}"
        words = self._words(measure.of)
        return words if words.split()[0] == _HOW[measure.how] else f"{_HOW[measure.how]} {words}"

    def rows(self, query: Query) -> str:
        told = []
        left = list(query.where)
        while left:
            condition = left.pop(0)
            span = self._span(condition, left[0]) if left else ""
            told.append(span or self._condition(condition, query))
            left = left[1:] if span else left
        if query.best is not None:
            words = self._words(query.best.of)
            told.append(f"with the {'greatest' if query.best.greatest else 'least'} {words}")
        told += [f"with {_SAID.get(c.sign, c.sign)} {_values(c.right)} {self._left(c)}" for c in query.having]
        return " and ".join(part for part in told if part)

    def _condition(self, condition: Condition, query: Query) -> str:
        if isinstance(condition, Either):
            return " or ".join(self._condition(one, query) for one in condition.conditions)
        if isinstance(condition, Related):
            return self._related(condition)
        left = self._left(condition)
        if condition.query is not None:
            return f"with {left} {_SAID[condition.sign]} the {self._shown(condition.query)}"
        if condition.sign == "between":
            low, high = condition.right
            span = _through(low, high) if self._is_dated(condition) else ""
            if span:
                return self._when(condition, span)
            return f"with {left} from {_value(low)} to {_value(high)}"
        if condition.sign in ("null", "not null"):
            return f"whose {left} {_SAID[condition.sign]}"
        if condition.sign in ("=", "in", "!=", "not in"):
            return f"whose {left} {_SAID[condition.sign]} {_values(condition.right)}"
        said = _DATED.get(condition.sign, "") if self._is_dated(condition) else ""
        return f"with {left} {said or _SAID[condition.sign]} {_values(condition.right)}"

    def _span(self, first: Condition, second: Condition) -> str:
        """Two conditions that together are a year, a month or a day: *in 2012*; empty where they are no such pair."""
        if not (isinstance(first, Compare) and isinstance(second, Compare) and first.left == second.left):
            return ""
        if (first.sign, second.sign) != (">=", "<") or not isinstance(first.left, Ref):
            return ""
        said = _spanned(str(first.right[0]), str(second.right[0])) if first.right and second.right else ""
        return self._when(first, said) if said else ""

    def _when(self, compare: Compare, said: str) -> str:
        """*in 2012*, with the date's name where the table has several."""
        columns = self.schema.table(compare.left.table).columns if isinstance(compare.left, Ref) else ()
        several = sum(column.kind in ("date", "time") for column in columns) > 1
        return f"with {self._left(compare)} {said}" if several else said

    def _is_dated(self, compare: Compare) -> bool:
        left = compare.left
        return isinstance(left, Ref) and self.schema.table(left.table).column(left.column).kind in ("date", "time")

    def _left(self, compare: Compare) -> str:
        left = compare.left
        if isinstance(left, Ref):
            return self._words(left)
        if isinstance(left, Period):
            return f"{left.part} of {self._words(left.of)}"
        return self._many(left.table) if left.of is None else self._measure(left)

    def _related(self, related: Related) -> str:
        inner = related.query
        name = self._many(inner.table)
        rows = self.rows(inner)
        order = self.ordered(inner).removeprefix(",")
        return f"{'without' if related.negated else 'with'} {name}{' ' + rows if rows else ''}{order}"

    def ordered(self, query: Query) -> str:
        if not query.order:
            return ""
        first = query.order[0]
        of = self.output(first.of, query)
        if query.limit is not None:
            many = "the one" if query.limit == 1 else f"the {query.limit}"
            return f", {many} with the {'most' if first.descending else 'least'} {of.removeprefix('number of ')}"
        return f", by {of}, {'greatest' if first.descending else 'least'} first"

    def _words(self, ref: Ref) -> str:
        return " ".join(self.schema.table(ref.table).column(ref.column).words) or ref.column

    def _one(self, table: str) -> str:
        return singular(" ".join(self.schema.table(table).words) or table)

    def _many(self, table: str) -> str:
        return plural(self._one(table))


def _spanned(start: str, end: str) -> str:
    """The year, month or day from ``start`` to before ``end``."""
    try:
        low, high = date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return ""
    if (low.month, low.day) == (1, 1) and high == date(low.year + 1, 1, 1):
        return f"in {low.year}"
    if low.day == 1 and high == date(low.year + low.month // 12, low.month % 12 + 1, 1):
        return f"in {low:%B} {low.year}"
    return f"on {low}" if (high - low).days == 1 else ""


def _through(first: Scalar, last: Scalar) -> str:
    """As ``_spanned``, of days that are both in it."""
    try:
        return _spanned(str(first), str(date.fromisoformat(str(last)) + timedelta(days=1)))
    except ValueError:
        return ""


def _value(value: Scalar) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _values(values: Sequence[Scalar]) -> str:
    told = [_value(value) for value in values]
    return " or ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def singular(words: str) -> str:
    """One of them, in English."""
    if words.endswith("ies") and len(words) > 4:
        return words[:-3] + "y"
    if words.endswith(("sses", "xes", "ches", "shes")):
        return words[:-2]
    return words.removesuffix("s") if not words.endswith(("ss", "us", "is", "series")) else words


def plural(words: str) -> str:
    """Several of them, in English."""
    if words.endswith("series"):
        return words
    if words.endswith("y") and words[-2:-1] not in tuple("aeiou"):
        return words[:-1] + "ies"
    if words.endswith(("s", "x", "ch", "sh")):
        return words if words.endswith("s") and not words.endswith("ss") else words + "es"
    return words + "s"
