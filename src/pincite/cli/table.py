"""How do the rows of a database look in a terminal, and a query that could not be run?"""

from __future__ import annotations

from rich import box
from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.table import Table as Drawn
from rich.text import Text

from pincite.answer.tables.rows import counted
from pincite.cli.door import clean
from pincite.types import Table
from pincite.web.plain.tables import cells, head

NEAR = 40
"""Characters that are shown on either side of a piece of a query."""


def drawn(table: Table) -> Group:
    """The title, what was put in place of words, the rows with numbers to the right, how many they are, the query."""
    rows = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in table.columns:
        right = column.kind == "number"
        rows.add_column(Text(clean(head(column))), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        rows.add_row(*(Text(clean(words)) for words in cells(table, row)))
    query = Padding(Text(clean(table.sql), style="dim"), (1, 0, 1, 2))
    above = [Text(clean(table.title), style="bold"), *([Text(clean(table.note))] if table.note else [])]
    return Group(*above, rows, Text(counted(table), style="dim"), query)


def pointed(sql: str, part: str) -> str:
    """The piece of the query that ``part`` is, in its line, with a mark below; empty where it does not stand there."""
    at = sql.find(part) if part else -1
    if at < 0:
        return ""
    start = max(sql.rfind("\n", 0, at) + 1, at - NEAR)
    before = sql[start:at].expandtabs()
    found = part.split("\n")[0]
    after = sql[at + len(found) :].split("\n")[0][:NEAR]
    return f"{before}{found}{after}\n{' ' * cell_len(before)}{'^' * cell_len(found)}"
