"""How do the rows of a database leave the house? As a file: CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from pydantic_core import to_json
from starlette.responses import Response

from pincite.errors import NotFound
from pincite.types import Answer, Cell, Table
from pincite.web.plain.tables import head

Form = Literal["csv", "json"]
MEDIA_TYPES: dict[Form, str] = {"csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}
LONGEST_NAME = 60
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""With one of these a cell begins that a spreadsheet may run."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def table_of(answers: Sequence[Answer], card_id: str) -> Table:
    """The table on a card of one of the answers. Raises ``NotFound``."""
    for answer in answers:
        for card in answer.cards:
            if card.id == card_id and isinstance(card.body, Table):
                return card.body
    raise NotFound(f"there is no table {card_id!r}", hint="the cards of the answer say which there are")


def file(table: Table, form: Form) -> Response:
    """The rows as an attachment that is named after the table."""
    text = as_csv(table) if form == "csv" else to_json(table)
    name = quote(f"{file_name(table)}.{form}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(text, media_type=MEDIA_TYPES[form], headers=headers)


def as_csv(table: Table) -> str:
    """RFC 4180, with a header. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_harmless(head(column)) for column in table.columns)
    writer.writerows([_written(value) for value in row] for row in table.rows)
    return out.getvalue()


def _written(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _harmless(value) if isinstance(value, str) else repr(value)


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def file_name(table: Table) -> str:
    """The title as a name that every system takes."""
    words = "".join(c if c.isalnum() else " " for c in table.title).split()
    return " ".join(words)[:LONGEST_NAME].strip() or "table"
