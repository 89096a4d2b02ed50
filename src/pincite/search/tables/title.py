"""How is a query said in a few words? A noun phrase, such as *customers per country, most first*.

A person sees by it how the question was read, so everything that changes the rows is in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from pincite.search.tables.grammar.scene import naming
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
    Sign,
    refs_of,
)
from pincite.search.tables.schema import Column, Schema
from pincite.text.tokens import normal

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
_HOW = {"sum": "total", "avg": "average"}


def title(query: Query, schema: Schema) -> str:
    """What the rows are, which of them, by what and in which order."""
    return _Teller(schema).query(query)


def heading(output: Output, query: Query, schema: Schema) -> str:
    """What a column of the result holds, as its name: *number of customers*, *month*; empty where the column's own
    name says it."""
    teller = _Teller(schema)
    if isinstance(output, Ref):
        alone = [Ref(output.table, column.name) for column in naming(schema.table(output.table))] == [output]
        return teller.thing(output, query) if alone and output not in teller.keys(output.table) else ""
    if isinstance(output, Ratio):
        return "percentage" if output.percent else "ratio"
    return teller.output(output, Query(""))


def change(query: Query, schema: Schema) -> str:
    """What a query adds to another, in the same words: *whose country is Spain*, *per country*, *the 5 with …*."""
    teller = _Teller(schema)
    if query.limit is not None and not query.order:
        return f"the first {query.limit}"
    return " ".join(part for part in (teller.by(query), teller.rows(query), teller.ordered(query)) if part).strip(", ")


_ENDS = re.compile(r", | and (?=with |whose |in |on |from )| (?=per |with |whose )|$")
"""Where a part of a title ends."""
_FIRST = re.compile(r", the first \d+\b")
_OPENS = re.compile(r"(?:in|on) (?=(?:[A-Z][a-z]+ )?\d{4})|per (?=\w)")
"""How a part begins that is known by its first word."""


def amended(before: str, added: str, *, replaces: bool) -> str:
    """A title with what a question after it adds; what that ``replaces`` is not said any more, if it is found."""
    if added.startswith("per "):
        before = _FIRST.sub("", before)  # other groups are not cut where those before them were
    if not added or not replaces:
        return f"{before}, {added}" if added else before
    words = added.split()
    for number in range(len(words) - 1, 1, -1):
        start = before.rfind(" " + " ".join(words[:number]) + " ")
        if start >= 0:
            end = _ENDS.search(before, start + 2 + len(" ".join(words[:number])))
            return before[: start + 1] + added + before[end.start() if end else len(before) :]
    opens = _OPENS.match(added)
    for found in reversed(list(_OPENS.finditer(before))) if opens else ():
        if found[0] == (opens and opens[0]) and before[: found.start()].endswith(" "):
            end = _ENDS.search(before, found.end())
            return before[: found.start()] + added + before[end.start() if end else len(before) :]
    return f"{before}, instead {added}"


class _Teller:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def query(self, query: Query) -> str:
        first = self._first(query)
        if first:
            return " ".join(part for part in (first, self.rows(query)) if part) + self.keyed(query)
        shown, by = self._shown(query), self.by(query) if query.group else ""
        if by and len(_measures(query)) == 1:
            shown = shown.removeprefix("number of ")
        return (
            " ".join(part for part in (shown, by, self.rows(query)) if part) + self.keyed(query) + self.ordered(query)
        )

    def keyed(self, query: Query) -> str:
        """By which of several keys two tables are related, where a word of the question says it."""
        read = _read(query)
        pairs = [(key.table, key.target) for key in self.schema.foreign_keys]
        said = [
            " ".join(self._column(Ref(key.table, key.column)).words)
            for key in self.schema.foreign_keys
            if (key.table, key.column) in query.via
            and {key.table, key.target} <= read
            and pairs.count((key.table, key.target)) > 1
        ]
        return f", by {_and(said)}" if said else ""

    def _first(self, query: Query) -> str:
        """*the 3 customers with the most orders*; empty where it is no such query."""
        refs = [output for output in query.outputs if isinstance(output, (Ref, Period))]
        if query.limit is None or not query.order or not refs or not isinstance(query.order[0].of, (Ref, Measure)):
            return ""
        first = refs[0]
        name = self.output(first, query)
        listed = isinstance(first, Ref) and first.table == query.table and not query.group
        of_rows = listed or name in ("name", "title", "first name") or first in self.keys(query.table)
        return self._chosen(self._one(query.table) if of_rows else name, query)

    def _chosen(self, noun: str, query: Query) -> str:
        """Of a query with an order and a limit; without a noun, *the 3 with the most orders*."""
        first = query.order[0]
        of = self.output(first.of, query)
        for word in ("number of ", "highest ", "lowest ", "latest ", "earliest "):
            of = of.removeprefix(word)
        said = (noun or "one") if query.limit == 1 else f"{query.limit} {plural(noun) if noun else ''}".rstrip()
        return f"the {said} with the {self._end(first.of, first.descending)} {of}"

    def _end(self, of: Output, greatest: bool) -> str:
        """What the greatest or the least is called: *most* customers, the *latest* date, the *highest* price."""
        ref = of.of if isinstance(of, (Measure, Period)) else of
        if isinstance(of, Measure) and of.how == "count":
            return "most" if greatest else "fewest"
        if isinstance(ref, Ref) and self._column(ref).kind in ("date", "time"):
            return "latest" if greatest else "earliest"
        return "highest" if greatest else "lowest"

    def keys(self, table: str) -> list[Ref]:
        return [Ref(table, column.name) for column in self.schema.table(table).keys]

    def _shown(self, query: Query) -> str:
        if measures := _measures(query):
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
        if refs[0] in self.keys(query.table):
            return len(refs) > 1
        return all(ref in chosen or self._words(ref).endswith(("name", "title")) for ref in refs)

    def by(self, query: Query) -> str:
        by = [o for o in query.outputs if isinstance(o, (Ref, Period))] if _measures(query) else []
        by = by if query.outputs else list(query.group)
        said = [(isinstance(one, Ref) and self.thing(one, query, by)) or self.output(one, query) for one in by]
        return f"per {_and(list(dict.fromkeys(said)))}" if by else ""

    def thing(self, ref: Ref, query: Query, beside: Collection[Output] = ()) -> str:
        """Which rows a column names beside what is measured of others: *artist* of its name. Empty where it names none,
        or only together with columns that are not ``beside`` it."""
        measured = {table for measure in _measures(query) for table in _measured(measure)}
        measured = measured or (set() if query.outputs else {query.table})
        if not measured or ref.table in measured:
            return ""
        names = [Ref(ref.table, column.name) for column in naming(self.schema.table(ref.table))]
        own = {normal(word) for word in (*self.schema.table(ref.table).words, "name", "title")}
        named = names == [ref] and {normal(word) for word in self._column(ref).words} <= own
        parts = len(names) > 1 and ref in names and set(names) <= set(beside)
        return self._one(ref.table) if named or parts or ref in self.keys(ref.table) else ""

    def output(self, output: Output, query: Query) -> str:
        if isinstance(output, Ref):
            words = self._words(output)
            return (
                words if output.table == query.table or len(words.split()) > 1 else f"{self._one(output.table)} {words}"
            )
        if isinstance(output, Period):
            return self._period(output)
        if isinstance(output, Ratio):
            if output.of_all:
                return "percentage of all"
            if output.where and output.over.of is not None:
                return f"percentage of {self._words(output.over.of)} {self.rows(query.but(where=output.where))}"
            if output.where:
                rows = self.rows(query.but(where=output.where))
                return f"percentage of {self._many(output.under.table)} {rows}"
            return f"ratio of {self.output(output.over, query)} to {self.output(output.under, query)}"
        return self._measure(output)

    def _measure(self, measure: Measure) -> str:
        if measure.of is None:
            return f"number of {self._many(measure.table)}"
        if measure.how == "count":
            rows = measure.of in self.keys(measure.of.table)
            counted = self._many(measure.of.table) if rows else plural(self._words(measure.of))
            return f"number of {'different ' if measure.distinct and not rows else ''}{counted}"
        words = self._words(measure.of)
        how = _HOW.get(measure.how) or self._end(measure.of, measure.how == "max")
        return words if words.split()[0] == how else f"{how} {words}"

    def _period(self, period: Period) -> str:
        """*month*, with the date's name where the table has several."""
        return f"{period.part} of {self._words(period.of)}" if self._has_dates(period.of.table) else period.part

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
            told.append(f"with the {self._end(query.best.of, query.best.greatest)} {words}")
        signs = _SAID | {"=": "exactly"}
        told += [f"with {signs.get(c.sign, c.sign)} {_values(c.right)} {self._left(c)}" for c in query.having]
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
        several = isinstance(compare.left, Ref) and self._has_dates(compare.left.table)
        return f"with {self._left(compare)} {said}" if several else said

    def _has_dates(self, table: str) -> bool:
        """More than one."""
        return sum(column.kind in ("date", "time") for column in self.schema.table(table).columns) > 1

    def _is_dated(self, compare: Compare) -> bool:
        left = compare.left
        return isinstance(left, Ref) and self._column(left).kind in ("date", "time")

    def _left(self, compare: Compare) -> str:
        left = compare.left
        if isinstance(left, Ref):
            return self._words(left)
        if isinstance(left, Period):
            return self._period(left)
        return self._many(left.table) if left.of is None else self._measure(left)

    def _related(self, related: Related) -> str:
        if related.column in self.keys(related.query.table) and related.query.having:
            return self.rows(_unturned(related))
        inner, rows = related.query, self.rows(related.query)
        chosen = inner.limit is not None and inner.order
        name = self._chosen(self._one(inner.table), inner) if chosen else self._many(inner.table)
        return f"{'without' if related.negated else 'with'} {name}{' ' + rows if rows else ''}"

    def ordered(self, query: Query) -> str:
        if not query.order:
            return ""
        if query.limit is not None:
            return f", {self._chosen('', query)}"
        first = query.order[0]
        if [first.of] == _measures(query):
            return f", {self._end(first.of, first.descending)} first"
        if isinstance(first.of, Ref) and self._column(first.of).kind == "text":
            return f", by {self.output(first.of, query)}, {'Z to A' if first.descending else 'A to Z'}"
        return f", by {self.output(first.of, query)}, {self._end(first.of, first.descending)} first"

    def _column(self, ref: Ref) -> Column:
        return self.schema.table(ref.table).column(ref.column)

    def _words(self, ref: Ref) -> str:
        return " ".join(self._column(ref).words) or ref.column

    def _one(self, table: str) -> str:
        return singular(" ".join(self.schema.table(table).words) or table)

    def _many(self, table: str) -> str:
        return plural(self._one(table))


def _measures(query: Query) -> list[Measure | Ratio]:
    return [output for output in query.outputs if isinstance(output, (Measure, Ratio))]


def _measured(measure: Measure | Ratio) -> set[str]:
    """The tables whose rows are measured."""
    parts = (measure.over, measure.under) if isinstance(measure, Ratio) else (measure,)
    return {part.of.table if part.of is not None else part.table for part in parts}


def _read(query: Query) -> set[str]:
    """The tables that are named in a query."""
    outputs = [
        *query.outputs,
        *query.group,
        *(order.of for order in query.order),
        *(test.left for test in query.having),
    ]
    found = {query.table, *(ref.table for output in outputs for ref in refs_of(output))}
    found |= {output.table for output in outputs if isinstance(output, Measure) and output.table}
    for condition in query.where:
        if isinstance(condition, Related):
            found |= _read(condition.query) | {hop.there.table for hop in condition.hops}
    return found


def _unturned(related: Related) -> Query:
    """Whose rows have so many of others; where those are left out that have more, the rows that are left."""
    turned: dict[str, Sign] = {">=": "<", ">": "<="}
    tests = related.query.having
    if related.negated:
        tests = tuple(Compare(test.left, turned.get(test.sign, test.sign), test.right) for test in tests)
    return related.query.but(having=tests)


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
    except (ValueError, OverflowError):
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
