"""How is a part of a date said in SQL? A year, a quarter, a month, a day, a day of the week, an hour: as text, in every
dialect.
"""

from __future__ import annotations

from sqlglot import exp

from pincite.search.tables.meaning import Part

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FORMS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d", "hour": "%H"}


def part_of(date: exp.Expr, part: Part, dialect: str) -> exp.Expr:
    """``2025``, ``2025-Q3``, ``2025-07``, ``2025-07-31``, ``Monday``, ``09`` of a column of dates."""
    if part == "weekday":
        days = [exp.EQ(this=weekday(date.copy(), dialect), expression=exp.Literal.number(at)) for at in range(7)]
        named = zip(days, WEEKDAYS, strict=True)
        return exp.Case(ifs=[exp.If(this=day, true=exp.Literal.string(name)) for day, name in named])
    if part == "quarter":
        year = _said(date.copy(), _FORMS["year"], dialect)
        return exp.Concat(expressions=[year, exp.Literal.string("-Q"), _quarter(date, dialect)])
    return _said(date, _FORMS[part], dialect)


def in_order(date: exp.Expr, part: Part, dialect: str) -> exp.Expr:
    """What groups by a part of a date are sorted by."""
    if part == "weekday":
        return exp.Min(this=weekday(date, dialect))
    return part_of(date, part, dialect)


def _said(date: exp.Expr, form: str, dialect: str) -> exp.Expr:
    literal = exp.Literal.string(form)
    if dialect == "sqlite":
        return exp.Anonymous(this="STRFTIME", expressions=[literal, date])
    return exp.TimeToStr(this=exp.Cast(this=date, to=exp.DataType.build("timestamp")), format=literal)


def _quarter(date: exp.Expr, dialect: str) -> exp.Expr:
    if dialect != "sqlite":
        return exp.Extract(this=exp.var("QUARTER"), expression=date)
    month = exp.Cast(this=_said(date, "%m", dialect), to=exp.DataType.build("int"))
    after = exp.Paren(this=exp.Add(this=month, expression=exp.Literal.number(2)))
    return exp.Paren(this=exp.Div(this=after, expression=exp.Literal.number(3), typed=True))


def weekday(date: exp.Expr, dialect: str) -> exp.Expr:
    """0 on Mondays, 6 on Sundays."""
    if dialect in ("mysql", "mariadb"):
        return exp.Anonymous(this="WEEKDAY", expressions=[date])
    if dialect == "sqlite":
        number: exp.Expr = exp.Cast(this=_said(date, "%w", dialect), to=exp.DataType.build("int"))
    else:
        stamp = exp.Cast(this=date, to=exp.DataType.build("timestamp"))
        number = exp.Cast(this=exp.Extract(this=exp.var("DOW"), expression=stamp), to=exp.DataType.build("int"))
    after = exp.Paren(this=exp.Add(this=number, expression=exp.Literal.number(6)))
    return exp.Mod(this=after, expression=exp.Literal.number(7))
