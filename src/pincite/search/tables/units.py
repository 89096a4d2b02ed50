"""In which unit are the numbers of a query's rows? In that of the column that they are, or are a sum or a mean of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_KEEPS = (exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Abs, exp.Round, exp.Coalesce, exp.Paren)
"""What these make of numbers has the numbers' unit."""


def units(sql: str, dialect: str, known: Mapping[str, str], tables: Mapping[str, Collection[str]]) -> Sequence[str]:
    """A unit for each column of the rows of ``sql``, empty where none is known; nothing where columns are not named.

    ``known`` are units by ``table.column``, ``tables`` columns by table. What is computed otherwise has no unit, and
    neither has what comes out of a subquery.
    """
    if not known:
        return ()
    try:
        query = sqlglot.parse_one(sql, dialect=dialect)
    except SqlglotError:
        return ()
    if not isinstance(query, exp.Select) or any(one.is_star for one in query.expressions):
        return ()
    known = {place.casefold(): unit for place, unit in known.items()}
    columns = {name.casefold(): {column.casefold() for column in held} for name, held in tables.items()}
    made = {cte.alias_or_name.casefold() for cte in query.ctes}
    bases = {
        table.alias_or_name.casefold(): table.name.casefold()
        for table in query.find_all(exp.Table)
        if table.parent_select is query and table.name.casefold() not in made
    }
    return [known.get(_place(one, bases, columns), "") for one in query.expressions]


def _place(output: exp.Expr, bases: Mapping[str, str], columns: Mapping[str, Collection[str]]) -> str:
    """``table.column`` of what an output is made of; empty where that is not one column of a table."""
    inner = output.unalias()
    while isinstance(inner, _KEEPS):
        inner = inner.this
    if not isinstance(inner, exp.Column):
        return ""
    name = inner.name.casefold()
    if inner.table:
        holding = [bases.get(inner.table.casefold(), "")]
    else:
        holding = [base for base in bases.values() if name in columns.get(base, ())]
    return f"{holding[0]}.{name}" if len(holding) == 1 and holding[0] else ""
