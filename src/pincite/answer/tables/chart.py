"""Does this table ask to be drawn? Categories and a measure are bars, times and a measure a line, two measures dots."""

from __future__ import annotations

from pincite.types import Cell, Chart, Column, Table

BARS = 20
"""More categories are better read than seen."""
LEAST = 3
"""Fewer rows are read faster than a drawing."""
DOTS = 8
"""Fewer pairs of measures show no pattern."""


def chart(table: Table) -> Chart | None:
    """How ``table`` is best drawn; ``None`` for one number, for words, and for what is only a part of its rows."""
    if len(table.rows) < LEAST or table.total != len(table.rows):
        return None
    measures = [at for at, column in enumerate(table.columns) if column.kind == "number" and _measured(table, at)]
    if not measures:
        return None
    times = [at for at, column in enumerate(table.columns) if _is_time(column)]
    names = [at for at, column in enumerate(table.columns) if column.kind in ("text", "id", "flag") and at not in times]
    if times and _distinct(table, times[0]):
        return Chart(shape="line", x=times[0], y=measures[0])
    if names and len(table.rows) <= BARS and _distinct(table, names[0]):
        return Chart(shape="bar", x=names[0], y=measures[0])
    if len(measures) > 1 and len(table.rows) >= DOTS and len(table.columns) <= 3:
        return Chart(shape="scatter", x=measures[0], y=measures[1])
    return None


def _is_time(column: Column) -> bool:
    words = column.name.lower().split()
    return column.kind in ("date", "time") or (
        column.kind in ("id", "text") and bool({"year", "month", "quarter", "week", "day"} & set(words))
    )


def _values(table: Table, at: int) -> list[Cell]:
    return [row[at] for row in table.rows]


def _measured(table: Table, at: int) -> bool:
    """Whether it has numbers that differ."""
    return len({value for value in _values(table, at) if value is not None}) > 1


def _distinct(table: Table, at: int) -> bool:
    values = _values(table, at)
    return None not in values and len(set(values)) == len(values)
