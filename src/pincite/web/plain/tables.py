"""How do the rows of a database look where there is only text? As a Markdown table, with the query below it.

Clients of stateless APIs send the whole conversation each time: text that was a table is one again, as far as the next
question needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pincite.answer.tables.rows import counted
from pincite.text.cells import shown
from pincite.types import Cell, Column, Table

_MARKUP = re.compile(r"[\\|`*~<\[]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
"""What would end a cell or begin something in it. A cell's text may come from anybody: it is no link and no picture."""

_ESCAPED = re.compile(r"\\([\\|`*~<\[_&])")
_TOLD = re.compile(
    r"(?:^|\n\n)\*\*(.*)\*\* \([\w, ]+ rows?(?: of more)?\)\n\n(?:[^|\n].*\n\n)?"
    r"\|.*\n\|[-:| ]+\|\n(?:\|.*\n)*\n"
    r"(`{3,})sql\n((?:(?!\2).*\n)+)\2(?=\n|$)"
)


def told(table: Table) -> str:
    """The title with the number of rows, what was put in place of words, the rows, and the query, with blank lines
    between."""
    rows = [_row(_escaped(head(column)) for column in table.columns)]
    rows.append(_row("---:" if column.kind == "number" else "---" for column in table.columns))
    rows += [_row(map(_escaped, cells(table, row))) for row in table.rows]
    note = [_escaped(table.note)] if table.note else []
    return "\n\n".join([f"**{_escaped(table.title)}** ({counted(table)})", *note, "\n".join(rows), fenced(table.sql)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def head(column: Column) -> str:
    """What stands above a column."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def cells(table: Table, row: Sequence[Cell]) -> list[str]:
    """A row of the table, in the words in which its sentence says them."""
    return [shown(value, grouped=column.kind == "number") for value, column in zip(row, table.columns, strict=True)]


def parted(text: str, database: str) -> tuple[str, list[Table]]:
    """``text`` without the tables that ``told`` put there, and these, of that database: their titles and queries."""
    found = []
    for one in _TOLD.finditer(text):
        title, sql = _ESCAPED.sub(r"\1", one[1]), one[3].removesuffix("\n")
        found.append(Table(database=database, label=database, title=title, sql=sql, tables=(), columns=(), rows=()))
    return _TOLD.sub("", text), found


def fenced(sql: str) -> str:
    """The query as a block of code, whatever stands in it."""
    fence = "```"
    while fence in sql:
        fence += "`"
    return f"{fence}sql\n{sql}\n{fence}"
