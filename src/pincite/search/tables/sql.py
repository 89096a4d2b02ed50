"""How is a query said in SQL? Built as a syntax tree with sqlglot: names are quoted and values are literals, always."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from pincite.search.tables import calendar, title
from pincite.search.tables.joins import Joins
from pincite.search.tables.meaning import (
    Best,
    Compare,
    Condition,
    Either,
    Hop,
    Measure,
    Order,
    Output,
    Period,
    Query,
    Ratio,
    Ref,
    Related,
    Scalar,
    refs_of,
)
from pincite.search.tables.schema import Column, Schema

DIALECTS = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}
"""SQLAlchemy's name of a dialect → sqlglot's, where they differ."""


class NoWay(Exception):
    """Two tables of a query are not related."""


def sql(query: Query, schema: Schema, dialect: str) -> str:
    """One SELECT in the words of ``dialect`` (SQLAlchemy's name). Raises ``NoWay``."""
    return Builder(schema, dialect).select(query, nested=False).sql(dialect=DIALECTS.get(dialect, dialect), pretty=True)


def tables(query: Query, schema: Schema) -> tuple[str, ...]:
    """Every table that the query reads, each once, the one it is about first. Raises ``NoWay``."""
    tree = Builder(schema, "").select(query)
    return tuple(dict.fromkeys(table.name for table in tree.find_all(exp.Table)))


class Builder:
    """Trees for the queries of one schema in one dialect."""

    def __init__(self, schema: Schema, dialect: str) -> None:
        self.schema = schema
        self.dialect = dialect
        self.joins = Joins(schema)

    def select(self, query: Query, *, nested: bool = True) -> exp.Select:
        """The query's tree; one that is not ``nested`` in another names what it measures."""
        query = self._shortened(query)
        made = exp.select(*(self.output(output) if nested else self.shown(output, query) for output in query.outputs))
        made = self._from(made, query)
        for condition in self._conditions(query):
            made = made.where(condition)
        if query.group:
            made = made.group_by(*(self.output(ref) for ref in self._grouped(query)))
        for compare in query.having:
            made = made.having(self._compare(compare))
        for order in query.order:
            made = made.order_by(exp.Ordered(this=self.output(order.of), desc=order.descending, nulls_first=False))
        if query.limit is not None:
            made = made.limit(query.limit)
        if not query.order and (when := next((one for one in query.group if isinstance(one, Period)), None)):
            made = made.order_by(self.in_order(when))
        return made.distinct() if query.distinct else made

    def _shortened(self, query: Query) -> Query:
        """A table that is joined only for the column by which it is joined is left out."""
        refs = [ref for output in (*query.outputs, *query.group) for ref in refs_of(output)]
        counted = {o.table for o in _outputs(query) if isinstance(o, Measure) and o.table}
        others = {table for table in _needed(query) if table != query.table}
        if query.where or query.best or len(others) != 1 or counted != others or (query.having and not query.group):
            return query
        other = others.pop()
        way = self.joins.way(query.table, other, query.via)
        if way is None or len(way) != 1 or self.joins.is_to_one(way[0]):
            return query
        if any(ref != way[0].here and ref.table == query.table for ref in refs):
            return query
        return _swapped(query, way[0].here, way[0].there)

    def _from(self, made: exp.Select, query: Query) -> exp.Select:
        made = made.from_(self.table(query.table))
        joined = {query.table}
        for needed in _needed(query):
            way = self.joins.way(query.table, needed, query.via)
            if way is None:
                raise NoWay(f"{query.table} and {needed} are not related")
            for hop in way:
                if hop.there.table not in joined:
                    joined.add(hop.there.table)
                    made = made.join(self.table(hop.there.table), on=self.on(hop), join_type="inner")
        return made

    def on(self, hop: Hop) -> exp.Expr:
        return exp.EQ(this=self._raw(hop.here), expression=self._raw(hop.there))

    def _conditions(self, query: Query) -> Iterator[exp.Expr]:
        yield from (self.condition(condition) for condition in query.where)
        if query.best is not None:
            yield self._best(query.best, query)

    def condition(self, condition: Condition) -> exp.Expr:
        """A condition as it stands in a WHERE."""
        if isinstance(condition, Compare):
            return self._compare(condition)
        if isinstance(condition, Either):
            return exp.Paren(this=exp.or_(*(self.condition(one) for one in condition.conditions)))
        return self._related(condition)

    def _best(self, best: Best, query: Query) -> exp.Expr:
        measure = Measure("max" if best.greatest else "min", best.of)
        inner = Query(query.table, (measure,), where=query.where, via=query.via)
        return exp.EQ(this=self._ref(best.of), expression=exp.Subquery(this=self.select(inner)))

    def _related(self, related: Related) -> exp.Expr:
        """From the innermost table outwards, one IN for each hop."""
        if not related.hops:
            assert related.column is not None
            left, inner = self._raw(related.column), self.select(related.query)
            if isinstance(shown := inner.expressions[0], exp.Column):
                inner = self._without_null(inner, Ref(shown.table, shown.name), related.negated)
        else:
            last = related.hops[-1].there
            inner = self.select(related.query.but(outputs=(last,)))
            inner = self._without_null(inner, last, related.negated)
            inner = self._wrapped(inner, last)
            for before, hop in zip(related.hops[-2::-1], related.hops[:0:-1], strict=True):
                outer = exp.select(self._raw(before.there)).from_(self.table(before.there.table))
                inner = outer.where(exp.In(this=self._raw(hop.here), query=exp.Subquery(this=inner)))
                inner = self._without_null(inner, before.there, related.negated)
            left = self._raw(related.hops[0].here)
        made: exp.Expr = exp.In(this=left, query=exp.Subquery(this=inner))
        if not related.negated:
            return made
        key = related.hops[0].here if related.hops else related.column
        if key is None or not self._may_be_null(key):
            return exp.Not(this=made)
        # Whose key is empty is related to none.
        return exp.Paren(this=exp.or_(exp.Not(this=made), exp.Is(this=left.copy(), expression=exp.Null())))

    def _wrapped(self, made: exp.Select, ref: Ref) -> exp.Select:
        """MySQL allows a LIMIT within IN only one level down."""
        if self.dialect not in ("mysql", "mariadb") or not made.args.get("limit"):
            return made
        name = exp.to_identifier("first", quoted=True)
        column = exp.column(exp.to_identifier(self._column(ref).name, quoted=True), table=name.copy())
        return exp.select(column).from_(exp.Subquery(this=made, alias=exp.TableAlias(this=name)))

    def _without_null(self, made: exp.Select, ref: Ref, negated: bool) -> exp.Select:
        """``NOT IN`` is never true where the list holds a NULL."""
        if not negated or not self._column(ref).nullable:
            return made
        return made.where(exp.Not(this=exp.Is(this=self._raw(ref), expression=exp.Null())))

    def _compare(self, compare: Compare) -> exp.Expr:
        left = self.output(compare.left)
        if compare.query is not None:
            return _SIGNS[compare.sign](this=left, expression=exp.Subquery(this=self.select(compare.query)))
        values = [_literal(value) for value in compare.right]
        if isinstance(compare.left, Period) and compare.left.part == "weekday":
            left = calendar.weekday(self._raw(compare.left.of), self.dialect)
            values = [_literal(calendar.WEEKDAYS.index(str(day))) for day in compare.right]
        sign = compare.sign
        if sign in ("null", "not null"):
            raw = self._raw(compare.left) if isinstance(compare.left, Ref) else left
            made: exp.Expr = exp.Is(this=raw, expression=exp.Null())
        elif sign == "between":
            made = exp.Between(this=left, low=values[0], high=values[1])
        elif sign == "!=" and self._may_be_null(compare.left):
            # What is not known is not the value either.
            return exp.NullSafeNEQ(this=left, expression=values[0])
        elif sign in ("in", "not in"):
            made = exp.In(this=left, expressions=values)
        elif sign in ("like", "not like"):
            made = exp.Like(this=exp.Lower(this=left), expression=exp.Lower(this=values[0]))
            if "\\" in str(compare.right[0]):
                made = exp.Escape(this=made, expression=exp.Literal.string("\\"))
        else:
            return _SIGNS[sign](this=left, expression=values[0])
        made = exp.Not(this=made) if sign.startswith("not") else made
        if sign in ("not in", "not like") and self._may_be_null(compare.left):
            return exp.Paren(this=exp.or_(made, exp.Is(this=left.copy(), expression=exp.Null())))
        return made

    def _may_be_null(self, output: Output) -> bool:
        """Whether cells of a column may be empty."""
        return isinstance(output, Ref) and self._column(output).nullable and self._column(output).gaps

    def shown(self, output: Output, query: Query) -> exp.Expr:
        """An output of a query that is not nested, called by what a person calls it."""
        made, name = self.output(output), title.heading(output, query, self.schema)
        if not name and isinstance(output, Ref) and not isinstance(made, exp.Column):
            name = output.column
        return exp.alias_(made, name, quoted=True) if name else made

    def output(self, output: Output) -> exp.Expr:
        """What is shown, grouped, ordered or compared by."""
        if isinstance(output, Ref):
            return self._ref(output)
        if isinstance(output, Period):
            return self._period(output)
        if isinstance(output, Ratio):
            return self._ratio(output)
        return self._measure(output)

    def _measure(self, measure: Measure) -> exp.Expr:
        if measure.of is None:
            return exp.Count(this=exp.Star())
        inner = self._ref(measure.of)
        if measure.distinct:
            inner = exp.Distinct(expressions=[inner])
        return _FUNCTIONS[measure.how](this=inner)

    def _ratio(self, ratio: Ratio) -> exp.Expr:
        over: exp.Expr
        if ratio.where:
            test = exp.and_(*(self.condition(one) for one in ratio.where))
            counted = self._ref(ratio.over.of) if ratio.over.of is not None else exp.Literal.number(1)
            over = exp.Sum(this=exp.Case(ifs=[exp.If(this=test, true=counted)], default=exp.Literal.number(0)))
        else:
            over = self._measure(ratio.over)
        scale = "100.0" if ratio.percent else "1.0"
        top = exp.Mul(this=exp.Literal.number(scale), expression=over)
        under: exp.Expr = self._measure(ratio.under)
        under = exp.Window(this=exp.Sum(this=under)) if ratio.of_all else under
        bottom = exp.Nullif(this=under, expression=exp.Literal.number(0))
        return exp.Div(this=top, expression=bottom)

    def in_order(self, period: Period) -> exp.Expr:
        """What groups by a part of a date are sorted by: Monday first."""
        return calendar.in_order(self._raw(period.of), period.part, self.dialect)

    def _period(self, period: Period) -> exp.Expr:
        return calendar.part_of(self._raw(period.of), period.part, self.dialect)

    def _ref(self, ref: Ref) -> exp.Expr:
        """A column to compute or compare with; numbers that are stored as text or money are read as numbers."""
        column = self._column(ref)
        raw = self._raw(ref)
        if column.declared.upper() == "MONEY" and self.dialect == "postgresql":
            # It has no average, is compared with no number, and comes as text with a sign.
            return exp.Cast(this=raw, to=exp.DataType.build("decimal"))
        if not column.quoted_number:
            return raw
        return exp.Cast(this=raw, to=exp.DataType.build("double"))

    def _grouped(self, query: Query) -> list[Ref | Period]:
        """What is shown beside a measure is grouped by as well."""
        shown = [o for o in query.outputs if isinstance(o, (Ref, Period))]
        return list(dict.fromkeys((*query.group, *shown)))

    def _raw(self, ref: Ref) -> exp.Column:
        return exp.column(
            exp.to_identifier(self._column(ref).name, quoted=True),
            table=exp.to_identifier(self.schema.table(ref.table).name, quoted=True),
        )

    def _column(self, ref: Ref) -> Column:
        return self.schema.table(ref.table).column(ref.column)

    def table(self, name: str) -> exp.Table:
        return exp.Table(this=exp.to_identifier(self.schema.table(name).name, quoted=True))


_SIGNS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_FUNCTIONS: dict[str, type[exp.AggFunc]] = {
    "count": exp.Count,
    "sum": exp.Sum,
    "avg": exp.Avg,
    "min": exp.Min,
    "max": exp.Max,
}


def _literal(value: Scalar) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    return exp.Literal.number(int(value) if isinstance(value, float) and value.is_integer() else value)


def _outputs(query: Query) -> Iterator[Output]:
    yield from query.outputs
    yield from query.group
    yield from (order.of for order in query.order)
    yield from (compare.left for compare in query.having)


def _needed(query: Query) -> list[str]:
    """The tables that are joined: those of what is shown, grouped, ordered and compared, in that order."""
    found: dict[str, None] = {}
    for output in _outputs(query):
        for ref in refs_of(output):
            found[ref.table] = None
        for measure in (output,) if isinstance(output, Measure) else ():
            if measure.table:
                found[measure.table] = None
        if isinstance(output, Ratio):
            found |= {m.table: None for m in (output.over, output.under) if m.table}
    for condition in query.where:
        found |= {ref.table: None for ref in _compared(condition)}
    if query.best is not None:
        found[query.best.of.table] = None
    return [table for table in found if table]


def _compared(condition: Condition) -> Iterable[Ref]:
    if isinstance(condition, Compare):
        return list(refs_of(condition.left))
    if isinstance(condition, Either):
        return [ref for one in condition.conditions for ref in _compared(one)]
    return [condition.hops[0].here] if condition.hops else [condition.column] if condition.column else []


def _swapped(query: Query, old: Ref, new: Ref) -> Query:
    """The same query about the other table, by the other end of the key."""

    def swap(output: Output) -> Output:
        return new if output == old else output

    return query.but(
        table=new.table,
        outputs=tuple(map(swap, query.outputs)),
        group=tuple(map(swap, query.group)),
        order=tuple(Order(swap(order.of), order.descending) for order in query.order),
    )
