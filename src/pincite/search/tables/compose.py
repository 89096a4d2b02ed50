"""Which SQL answers this question, and how likely is it right? Without a model: words, links, a grammar, a chance.

A word of content that nothing in the query stands for lowers the chance strongly: better to say that the data does not
answer than to answer another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pincite.search.tables import sql, ties, title
from pincite.search.tables.chance import ASIDE, UNEXPLAINED, chance, is_declared
from pincite.search.tables.followup import followed, is_followup, points_back
from pincite.search.tables.grammar.parse import Reading, parse
from pincite.search.tables.grammar.scene import NotUnderstood
from pincite.search.tables.layer import Layer
from pincite.search.tables.link import Linker
from pincite.search.tables.schema import Schema
from pincite.types import Table

LIKELY = 0.6
"""From this chance on a query is worth running; below it the question was not understood."""
_WAYS = 6
"""Readings of one question that are tried, beside the first."""


@dataclass(frozen=True)
class Composed:
    """A query that may answer."""

    sql: str
    title: str
    """A noun phrase: how the question was read."""
    tables: tuple[str, ...]
    chance: float
    """That its rows are the answer, from 0 to 1."""
    told: tuple[str, ...] = ()
    """What was put in place of words of the question: ``“acme” read as ACME Corp.``"""
    unexplained: tuple[str, ...] = ()
    """Words of the question that nothing in the query stands for."""


class Composer:
    """Composes queries over one schema. Made once, then asked often; it holds no state of questions.

    ``schema`` is the one that it was given, with the layer's joins and notes.
    """

    def __init__(self, schema: Schema, layer: Layer | None = None) -> None:
        self.linker = Linker(schema, layer)
        self.schema = self.linker.schema

    def compose(self, question: str, today: date, dialect: str = "", earlier: Sequence[Table] = ()) -> list[Composed]:
        """Queries, the likeliest first, each SQL once; none where no reading makes sense.

        ``dialect`` is SQLAlchemy's name, by default the schema's own. ``earlier`` are the tables of the thread, oldest
        first: *and by country?* goes on from the last one.
        """
        dialect = dialect or self.schema.dialect
        found: dict[str, Composed] = {}
        before = self._followed(question, earlier[-1], today, dialect) if earlier and is_followup(question) else None
        if before is not None:
            found[before.sql] = before
        alone = ASIDE if before is not None and before.chance >= LIKELY else 1.0
        if earlier and points_back(question):
            # Without what it points back to, it is no question.
            alone = UNEXPLAINED
        for at, reading in enumerate(self._readings(question, today)):
            try:
                made = self._composed(reading, dialect, at, alone)
            except sql.NoWay:
                continue
            if made.sql not in found or found[made.sql].chance < made.chance:
                found[made.sql] = made
        return sorted(found.values(), key=lambda one: -one.chance)

    def _followed(self, question: str, table: Table, today: date, dialect: str) -> Composed | None:
        """The earlier query, changed. Where that is likely, it goes before a question of its own."""
        made = followed(question, table, self.linker, today, dialect)
        if made is None:
            return None
        clues = made.reading.clues
        before = ties.untold(table.title)
        return Composed(
            sql=made.sql,
            title=title.amended(before, made.added, replaces=made.replaces),
            tables=made.tables,
            chance=chance(made.reading, len(made.tables)),
            told=tuple(dict.fromkeys(clues.told)),
            unexplained=tuple(clues.unexplained),
        )

    def _readings(self, question: str, today: date) -> Iterator[Reading]:
        """The likeliest reading, then those that differ from it at one fork."""
        try:
            first = parse(question, self.linker, today)
        except NotUnderstood:
            return
        yield first
        tried = 0
        for fork, ways in enumerate(first.choices):
            for way in range(1, ways):
                if tried == _WAYS:
                    return
                tried += 1
                try:
                    yield parse(question, self.linker, today, [0] * fork + [way])
                except NotUnderstood:
                    continue

    def _composed(self, reading: Reading, dialect: str, at: int, alone: float) -> Composed:
        clues, tables = reading.clues, sql.tables(reading.query, self.schema)
        likely = chance(reading, len(tables), first=at == 0, declared=is_declared(tables, self.schema))
        return Composed(
            sql=sql.sql(reading.query, self.schema, dialect),
            title=title.title(reading.query, self.schema),
            tables=tables,
            chance=alone * likely,
            told=tuple(dict.fromkeys(clues.told)),
            unexplained=tuple(clues.unexplained),
        )
