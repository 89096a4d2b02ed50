"""What could somebody ask this database? Questions that the rules answer, of different kinds, over its main tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import zip_longest

from pincite.search.tables import title
from pincite.search.tables.compose import LIKELY, Composer
from pincite.search.tables.schema import Column, Schema, Table

TABLES, MOST = 8, 10
_DULL = frozenset(
    "id key code no yn url deleted synced is has flag type source bytes milliseconds fax phone zip postal latitude"
    " longitude".split()
)
"""Words of columns that nobody asks about."""
_SUMMED = frozenset("total amount price cost revenue sales quantity budget salary income value spent".split())
"""Last words of columns whose sum says something."""


def examples(composer: Composer, today: date | None = None) -> list[str]:
    """Questions that ``composer`` composes with a good chance: of each of the main tables one, then a second one …"""
    schema, day = composer.schema, today or date.today()
    tables = sorted((table for table in schema.tables if table.rows), key=lambda table: -_worth(table, schema))
    found: list[str] = []
    for round_ in zip_longest(*(_about(table, schema) for table in tables[:TABLES])):
        for question in filter(None, round_):
            made = composer.compose(question, day)
            if made and made[0].chance >= LIKELY:
                found.append(question)
                if len(found) == MOST:
                    return found
    return found


def _worth(table: Table, schema: Schema) -> float:
    """What has a name, says much and is pointed to is what people ask about; what only links is not."""
    named = any(column.words[-1:] in (("name",), ("title",)) for column in table.columns)
    pointed = sum(key.target == table.name for key in schema.foreign_keys)
    return named + min(3, len(_telling(table))) + min(2, pointed) * 0.5


def _telling(table: Table) -> list[Column]:
    return [
        column
        for column in table.columns
        if not column.key and not _DULL & set(column.words) and not column.name.lower().endswith("id")
    ]


def _about(table: Table, schema: Schema) -> Iterator[str]:
    one = title.singular(" ".join(table.words))
    many, telling = title.plural(one), _telling(table)
    for column in telling:
        if column.kind == "text" and not column.unique and 1 < (column.distinct or 0) <= 30:
            yield f"How many {many} are there by {' '.join(column.words)}?"
            break
    for key in schema.foreign_keys:
        if key.target == table.name and key.table != table.name and (schema.table(key.table).rows or 0) > 1:
            children = title.plural(title.singular(" ".join(schema.table(key.table).words)))
            yield f"Which {one} has the most {children}?"
            break
    dated = any(column.kind in ("date", "time") for column in table.columns)
    numbers = [column for column in telling if column.kind == "number" and not column.quoted_number]
    for column in numbers:
        words = " ".join(column.words)
        if column.words[-1] in _SUMMED:
            total = words if column.words[0] == "total" else f"total {words}"
            yield f"What is the {total} of {many} by year?" if dated else f"What is the average {words} of {many}?"
            break
    if numbers:
        yield f"Which {one} has the highest {' '.join(numbers[0].words)}?"
    yield f"How many {many} are there?"
