"""What do these rows say, in a sentence or two? Every word of a cell, every number, stands in the passage they quote.

The rows are a passage: a line for each, with the values as they are shown anywhere. A sentence is made of those values,
and quotes the lines it took them from; so it can't say a number that the database did not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import isclose

from pincite.text.cells import shown
from pincite.types import QUERIED, Citation, Document, Passage, Sentence, Source, Span, Table, Verdict

SEPARATOR = " | "
NAMED = 3
"""Rows of a longer table that a sentence names …"""
ALL_NAMED = 5
"""… all of them, where they are no more …"""
TOLD = 2
"""Values of a row beside what it is about."""
LISTED = 10
"""… and single values or ranks, where it has all of them."""
COUNT = "number of "
"""How a column begins that holds one: what it counts is said behind the number."""
_SINGULAR = re.compile(
    r"^(?:(?:number|count|sum|total|average|mean|median|share|percentage|ratio|difference|amount)(?: of\b|$)"
    r"|(?:total|average|mean|median|combined|highest|lowest|largest|smallest|greatest|longest|shortest|earliest|latest"
    r"|first|last|oldest|newest|maximum|minimum) (?:\w+ )*?\w*[^\Ws](?= (?:of|in|by|for|per|where|with|at|on)\b|$))",
    re.IGNORECASE,
)
"""A phrase of which a sentence can say that it *is* a value."""


@dataclass(frozen=True)
class Rows:
    """A table as a passage, and where its lines stand in it."""

    table: Table
    passage: Passage
    lines: tuple[Span, ...]
    """One for each row; the last one is how many there are."""


@dataclass(frozen=True)
class Said:
    """A sentence, the rows it took its values from (``None``: how many there are), and where its short answer stands in
    it."""

    text: str
    rows: tuple[int, ...] | None
    short: Span | None = None


def passage(table: Table) -> Rows:
    """The passage that ``table`` is, for one to quote. The same query in the same database is the same document."""
    key = sha256(table.sql.encode()).hexdigest()[:16]
    names = ", ".join(table.tables)
    document = Document(
        url=f"{QUERIED}{table.database}:{key}",
        title=f"{table.label}: {names}" if names else table.label,
        collection=table.database,
    )
    text = SEPARATOR.join(column.name for column in table.columns)
    lines = []
    for row in range(len(table.rows)):
        line = SEPARATOR.join(_cell(table, row, at) for at in range(len(table.columns)))
        lines.append(Span(start=len(text) + 1, end=len(text) + 1 + len(line)))
        text += f"\n{line}"
    count = counted(table)
    lines.append(Span(start=len(text) + 1, end=len(text) + 1 + len(count)))
    text += f"\n{count}"
    piece = Passage(id=f"{document.id}-{key}", document=document, text=text, start=0, end=len(text))
    return Rows(table, piece, tuple(lines))


def counted(table: Table) -> str:
    """How many rows there are, in words."""
    here = len(table.rows)
    if table.total is None:
        return f"first {here:,} rows of more"
    if table.total > here:
        return f"first {here:,} of {table.total:,} rows"
    return "no row" if not here else "1 row" if here == 1 else f"{here:,} rows"


def source(rows: Rows) -> Source:
    return Source(number=1, document=rows.passage.document, passages=(rows.passage,))


def sentences(table: Table) -> list[Said]:
    """What ``table`` says, best first: at most two."""
    title = table.title[:1].upper() + table.title[1:]
    if not table.rows:
        return [Said(f"{title}: none.", None)]
    if len(table.rows) == 1:
        return [_one(table, title)]
    each = _each(table)
    if each or len(table.columns) == 1:
        return [_list(table, title, each)]
    return [_many(table, title), *_extremes(table)]


def cited(said: Said, start: int, rows: Rows) -> Sentence:
    """The sentence at ``start`` of a text, citing the lines that it took its values from."""
    places = range(len(rows.table.rows), len(rows.table.rows) + 1) if said.rows is None else said.rows
    spans = [rows.lines[at] for at in places]
    quote = Span(start=min(span.start for span in spans), end=max(span.end for span in spans))
    return Sentence(
        start=start,
        end=start + len(said.text),
        citations=(Citation(source=1, passage_id=rows.passage.id, quote=quote, support=1.0),),
        verdict=Verdict.SUPPORTED,
        short=said.short and Span(start=start + said.short.start, end=start + said.short.end),
    )


def _cell(table: Table, row: int, at: int) -> str:
    return shown(table.rows[row][at], grouped=table.columns[at].kind == "number")


def _valued(table: Table, row: int, at: int) -> str:
    unit = table.columns[at].unit
    value = _cell(table, row, at)
    return f"{value} {unit}" if unit and table.rows[row][at] is not None else value


def _one(table: Table, title: str) -> Said:
    label, others = _named(table, 0)
    there = bool(label) and table.rows[0][0] is not None
    is_one = there and not others and _SINGULAR.match(table.title)
    before = f"The {table.title} is " if is_one else f"{title}: "
    short = Span(start=len(before), end=len(before) + len(label)) if there else None
    return Said(f"{before}{_row(table, 0, others)}.", (0,), short)


def _list(table: Table, title: str, each: str) -> Said:
    """What the rows are about, and what ``each`` of them has."""
    all_ = len(table.rows)
    named = all_ if all_ <= LISTED else NAMED
    labels = [_named(table, row)[0] for row in range(named)]
    if named == all_:
        return Said(f"{title}: {_and(labels)}{each}.", tuple(range(all_)))
    return Said(f"{title}: {', '.join(labels)} and others ({counted(table)}){each}.", tuple(range(all_ + 1)))


def _each(table: Table) -> str:
    """The one number that all rows have beside what they are about: *, 7 orders each*; empty where they differ."""
    _, others = _named(table, 0)
    if len(others) != 1 or table.total != len(table.rows):
        return ""
    values = [_number(table, row, others[0]) for row in range(len(table.rows))]
    alike = all(_is_same(value, values[0]) for value in values)
    return f", {_counting(table, 0, others[0]) or _valued(table, 0, others[0])} each" if alike else ""


def _many(table: Table, title: str) -> Said:
    named = len(table.rows) if len(table.rows) <= (LISTED if _is_ranking(table) else ALL_NAMED) else NAMED
    told = [_row(table, row) for row in range(named)]
    if named == len(table.rows):
        return Said(f"{title}: {'; '.join(told)}.", tuple(range(named)))
    return Said(f"{title}: {'; '.join(told)}; and others ({counted(table)}).", tuple(range(len(table.rows) + 1)))


def _is_ranking(table: Table) -> bool:
    """Whether the rows stand in the order of the one number that they have."""
    _, others = _named(table, 0)
    values = [_number(table, row, others[0]) for row in range(len(table.rows))] if len(others) == 1 else []
    known = [value for value in values if value is not None]
    return bool(known) and values in (sorted(known), sorted(known, reverse=True))


def _row(table: Table, row: int, most: Sequence[int] = ()) -> str:
    """What a row is about, and its next values; one alone that is a number needs no name."""
    label, others = _named(table, row)
    if not others:
        return label
    if len(others) == 1 and table.columns[others[0]].kind == "number" and not most:
        return f"{label} {_valued(table, row, others[0])}"
    told = [
        _counting(table, row, at) or f"{table.columns[at].name}: {_valued(table, row, at)}"
        for at in most or others[:TOLD]
    ]
    return f"{label} ({'; '.join(told)})"


def _counting(table: Table, row: int, at: int) -> str:
    """*7 orders*; empty where a column does not say what it counts, or the number is one."""
    name = table.columns[at].name
    is_count = name.startswith(COUNT) and _number(table, row, at) not in (None, 1)
    return f"{_cell(table, row, at)} {name.removeprefix(COUNT)}" if is_count else ""


def _named(table: Table, row: int) -> tuple[str, Sequence[int]]:
    """What a row is about, and the places of its other values. A person's names are in columns side by side."""
    names = 1
    while names < len(table.columns) and all(
        column.kind == "text" and column.name.lower().endswith("name") for column in table.columns[: names + 1]
    ):
        names += 1
    return " ".join(_valued(table, row, at) for at in range(names)), range(names, len(table.columns))


def _extremes(table: Table) -> list[Said]:
    """The highest and the lowest of all rows, where their order does not tell."""
    kinds = [column.kind for column in table.columns]
    if "number" not in kinds or len(table.rows) <= ALL_NAMED or table.total != len(table.rows):
        return []
    at, named = kinds.index("number"), int(kinds[0] == "number")
    values = {row: value for row in range(len(table.rows)) if (value := _number(table, row, at)) is not None}
    if list(values.values()) in (sorted(values.values()), sorted(values.values(), reverse=True)):
        return []
    ends = [
        [row for row, value in values.items() if _is_same(value, end)]
        for end in (max(values.values()), min(values.values()))
    ]
    told = [f"{_valued(table, rows[0], at)} ({_labels(table, rows, named)})" for rows in ends]
    name = table.columns[at].name
    most, least = ("Most", "fewest") if name.startswith(COUNT) else ("Highest", "lowest")
    text = f"{most} {name.removeprefix(COUNT).removeprefix('highest ')}: {told[0]}; {least}: {told[1]}."
    return [Said(text, tuple(sorted(row for rows in ends for row in rows[:NAMED])))]


def _labels(table: Table, rows: Sequence[int], at: int) -> str:
    """What some rows are about, the first of them by name."""
    labels = [_cell(table, row, at) if at else _named(table, row)[0] for row in rows[:NAMED]]
    if len(rows) > NAMED:
        return f"{', '.join(labels)} and others"
    return _and(labels)


def _and(labels: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]]))


def _number(table: Table, row: int, at: int) -> float | None:
    value = table.rows[row][at]
    return float(value) if isinstance(value, int | float) else None


def _is_same(one: float | None, other: float | None) -> bool:
    """Also of sums that were added up in another order."""
    return one is not None and other is not None and isclose(one, other, rel_tol=1e-9)
