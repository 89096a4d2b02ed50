"""How do the rows of a database look in a terminal?"""

from __future__ import annotations

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table as Drawn
from rich.text import Text

from pincite.answer.rows import counted
from pincite.cli.door import clean
from pincite.types import Table
from pincite.web.compat.tables import cells, head


def drawn(table: Table) -> Group:
    """The title, the rows with their numbers to the right, how many there are, and the query."""
    rows = Drawn(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in table.columns:
        right = column.kind == "number"
        rows.add_column(Text(clean(head(column))), justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        rows.add_row(*(Text(clean(words)) for words in cells(table, row)))
    query = Padding(Text(clean(table.sql), style="dim"), (1, 0, 1, 2))
    return Group(Text(clean(table.title), style="bold"), rows, Text(counted(table), style="dim"), query)
