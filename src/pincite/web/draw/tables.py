"""How do the rows of a database look on the page? The table, its drawing, and the query that brought it.

What stands in a cell may come from anybody: it is text, and never Markdown, HTML or a link. Pure, as ``parts`` is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from pincite.types import Answer, Card, Cell, Column, Status, Table
from pincite.web.draw import chart
from pincite.web.draw.chart import said
from pincite.web.draw.parts import environment
from pincite.web.plain.tables import head
from pincite.web.words import count, t

LONGEST = 400
"""Characters shown of a cell; the files to download have all of it."""
LINE = 32
"""Characters of a cell that stand on one line."""
BROKEN = {Status.FAILED, Status.INTERRUPTED, Status.STOPPED}

_FRACTION = re.compile(r"\.\d\d$")
_WHOLE = re.compile(r"-?\d{1,3}(,\d{3})*")


@dataclass(frozen=True)
class Shown:
    """A cell: its words, how they stand, and what it is sorted by where that is not its words."""

    words: str
    css: str = ""
    """Of ``right`` (a number), ``null`` (there is nothing in it), ``long`` (it takes several lines)."""
    value: str = ""


def drawn(answer: Answer, turn: int, *, alone: bool = False) -> str:
    """The tables of an answer; ``alone``: to be read, where nothing can be done."""
    found = [(card, card.body) for card in answer.cards if isinstance(card.body, Table)]
    return "".join(
        _drawn(card, table, f"a{turn}-t{number}", answer, alone=alone)
        for number, (card, table) in enumerate(found, start=1)
    )


def _drawn(card: Card, table: Table, name: str, answer: Answer, *, alone: bool) -> str:
    return _rendered(
        "data",
        id=name,
        card=card,
        table=table,
        answer=answer,
        alone=alone,
        heads=[Shown(head(column), "right" if column.kind == "number" else "") for column in table.columns],
        rows=_rows(table),
        names=_name_rows(table),
        how_many=how_many(table),
        chart=Markup(chart.draw(table, name)),  # noqa: S704 -- escaped where it is made
        chart_title=chart.title(table),
    )


def failed(answer: Answer, *, alone: bool = False) -> str:
    """The query that somebody wrote and that brought nothing, with the piece that failed marked, to be mended."""
    sql = answer.question.sql
    if not sql or alone or answer.status not in BROKEN:
        return ""
    before, part, after = failing(sql, answer.problem.part if answer.problem else "")
    return _rendered("query", answer=answer, sql=sql, before=before, part=part, after=after)


def failing(sql: str, part: str) -> tuple[str, str, str]:
    """``sql`` around the ``part`` of it that fails; all before it where that is not known.

    Databases name it in their own way of writing; whole words are preferred to the middle of others.
    """
    said = re.escape(part.strip())
    found = said and (re.search(rf"(?<!\w){said}(?!\w)", sql, re.IGNORECASE) or re.search(said, sql, re.IGNORECASE))
    return (sql[: found.start()], found[0], sql[found.end() :]) if found else (sql, "", "")


def how_many(table: Table) -> str:
    """12 rows; first 200 of 12,431 rows; first 200 rows, where nobody has counted the others."""
    here = len(table.rows)
    if table.total is None:
        return t("first {rows}", rows=count(here, "row"))
    if table.total > here:
        return t("first {n} of {rows}", n=f"{here:,}", rows=count(table.total, "row"))
    return count(here, "row")


def _rendered(name: str, **values: object) -> str:
    """Unlike other parts with every space: in a query and in a cell they count."""
    return environment().get_template(f"parts/{name}.html").render(**values).strip()


def _rows(table: Table) -> list[list[Shown]]:
    """In a column with fractions all numbers have one, so that they stand below each other."""
    columns = []
    for at, column in enumerate(table.columns):
        cells = [_shown(row[at], column) for row in table.rows]
        if column.kind == "number" and any(_FRACTION.search(cell.words) for cell in cells):
            cells = [
                replace(cell, words=f"{cell.words}.00") if _WHOLE.fullmatch(cell.words) else cell for cell in cells
            ]
        columns.append(cells)
    return [[column[place] for column in columns] for place in range(len(table.rows))]


def _shown(cell: Cell, column: Column) -> Shown:
    words = said(cell, column)
    css = ["right"] if column.kind == "number" else []
    if cell is None:
        return Shown(words, " ".join([*css, "null"]))
    if len(words) > LINE:
        css.append("long")
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    cut = words if len(words) <= LONGEST else f"{words[:LONGEST]} …"
    return Shown(cut, " ".join(css), repr(cell) if number and repr(cell) != words else "")


def _name_rows(table: Table) -> bool:
    """Whether the first column says what each row is about."""
    firsts = [row[0] for row in table.rows]
    several = len(table.columns) > 1 and table.columns[0].kind != "number"
    return several and None not in firsts and len(set(firsts)) == len(firsts)
